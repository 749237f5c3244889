"""Cached access to the results folder."""
