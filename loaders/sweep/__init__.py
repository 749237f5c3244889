"""Sweeps: every checkpoint on every evaluation, resumable, on one machine or a Ray cluster."""
