"""Curves along training carry the rates as they are, in order."""

from __future__ import annotations

import pandas as pd
import pytest
from rate_builders import rates_row, sweep
from training_builders import BEHAVIOR, STEPS, TOKENS_A_STEP, training_rates, training_rows

from analysis.findings.training_curves import training_behaviors, training_curves
from analysis.tables import RATES


def test_models_by_size_checkpoints_by_tokens_values_as_in_the_rates() -> None:
    rates = training_rates()
    (curves,) = training_curves(rates, BEHAVIOR)
    assert [line.model for line in curves.lines] == ["pythia-70m", "pythia-410m", "pythia-1b", "pythia-12b"]
    by_checkpoint = rates.set_index("checkpoint")
    for line in curves.lines:
        assert [point.tokens for point in line.points] == [step * TOKENS_A_STEP for step in STEPS]
        for point in line.points:
            row = by_checkpoint.loc[point.checkpoint]
            assert (point.rate, point.ci_low, point.ci_high) == (row["matching_rate"], row["ci_low"], row["ci_high"])
            assert (point.tokens, point.n_questions) == (row["training_tokens"], row["n_questions"])
            assert line.parameter_count == row["parameter_count"]
    assert sum(len(line.points) for line in curves.lines) == len(rates)


def test_what_the_catalogue_says_of_the_behaviour_travels_along() -> None:
    (curves,) = training_curves(training_rates(), BEHAVIOR)
    assert (curves.name, curves.behavior, curves.chance) == ("Pythia", BEHAVIOR, 0.5)
    assert "view the user states" in curves.measure
    (unlisted,) = training_curves(training_rates(behavior="own", evaluation="own_eval"), "own")
    assert (unlisted.title, unlisted.chance) == ("own_eval", None)


def test_variants_are_charts_of_their_own_and_other_behaviours_take_no_part() -> None:
    deduped = training_rows({"pythia-70m-deduped": 70_000_000, "pythia-1b-deduped": 1_000_000_000}, variant="deduped")
    other = training_rows(behavior="truthfulqa", evaluation="truthfulqa_mc2")
    rates = training_rates(*deduped, *other)
    curves = training_curves(rates, BEHAVIOR)
    assert [each.name for each in curves] == ["Pythia", "Pythia deduped"]
    assert [line.model for line in curves[1].lines] == ["pythia-70m-deduped", "pythia-1b-deduped"]
    assert training_behaviors(rates) == {BEHAVIOR, "truthfulqa"}


def test_of_two_prompt_styles_the_one_with_more_checkpoints() -> None:
    few = training_rows({"pythia-1b": 1_000_000_000}, steps=(0, 1000), prompt_style="5-shot")
    (curves,) = training_curves(training_rates(*few), BEHAVIOR)
    assert curves.prompt_style == "0-shot"
    assert len(curves.lines) == 4


def test_one_checkpoint_a_model_is_no_training() -> None:
    last = training_rates(steps=(143_000,))
    assert training_behaviors(last) == frozenset()
    assert training_curves(last, BEHAVIOR) == ()
    assert training_behaviors(sweep((0.4, 0.5, 0.6, 0.7))) == frozenset()
    assert training_behaviors(RATES.empty()) == frozenset()
    assert training_curves(RATES.empty(), BEHAVIOR) == ()


def test_rows_after_rl_steps_and_without_tokens_take_no_part() -> None:
    rl = [
        rates_row(checkpoint=f"tuned-1b@step{step}", training_tokens=10**12 + step, rlhf_steps=step + 1)
        for step in (0, 100)
    ]
    unknown = rates_row(checkpoint="pythia-1b@step7", training_tokens=None)
    (curves,) = training_curves(training_rates(*rl, unknown), BEHAVIOR)
    assert {line.model for line in curves.lines} == {"pythia-12b", "pythia-1b", "pythia-410m", "pythia-70m"}
    assert {len(line.points) for line in curves.lines} == {len(STEPS)}
    assert training_behaviors(RATES.validate(pd.DataFrame([*rl, unknown]))) == frozenset()


def test_models_of_unknown_size_come_last() -> None:
    (curves,) = training_curves(training_rates(*training_rows({"a-model": None})), BEHAVIOR)
    assert [line.parameter_count for line in curves.lines][-1] is None
    assert curves.lines[-1].model == "a-model"


def test_the_shipped_checkpoints(root) -> None:
    from loaders.store.store import Store

    rates = Store(root / "cached_results").rates("pythia-checkpoints")
    assert len(training_behaviors(rates)) == rates["behavior"].nunique() == 87
    (curves,) = training_curves(rates, "arc-easy")
    assert [len(line.points) for line in curves.lines] == [27] * 8
    assert curves.lines[-1].points[-1].rate == pytest.approx(0.7020, abs=5e-4)


def test_two_checkpoints_at_one_token_count_are_no_training_either() -> None:
    twice = [
        rates_row(checkpoint=f"pythia-9b@{name}", behavior=BEHAVIOR, parameter_count=9 * 10**9, training_tokens=10**9)
        for name in ("a", "b")
    ]
    alone = RATES.validate(pd.DataFrame(twice))
    assert (training_behaviors(alone), training_curves(alone, BEHAVIOR)) == (frozenset(), ())
