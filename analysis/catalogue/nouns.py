"""What sentences and axes call a rate: by the catalogue's entry, and by how the rate was measured."""

from __future__ import annotations

from analysis.catalogue.behaviors import behaviors
from analysis.catalogue.unlisted import MATCHING, entry_of

MEAN_OF = "mean probability of "
"""Begins the measure of a finding that rests on single answers."""
_SHARE_OF = "share of "


def subject_of(slug: str, title: str, measure: str) -> tuple[str, bool]:
    """What rises or falls, at the beginning of a sentence, and whether it takes a plural verb.

    Of a rate that counts matching answers it is these: 'Answers matching “Seeks power”'; else the behaviour's noun.
    """
    if measure.startswith(MATCHING):
        return f"Answers matching “{title}”", True
    entry = entry_of(slug, title)
    return entry.subject, entry.plural


def quantity_of(slug: str, measure: str) -> str:
    """What a rate is called: 'share of answers judged true', 'mean probability of answers judged true'.

    Of a behaviour the catalogue does not list it is what the measure counts.
    """
    entry = behaviors().get(slug)
    share = entry.quantity if entry else _SHARE_OF + measure.removeprefix(MEAN_OF)
    if not measure.startswith(MEAN_OF):
        return share
    return MEAN_OF + share.removeprefix(_SHARE_OF).partition(", ")[0]
