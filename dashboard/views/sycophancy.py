"""Sycophancy: agreeing with what the user says, by model."""

from dashboard.screens.topic import show
from dashboard.words.topics import SYCOPHANCY

show(SYCOPHANCY)
