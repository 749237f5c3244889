"""The store under load; each module is one command, on data that a seeded generator made."""
