"""The landing table and what filters it."""
