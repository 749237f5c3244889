"""Findings of one result set: everything a row of the landing table and a behaviour page need."""
