"""Method: what is computed, what is not claimed, and how often it is wrong."""

from dashboard.screens.method.page import show

show()
