"""What the agreement page counts: pairs with ten behaviours in common, families apart."""

from __future__ import annotations

from analysis.cells.model_facts import ModelFacts
from analysis.preferences.agreement import Pair, each_once
from dashboard.words.agreement import summary


def model(name: str, family: str) -> ModelFacts:
    return ModelFacts(
        checkpoint=name, family=family, lineage=family, variant="", stage="pretrained", parameter_count=1,
        rlhf_steps=None, training_tokens=None,
    )  # fmt: skip


MODELS = {name: model(name, name[0]) for name in ("a1", "a2", "a3", "b1")}


def pair(first: str, second: str, same: int, n: int = 10) -> Pair:
    return Pair(first=first, second=second, n=n, same=same, expected=0.5)


def test_ten_shared_behaviours_are_enough_and_nine_are_not() -> None:
    told = summary([pair("a1", "a2", 9), pair("a1", "a3", 7), pair("a2", "a3", 0, n=9)], MODELS, 33)
    assert told == (
        "3 models, 33 behaviours of two answers. Two models of one family agree on **80%** (median of 2 pairs; 70% to "
        "90%). Unrelated models that prefer as many would agree on 50%."
    )


def test_families_are_told_apart() -> None:
    told = summary([pair("a1", "a2", 9), pair("a1", "b1", 4), pair("a2", "b1", 5), pair("a3", "b1", 9)], MODELS, 33)
    assert "Two models of one family agree on **90%** (median of 1 pair)." in told
    assert "Models of different families agree on **50%** (median of 3 pairs; 40% to 90%)." in told


def test_each_pair_is_listed_once_and_none_with_itself() -> None:
    table = [[pair(a, b, 5) for b in ("a1", "a2", "b1")] for a in ("a1", "a2", "b1")]
    assert [(each.first, each.second) for each in each_once(table)] == [("a1", "a2"), ("a1", "b1"), ("a2", "b1")]
