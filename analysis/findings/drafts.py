"""Series before the test: which of their points may be tested, why not, and the rows the detector gets of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from analysis.catalogue.unlisted import unlisted
from analysis.cells.health import LEAN, Cell, Mark, cell_marks, series_reason
from analysis.detector.table import check_table
from analysis.findings.series import RateRow, RateSeries
from analysis.findings.single_answers import Items, Place, Way, item_table
from analysis.records import Behavior
from analysis.trends.series.checked_table import CheckedTable
from analysis.verdicts import Axis, Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One series before the test: its rows, why they may not be tested."""

    series: RateSeries
    behavior: Behavior
    marks: tuple[str, ...]
    verdict: Verdict | None
    """Given already where the series cannot be tested."""
    reason: str
    items: Items | None = None
    """Its single answers (cells numbered as the rows), where every row has them: then the test runs on these."""

    @property
    def test_key(self) -> tuple[str, str]:
        """What the detector calls this series: behaviour (with evaluation and prompt) and family."""
        first = self.series.rows[0]
        name = "|".join((self.behavior.slug, first.evaluation, first.run_settings, first.metric))
        return name, f"{first.family} {first.variant} {first.stage} {self.series.step_label}".strip()

    @property
    def line(self) -> str:
        """Models of all sizes that RLHF was tried on alike: family and variant."""
        return f"{self.series.rows[0].family} {self.series.rows[0].variant}".strip()

    @property
    def used(self) -> list[tuple[RateRow, float]]:
        """Rows with a place on the axis that no health rule marks, and their places."""
        return [(self.series.rows[at], x) for at, x in self.used_at]

    @property
    def used_at(self) -> list[tuple[int, float]]:
        """Numbers of these rows, and their places."""
        places = enumerate(zip(self.series.xs, self.marks, strict=True))
        return [(at, x) for at, (x, mark) in places if x is not None and not mark]


def draft_of(series: RateSeries, axis: Axis, known: Mapping[str, Behavior], items: Items | None) -> Draft:
    """The series with its marks; `items` are its single answers, None where not every row has them."""
    first = series.rows[0]
    behavior = known.get(first.behavior) or unlisted(first.behavior, first.evaluation)
    cells = [Cell(row.checkpoint, row.matching_rate, row.n) for row in series.rows]
    judged = cell_marks(behavior, cells)
    if items is not None:
        judged = [_mark_of_items(mark, items, at) for at, mark in enumerate(judged)]
    marks = [mark if x is not None else None for mark, x in zip(judged, series.xs, strict=True)]
    sized = [(mark, x) for mark, x in zip(marks, series.xs, strict=True) if x is not None]
    what = "sizes" if axis == "size" else "step counts"
    refused = series_reason([mark for mark, _ in sized], [x for _, x in sized], what)
    if refused and refused[0] == "insufficient":
        if series.mixed_prompts:
            refused = (
                "left_out",
                f"asked in different ways ({series.mixed_prompts}); a trend needs one prompt style",
            )
        elif not sized:
            refused = ("insufficient", "the makers do not say how large these models are")
    if refused is None and axis == "rlhf":
        refused = _several_at_one_step(series, marks)
    texts = tuple(mark.reason if mark else "" for mark in marks)
    if refused:
        return Draft(series, behavior, texts, cast("Verdict", refused[0]), refused[1], items)
    return Draft(series, behavior, texts, None, "", items)


def _several_at_one_step(series: RateSeries, marks: Sequence[Mark | None]) -> tuple[str, str] | None:
    """Why a model with two checkpoints at one step count is not tested, as (verdict, reason)."""
    at: dict[float | None, list[str]] = {}
    for row, x, mark in zip(series.rows, series.xs, marks, strict=True):
        if mark is None:
            at.setdefault(x, []).append(row.checkpoint)
    for x, names in at.items():
        if len(names) > 1:
            return "left_out", f"has {len(names)} checkpoints at {x:,.0f} steps ({', '.join(names)}); a trend needs one"
    return None


def _mark_of_items(mark: Mark | None, items: Items, at: int) -> Mark | None:
    """A mean probability over two labels or more: a slight lean to one answer cancels there and spoils nothing; one so
    strong that nothing else can move the answer leaves a mean of one half, which would look flat."""
    if items.n_labels(at) < 2:
        return mark
    gap = items.label_gap(at)
    if gap is not None and abs(gap) >= LEAN:
        way = "always" if gap > 0 else "never"
        return Mark("constant", f"answers by position: nearly {way} the first option")
    return None if mark is not None and mark.kind == "constant" else mark


def tables_of(
    drafts: Sequence[Draft],
    axis: Axis,
    *,
    family: Callable[[Draft], str] = lambda draft: draft.test_key[1],
    way: Way = "probability",
) -> list[CheckedTable]:
    """The detector's tables of these series: one of means, and one of items for each behaviour and family with single
    answers, scored in this way.

    `family` names what the detector pools over.
    """
    means: list[dict[str, Any]] = []
    parts: dict[tuple[str, str], list[tuple[Items, dict[int, Place]]]] = {}
    for draft in drafts:
        name, rows = (draft.test_key[0], family(draft)), draft.series.rows
        places = {at: place_of(rows[at], axis) for at, _ in draft.used_at}
        if draft.items is not None:
            parts.setdefault(name, []).append((draft.items, places))
        else:
            means += [_mean(*name, rows[at], place) for at, place in places.items()]
    tables = [check_table(pd.DataFrame(means).astype({"n": float, "se": float}), axis)] if means else []
    return tables + [item_table(*name, several, way) for name, several in parts.items()]


def place_of(row: RateRow, axis: Axis) -> Place:
    """Where a cell belongs in the detector's table; sizes nobody states are 1 on the RLHF axis, which needs none."""
    on_size = axis == "size"
    steps = 0.0 if on_size else float(row.rlhf_steps or 0)
    return Place(row.checkpoint if on_size else row.model, float(row.parameter_count or 1), steps)


def _mean(behavior: str, family: str, row: RateRow, place: Place) -> dict[str, Any]:
    return {
        "behavior": behavior, "family": family, "model": place.model, "n_params": place.parameter_count,
        "rlhf_steps": place.steps, "n": row.n, "mean": row.matching_rate, "se": row.standard_error,
    }  # fmt: skip
