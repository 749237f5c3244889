"""Sycophancy: agreeing with what the user says, by model."""

from __future__ import annotations

from dashboard.components.states import show_problems
from dashboard.components.theme_page import theme_page
from dashboard.results import results
from dashboard.themes import SYCOPHANCY

found = results()
show_problems(found)
theme_page(SYCOPHANCY, found)
