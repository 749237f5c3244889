"""Sets removed, renamed and merged."""
