"""Single answers as the detector wants them, and what they say about each cell (method, section 4.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.cells.health import COMPLETE
from analysis.cells.rates import Interval, probability_interval
from analysis.findings.series import RateRow
from analysis.trends.series.cells import SMALL_STRATUM, strata
from analysis.trends.series.checked_table import CheckedTable

MEAN_PROBABILITY = "mean probability of the matching answer"
"""Metric of findings that rest on single answers."""
Way = Literal["probability", "unbalanced", "argmax"]
"""How answers are scored: probability of the matching answer with labels balanced; the same, every question of one
weight; 1 where the likeliest answer matches and 0 where not, with labels balanced."""
CellKey = tuple[str, str, str]
"""Checkpoint, evaluation, prompt style."""
_SEVERAL, _VARIES = -1, -2


class Place(NamedTuple):
    """Where one cell of a series belongs in the detector's table."""

    model: str
    parameter_count: float
    steps: float


@dataclass(frozen=True, slots=True)
class AnsweredCell:
    """What the single answers of one cell say. Shares are 0-1."""

    mean: float
    """Mean probability of the matching answer, labels weighted equally."""
    interval: Interval
    n: int
    """Questions with a probability."""
    label_gap: float | None
    """Mean where the first option matches less mean where another does (-1 to 1): the lean to an answer. None where
    fewer than ten questions are on either side."""
    option_mass: float | None
    """Mean probability on any listed option: does the model play at all?"""


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """The single answers of one series, cell after cell. Questions, labels and clusters are whole numbers."""

    starts: Array
    """Where each cell begins, and the end: (cells + 1,)."""
    question: Array
    p: Array
    """Probability of the matching answer."""
    answered: Array
    """1 where the likeliest answer matches, 0 where not, NaN where there is none."""
    mass: Array
    position: Array
    """Matching option as this model saw it; negative where several match, or none."""
    label: Array
    """Matching option, the same for all models, rare ones pooled as in the detector."""
    cluster: Array

    def part(self, cell: int) -> slice:
        """The rows of one cell."""
        return slice(int(self.starts[cell]), int(self.starts[cell + 1]))

    def cell(self, number: int) -> AnsweredCell:
        """The figures of one cell."""
        rows = self.part(number)
        p, label, cluster = self.p[rows], self.label[rows], self.cluster[rows]
        labels = label if len(np.unique(label)) > 1 else None
        clusters = cluster if len(np.unique(cluster)) < len(cluster) else None
        mean, interval = probability_interval(p, labels, clusters)
        mass = self.mass[rows][~np.isnan(self.mass[rows])]
        return AnsweredCell(
            mean, interval, len(p), _gap(p, self.position[rows]), float(mass.mean(dtype=float)) if len(mass) else None
        )

    def label_gap(self, number: int) -> float | None:
        """The lean of one cell, as `AnsweredCell.label_gap`, without the rest."""
        rows = self.part(number)
        return _gap(self.p[rows], self.position[rows])

    def n_labels(self, number: int) -> int:
        """Labels that the questions of one cell have."""
        return len(np.unique(self.label[self.part(number)]))


@dataclass(frozen=True, slots=True, eq=False)
class SingleAnswers:
    """ANSWERS rows with a probability of the matching answer, as arrays."""

    rows: Mapping[CellKey, Array]
    """Row numbers of each cell."""
    question: Array
    p: Array
    answered: Array
    mass: Array
    position: Array
    cluster: Array

    @classmethod
    def of(cls, answers: pd.DataFrame | Iterable[pd.DataFrame]) -> SingleAnswers:
        """From ANSWERS rows, in one frame or several, each with all answers to its evaluations: one at a time is turned
        into arrays. A question without a cluster is one of its own."""
        parts = [_arrays(each) for each in ([answers] if isinstance(answers, pd.DataFrame) else answers)]
        names = ("question", "p", "answered", "mass", "position", "cluster")
        rows: dict[CellKey, Array] = {}
        seen = n_questions = n_clusters = 0
        for cells, arrays in parts:
            rows |= {key: place + seen for key, place in cells.items()}
            arrays["question"] += n_questions
            arrays["cluster"] += n_clusters
            seen += len(arrays["p"])
            n_questions, n_clusters = (int(arrays[name].max(initial=-1)) + 1 for name in ("question", "cluster"))
        return cls(rows, **{name: np.concatenate([arrays[name] for _, arrays in parts]) for name in names})

    def of_rows(self, series: Sequence[RateRow]) -> Items | None:
        """The answers of one series; None where a cell lacks those its rate was computed from."""
        cells = [self._behind(row) for row in series]
        found = [rows for rows in cells if rows is not None]
        if len(found) < len(cells):
            return None
        rows = np.concatenate(found)
        question, position = self.question[rows], self.position[rows]
        return Items(
            starts=np.cumsum([0, *(len(each) for each in found)]),
            question=question, p=self.p[rows], answered=self.answered[rows], mass=self.mass[rows],
            position=position, label=_labels(question, position), cluster=_one_each(question, self.cluster[rows]),
        )  # fmt: skip

    def _behind(self, row: RateRow) -> Array | None:
        """The answers the rate was computed from.

        They must be for nine in ten of its questions, and as many must have been answered with a matching option: a
        rate that was turned round, or normalised by length, is another measurement.
        """
        rows = self.rows.get((row.checkpoint, row.evaluation, row.run_settings))
        if rows is None or len(rows) < COMPLETE * (row.n_questions or 0):
            return None
        answered = self.answered[rows][~np.isnan(self.answered[rows])]
        same = len(answered) > 0 and abs(float(answered.mean(dtype=float)) - row.matching_rate) <= 0.5 / len(answered)
        return rows if same else None


