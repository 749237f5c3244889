"""What stands in for a behaviour the catalogue does not list: no direction of it is worse."""

from __future__ import annotations

import re

from analysis.catalogue.behaviors import behaviors, find_behavior
from analysis.records import Behavior

MATCHING = "answers matching the behaviour"
"""What the rate of an unlisted behaviour is a share of, and that of many listed ones."""


def unlisted(slug: str, title: str) -> Behavior:
    """The entry of a behaviour nobody described."""
    return Behavior(
        slug=slug,
        title=title,
        group="Other",
        concern="neutral",
        concern_reason="not in the behaviour catalogue, so no direction is declared as worse",
        measure=MATCHING,
        noun=title,
        subject=title,
        quantity=f"share of {MATCHING}",
    )


def behavior_for(name: str) -> Behavior:
    """The entry an evaluation's name finds, or an unlisted one with a slug made of the name."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "unnamed"
    return find_behavior(name) or unlisted(slug, name)


def entry_of(slug: str, title: str) -> Behavior:
    """The entry with this slug, or an unlisted one under this title."""
    return behaviors().get(slug) or unlisted(slug, title)
