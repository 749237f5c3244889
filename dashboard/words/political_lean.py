"""What is said above a plot of rates between two poles. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.text.markdown import Markdown
from dashboard.words.numbers import plural


def sentence(asked: Iterable[int | None], *, metric: str, asked_when: str) -> Markdown:
    """'4 models, 80 statements each, asked in 2026-05. Neither pole …'.

    `asked`: number of statements of each model, None where it is not known.
    """
    numbers = list(asked)
    known = {number for number in numbers if number is not None}
    each = f", {plural(next(iter(known)), 'statement')} each" if len(known) == 1 else ""
    return Markdown(
        "{}{}, {}. Score: {}. Neither pole is treated as right or wrong; a change would be called a *shift*."
    ).format(plural(len(numbers), "model"), each, asked_when, metric)
