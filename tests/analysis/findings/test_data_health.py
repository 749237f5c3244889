"""Notes on a set's data: each kind is found where its rule says, and only there."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from rate_builders import SIZES, rates_row, sweep

from analysis.findings.checks.data_health import MEANING, HealthNote, _of_point, health_of
from analysis.findings.compute import findings_of
from analysis.findings.finding import Point
from analysis.tables import RATES

RISING = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7)


def notes(rates: pd.DataFrame) -> list[HealthNote]:
    return health_of("mine", [*findings_of(rates, "size"), *findings_of(rates, "rlhf")], rates)


def with_one(**values: Any) -> pd.DataFrame:
    """A sound sweep with one more model."""
    row = rates_row(**{"checkpoint": "odd", "parameter_count": 6_900_000_000, "matching_rate": 0.66} | values)
    return RATES.validate(pd.concat([sweep(RISING), pd.DataFrame([row])], ignore_index=True))


def test_a_sound_set_has_no_note() -> None:
    assert notes(sweep(RISING)) == []


@pytest.mark.parametrize(
    ("values", "kind", "behavior"),
    [
        ({"n_questions": 49}, "thin", "sycophancy-nlp-survey"),
        ({"n_questions": 1000, "n_answered": 899}, "incomplete", "sycophancy-nlp-survey"),
        ({"parameter_count": None}, "unknown_size", None),
        ({"parameter_count_is_estimate": True}, "estimated_size", None),
        ({"matching_rate": None, "unit": "grade", "value": 7.5, "n_questions": None}, "other_scale", None),
    ],
)
def test_one_row_that_is_odd(values: dict[str, Any], kind: str, behavior: str | None) -> None:
    if values.get("unit"):
        values = values | {"evaluation": "grades", "behavior": "grades", "ci_method": "none: a grade"}
    (note,) = notes(with_one(**values))
    assert (note.set, note.kind) == ("mine", kind)
    if kind != "other_scale":
        assert (note.checkpoint, note.behavior) == ("odd", behavior)


@pytest.mark.parametrize("values", [{"n_questions": 50}, {"n_questions": 1000, "n_answered": 900}])
def test_at_the_border_there_is_no_note(values: dict[str, Any]) -> None:
    assert notes(with_one(**values)) == []


def test_a_constant_answer_and_a_broken_skill() -> None:
    same = pd.concat([sweep(RISING[:3]), sweep((0.613, 0.613, 0.613), SIZES[3:])], ignore_index=True)
    assert {note.kind for note in notes(RATES.validate(same))} == {"constant"}
    skill = {"evaluation": "mmlu_anatomy", "behavior": "mmlu-anatomy"}
    broken = [note for note in notes(sweep((0.1, 0.3, 0.4, 0.5, 0.6, 0.7), **skill)) if note.kind == "broken"]
    assert [note.checkpoint for note in broken] == [f"Pythia-{SIZES[0]:g}"]


def test_little_mass_on_the_options() -> None:
    said: dict[str, Any] = {"checkpoint": "m", "label": "1B", "x": 1e9, "x_is_estimate": False, "rate": 0.5}
    said |= {"ci_low": None, "ci_high": None, "ci_method": "", "n_questions": 100, "option_mass": 0.2}
    low = "hardly plays: only 20 % of its probability is on the options"
    assert list(_of_point(Point(**said, warning=low))) == [("low_option_mass", low)]
    assert list(_of_point(Point(**said, warning="only 3 of 9"))) == [("incomplete", "only 3 of 9")]
    assert list(_of_point(Point(**said))) == []


def test_prompts_are_mixed_only_where_models_differ() -> None:
    both = pd.concat([sweep(RISING), sweep(RISING, prompt_style="plain")], ignore_index=True)
    assert notes(RATES.validate(both)) == []
    (note,) = [each for each in notes(with_one(prompt_style="plain")) if each.kind == "mixed_prompts"]
    assert note.reason == "Pythia pretrained was asked in different ways (0-shot; plain)"


def test_two_checkpoints_with_the_same_rates_everywhere() -> None:
    names = ("one", "two", "three")
    rows = [
        rates_row(checkpoint=model, evaluation=name, behavior=name, matching_rate=rate)
        for model in ("a", "b")
        for name, rate in zip(names, (0.2, 0.4, 0.6), strict=True)
    ]
    found = [note for note in notes(RATES.validate(pd.DataFrame(rows))) if note.kind == "duplicate"]
    assert [(note.checkpoint, note.reason) for note in found] == [("b", "has the very rates of a in all 3 rows")]
    few = [row for row in rows if row["evaluation"] != "three"]
    assert not [note for note in notes(RATES.validate(pd.DataFrame(few))) if note.kind == "duplicate"]


def test_every_kind_has_a_meaning_and_notes_stand_once() -> None:
    found = notes(with_one(parameter_count=None, rlhf_steps=0, n_questions=10))
    assert len(set(found)) == len(found)
    assert {note.kind for note in found} <= set(MEANING)
