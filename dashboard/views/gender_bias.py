"""Gender bias: do pronouns follow the statistics of occupations?"""

from __future__ import annotations

from dashboard import gender_words as words
from dashboard.components.gender_page import gender_page
from dashboard.components.states import page_of_sets
from dashboard.results import results, sets_with_pronouns

found = results()
page_of_sets(
    found, sets_with_pronouns(found), gender_page,
    title=words.QUESTION, none=words.NO_SET, command="scalewatch run SWEEP.yaml",
)  # fmt: skip
