"""Specs as Plotly figures."""
