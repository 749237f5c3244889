"""Agreement: which models prefer the same behaviours, and what flips inside a family."""

from __future__ import annotations

from dashboard import agreement_words as words
from dashboard.components.agreement_page import agreement_page
from dashboard.components.states import page_of_sets
from dashboard.results import results, sets_with_preferences

found = results()
page_of_sets(
    found, sets_with_preferences(found), agreement_page,
    title=words.QUESTION, none=words.NO_SET, command="scalewatch import PATH --into SET",
)  # fmt: skip
