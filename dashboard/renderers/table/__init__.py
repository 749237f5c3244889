"""Specs as tables."""
