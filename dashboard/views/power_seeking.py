"""Power-seeking and self-preservation, by model."""

from dashboard.screens.topic import show
from dashboard.words.topics import POWER

show(POWER)
