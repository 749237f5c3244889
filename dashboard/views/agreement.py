"""Agreement: which models prefer the same behaviours, and what flips inside a family."""

from dashboard.screens.agreement import show

show()
