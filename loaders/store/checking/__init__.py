"""Is what is stored whole, and does it say what its rows say? Read-only."""
