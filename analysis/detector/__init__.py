"""The border of the method: a table in, verdicts out."""
