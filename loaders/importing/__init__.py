"""Results of other tools into a result set."""
