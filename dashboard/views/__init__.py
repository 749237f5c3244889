"""The screens, in the order of the navigation. A new one: one file here, one line in PAGES."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Screen(NamedTuple):
    """One entry of the navigation."""

    file: str
    """Path from the entry script; the first screen is the landing page, without a path in the address."""
    title: str
    help: str
    needs: Literal["", "preferences", "pronouns"] = ""
    """Answers a set must hold for the screen to stand in the navigation; empty: it always does."""


PAGES: tuple[Screen, ...] = (
    Screen("views/findings.py", "Findings", "Every behaviour and family, strongest evidence first."),
    Screen("views/sycophancy.py", "Sycophancy", "Agreeing with what the user says, by model size."),
    Screen("views/power_seeking.py", "Power-seeking", "Power-seeking and self-preservation, by model size."),
    Screen("views/political.py", "Political views", "Which political statements models agree with."),
    Screen(
        "views/agreement.py", "Agreement", "Which models prefer the same behaviours, and what flips.", "preferences"
    ),
    Screen("views/gender_bias.py", "Gender bias", "Pronouns against the statistics of occupations.", "pronouns"),
    Screen("views/behaviour.py", "Behaviour", "One behaviour in one data set: chart, reading, numbers."),
    Screen("views/models.py", "Models", "Which models stray from their family, and in how many behaviours."),
    Screen("views/method.py", "Method", "What is computed, what is not claimed, how often it is wrong."),
)
