"""The scoreboard of control models: what disagrees first, the larger change first, the share of false claims."""

from __future__ import annotations

from analysis.planted import Outcome, Planted, Score
from dashboard.words.controls import ranked, tally_sentence


def score(outcome: Outcome, change: float | None, *, planted: Planted = "rise", verdict: str = "inverse") -> Score:
    return Score(
        behavior="control-tastes", series="Control positive", axis="size", planted=planted, verdict=verdict,
        change=change, detectable_change=0.5, q=0.01, outcome=outcome,
    )  # fmt: skip


def test_disagreements_come_first_and_larger_changes_either_way() -> None:
    rows = [
        score("agrees", 3.0),
        score("missed", 0.6),
        score("not tested", None),
        score("missed", -0.9),
        score("wrong sign", -0.1),
        score("false alarm", 0.2),
    ]
    assert [(row.outcome, row.change) for row in ranked(rows)] == [
        ("wrong sign", -0.1),
        ("false alarm", 0.2),
        ("missed", -0.9),
        ("missed", 0.6),
        ("not tested", None),
        ("agrees", 3.0),
    ]


def test_false_alarms_are_a_share_of_the_claims() -> None:
    """One of five claims is a false alarm: 20 %. Flat and untested claim nothing; three tests had nothing planted."""
    rows = [
        *[score("agrees", 1.0)] * 4,
        score("false alarm", 0.5, planted="none"),
        *[score("agrees", 0.0, planted="none", verdict="flat")] * 2,
        score("not tested", None, planted="none", verdict="insufficient"),
    ]
    said = tally_sentence(rows)
    assert "In 3 tests nothing was planted: **1** false alarm, 20% of the 5 claims made" in said
    quiet = tally_sentence([row for row in rows if row.outcome != "false alarm"])
    assert quiet.endswith("In 2 tests nothing was planted: no false alarms.")