def _arrays(answers: pd.DataFrame) -> tuple[dict[CellKey, Array], dict[str, Array]]:
    """Row numbers of each cell, and the columns, of the rows with a probability; 29 bytes a row."""
    measured = answers[answers["matching_probability"].notna()]
    question = pd.factorize(measured["question_id"])[0].astype(np.int32)
    named = pd.factorize(measured["cluster"])[0].astype(np.int32)
    cells = measured.groupby(["checkpoint", "evaluation", "run_settings"], observed=True, sort=False).indices
    return {cast("CellKey", key): np.sort(rows).astype(np.int32) for key, rows in cells.items()}, {
        "question": question,
        "p": measured["matching_probability"].to_numpy(float),
        "answered": measured["answered_matching"].to_numpy(np.float32, na_value=np.nan),
        "mass": measured["total_option_mass"].to_numpy(np.float32, na_value=np.nan),
        "position": measured["matching_position"].to_numpy(np.int16, na_value=_SEVERAL),
        "cluster": np.where(named >= 0, named, np.int32(len(measured)) + question),
    }


def item_table(
    behavior: str, family: str, parts: Sequence[tuple[Items, Mapping[int, Place]]], way: Way = "probability"
) -> CheckedTable:
    """The detector's table of one behaviour in one family: the cells that are named of each series."""
    chosen = [(items, cell, place) for items, places in parts for cell, place in places.items()]
    models = sorted({place.model for _, _, place in chosen})
    sizes = [items.part(cell).stop - items.part(cell).start for items, cell, _ in chosen]
    question, label, cluster, answered, p = (
        np.concatenate([getattr(items, name)[items.part(cell)] for items, cell, _ in chosen])
        for name in ("question", "label", "cluster", "answered", "p")
    )
    of_cell = [(models.index(place.model), place.parameter_count, place.steps) for _, _, place in chosen]
    model, parameter_count, steps = (np.repeat(column, sizes) for column in zip(*of_cell, strict=True))
    there = ~np.isnan(answered) if way == "argmax" else np.ones(len(p), bool)
    value = answered.astype(float) if way == "argmax" else p
    return CheckedTable(
        behaviors=[behavior], families=[family], models=models,
        behavior=np.zeros(int(there.sum()), np.int64), family=np.zeros(int(there.sum()), np.int64),
        model=model[there], n_params=parameter_count[there].astype(float), steps=steps[there].astype(float),
        value=value[there], item=question[there],
        label=None if way == "unbalanced" else _one_each(question, label)[there],
        cluster=_one_each(question, cluster)[there], n=None, se=None,
    )  # fmt: skip


def item_frame(items: Items, places: Mapping[int, Place], behavior: str, family: str) -> pd.DataFrame:
    """The same rows as `detect` takes them from a user."""
    parts = [
        pd.DataFrame(
            {
                "behavior": behavior, "family": family, "model": place.model, "n_params": place.parameter_count,
                "rlhf_steps": place.steps, "item_id": items.question[rows], "p_match": items.p[rows],
                "label": items.label[rows], "cluster": items.cluster[rows],
            }
        )
        for cell, place in places.items()
        for rows in [items.part(cell)]
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _gap(p: Array, position: Array) -> float | None:
    first, other = p[position == 0], p[position > 0]
    if min(len(first), len(other)) < SMALL_STRATUM:
        return None
    return float(first.mean() - other.mean())


def _labels(question: Array, position: Array) -> Array:
    """Label of each row's question: its matching position, one of its own where models saw it in different orders."""
    names, code = np.unique(question, return_inverse=True)
    of_question = np.empty(len(names), np.int64)
    of_question[code] = position
    of_question[code[position != of_question[code]]] = _VARIES
    return np.asarray(strata(of_question)[code])


def _one_each(question: Array, value: Array) -> Array:
    """One value for each question: the last that its rows have."""
    names, code = np.unique(question, return_inverse=True)
    of_question = np.empty(len(names), np.int64)
    of_question[code] = value
    return np.asarray(of_question[code])
