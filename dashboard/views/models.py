"""Models: which of them stray from their family, and in how many behaviours."""

from dashboard.screens.models import show

show()
