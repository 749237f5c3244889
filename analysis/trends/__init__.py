"""Trend fits: one file per shape or test."""
