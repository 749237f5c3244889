"""Findings: a paragraph written from the results and the ranked table."""

from dashboard.screens.findings.page import show

show()
