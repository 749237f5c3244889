"""Behaviour: a claim, a chart, a reading."""

from dashboard.screens.behaviour.page import show

show()
