"""How sure a reading is: words from made findings, and the page with what a built store holds."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from finding_builders import finding
from places import APP
from rate_builders import rates_row
from small_store import write_set
from streamlit.testing.v1 import AppTest

from analysis.findings.compute import findings_of
from analysis.findings.finding import Finding
from analysis.findings.generality import Generality
from analysis.findings.larger_sizes import Forecast
from analysis.findings.rlhf_across_sizes import RlhfAcrossSizes
from analysis.tables import RATES
from dashboard.words import reading as reading_words
from dashboard.words import sureness as sureness_words

MINUS = "\u2212"
TOGETHER = Generality(
    general=True, reason="rises in OPT, Pythia (q <= 0.05), opposite in none", n_families=3, n_rising=3, n_falling=0,
    q=34.12, q_df=2, q_p=0.0001, i_squared=0.79,
)  # fmt: skip
ACROSS = RlhfAcrossSizes(
    n_sizes=4, n_models=4, effect=0.5, effect_low=0.4, effect_high=0.6, effect_points=0.123, effect_points_low=0.101,
    effect_points_high=0.142, q_effect=0.0001, interaction=0.2, interaction_low=0.1, interaction_high=0.3,
    interaction_points=0.04, interaction_points_low=0.021, interaction_points_high=0.06, q_interaction=0.003, tau=0.05,
)  # fmt: skip


def sure(**changes: object) -> Finding:
    """Pythia on TruthfulQA with its diagnostics."""
    base = finding("Pythia", q=0.004)
    numbers = {
        "tau": 0.061, "detectable_change": 0.53, "bend_probability": 0.12, "adequacy_p": 0.43, "unusually_jumpy": False,
        "n_effective": 41.2, "n_family": 87,
    }  # fmt: skip
    return replace(base, result=replace(base.result, **{**numbers, **changes}))


def forecast(**changes: float) -> Forecast:
    numbers = {
        "x": 36e9, "estimate": 0.32, "low": 0.28, "high": 0.361, "last": 0.33, "n_past": 168, "covered": 0.93,
        "past_error": 0.15, "past_error_of_last": 0.14,
    }  # fmt: skip
    return Forecast(**{**numbers, **changes})


def test_diagnostics_say_every_number_once() -> None:
    rows = sureness_words.diagnostics(replace(sure(), generality=TOGETHER))
    assert rows["Models scatter by"] == "0.06 logit beyond question noise"
    assert rows["Smallest change it could show"].startswith("0.53 logit, about 1")
    assert rows["Bends rather than runs straight"] == "probability 12%"
    assert rows["Scatter beside the family's"] == "p = 0.430: as usual"
    assert rows["Behaviours that count"] == "41 of 87 in this family"
    assert rows["Families differ"] == "Q = 34.1 on 2, p < 0.001; I²\u00a079%"


def test_the_change_in_points_is_that_of_the_logits_around_the_fitted_middle() -> None:
    one = sure(detectable_change=0.8)
    inside = [place.estimate for place in one.result.curve if place.inside]
    middle = sum(math.log(rate / (1 - rate)) for rate in (inside[0], inside[-1])) / 2
    points = 100 * (1 / (1 + math.exp(-middle - 0.4)) - 1 / (1 + math.exp(-middle + 0.4)))
    assert sureness_words.diagnostics(one)["Smallest change it could show"] == f"0.80 logit, about {points:.0f} points"


def test_jumpy_and_odd_scatter_are_said_and_missing_numbers_are_not() -> None:
    rows = sureness_words.diagnostics(sure(unusually_jumpy=True, adequacy_p=0.01))
    assert rows["Models scatter by"].endswith(", unusually much for this family")
    assert rows["Scatter beside the family's"] == "p = 0.010: more than usual"
    assert sureness_words.diagnostics(finding("Gemma")) == {}


@pytest.mark.parametrize(("n_effective", "n_family", "warned"), [(7.3, 87, True), (41.0, 87, False), (1.0, 6, False)])
def test_one_odd_model_is_warned_of_where_few_behaviours_count(n_effective: float, n_family: int, warned: bool) -> None:
    one = sure(n_effective=n_effective, n_family=n_family)
    clause = "one odd model may move them all: the 87 behaviours of this family count as 7"
    assert ((False, clause) in reading_words.why(one, [one]).checks) == warned


def test_along_steps_checkpoints_scatter_and_series_count() -> None:
    rows = sureness_words.diagnostics(sure(axis="rlhf", tau=0.001, n_effective=3.0))
    assert rows["Checkpoints scatter by"] == "less than 0.01 logit beyond question noise"
    assert rows["Series that count"] == "3 of 87 in this family"
    warning = sureness_words.one_odd_model(sure(axis="rlhf", n_effective=3.0).result)
    assert warning == "one odd checkpoint may move them all: the 87 series of this family count as 3"


def test_general_needs_a_trend_of_its_own() -> None:
    general = replace(sure(), generality=TOGETHER)
    other = replace(sure(), family="OPT")
    assert sureness_words.is_general(general)
    assert (True, "general: also falls in OPT") in reading_words.why(general, [general, other]).checks
    flat = replace(general, result=replace(general.result, verdict="flat"))
    assert not sureness_words.is_general(flat)
    assert not sureness_words.is_general(replace(general, generality=replace(TOGETHER, general=False)))
    assert sureness_words.families_together(general) == (
        "General, over 3 families: rises in OPT, Pythia (q ≤ 0.05), opposite in none."
    )


def test_forecasts_are_a_small_table_and_one_sentence() -> None:
    one = replace(sure(), forecasts=(forecast(), forecast(x=120e9, low=0.22, high=0.42)))
    assert sureness_words.larger_models(one) == {
        "Size": ["36B", "120B"], "Forecast": ["32.0%", "32.0%"], "90% interval": ["[28.0, 36.1]", "[22.0, 42.0]"],
        "Last value, 12B": ["33.0%", "33.0%"],
    }  # fmt: skip
    assert sureness_words.larger_sentence(one) == (
        "Not a claim: with the largest one or two sizes of Pythia left out, at least 93% of 168 such intervals held "
        "the measured rate; forecasts missed by 0.15 logit, repeating the last value by 0.14."
    )
    assert "all 168 such" in sureness_words.larger_sentence(replace(one, forecasts=(forecast(covered=1.0),)))


def test_hidden_forecasts_say_why_and_untested_ones_nothing() -> None:
    reason = "it has 4 sizes; a forecast needs 5, so that it can be tried on the largest"
    hidden = replace(sure(), forecast_reason=reason)
    assert sureness_words.larger_sentence(hidden) == f"No forecast for Pythia: {reason}."
    assert sureness_words.larger_models(hidden) == {}
    assert sureness_words.larger_sentence(sure()) == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "The effect grows with size (+4.0 points per tenfold size [+2.1, +6.0], q = 0.003)."),
        ({"interaction": -0.2}, "The effect shrinks with size"),
        ({"q_interaction": 0.4}, "The effect is not shown to grow with size"),
        ({"q_effect": 0.3}, "RLHF is not shown to move the share of answers judged true: **+12.3 points**"),
        ({"q_effect": 0.3}, "The effect differs with size"),
    ],
)
def test_rlhf_over_sizes_is_one_claim_about_each_question(changes: dict[str, float], said: str) -> None:
    one = replace(sure(), rlhf_across_sizes=replace(ACROSS, **changes))
    text = sureness_words.rlhf_over_sizes(one)
    assert text.startswith("Pooled over 4 sizes of Pythia, RLHF ")
    assert said in text
    assert sureness_words.rlhf_over_sizes(sure()) == ""


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, **params: str) -> AppTest:
    monkeypatch.setenv("SCALEWATCH_RESULTS", str(folder))
    app = AppTest.from_file(str(APP), default_timeout=60).run().switch_page("views/behaviour.py")
    for name, value in params.items():
        app.query_params[name] = value
    app = app.run()
    assert not app.exception, app.exception[0].value
    return app


def text_of(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption))


def grid() -> pd.DataFrame:
    """RATES of 6 behaviours x 6 sizes x 5 RL step counts; RLHF does more in larger models."""
    rng = np.random.default_rng(5)
    rows = []
    for number in range(6):
        for at, size in enumerate((2e8, 1e9, 3e9, 7e9, 13e9, 52e9)):
            for step in (0, 50, 100, 250, 500):
                part = math.log2(1 + step / 50) / math.log2(11)
                logit = -0.6 + 0.25 * at + (0.4 + 0.2 * at) * part + rng.normal(0, 0.03)
                share = round(2000 / (1 + math.exp(-logit))) / 2000
                row = {
                    "checkpoint": f"m{size:g}@rl{step}", "rlhf_steps": step, "parameter_count": int(size),
                    "stage": "rlhf",
                    "family": "Ours", "lineage": "Ours", "n_questions": 2000, "matching_rate": share,
                    "behavior": f"own-{number}", "evaluation": f"own-{number}",
                }  # fmt: skip
                rows.append(rates_row(**row))
    return RATES.validate(pd.DataFrame(rows))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder with sizes and RL steps crossed."""
    folder = tmp_path_factory.mktemp("results")
    rates = grid()
    write_set(folder, "ours", [*findings_of(rates, "size"), *findings_of(rates, "rlhf")])
    return folder


def test_page_along_steps_says_what_rlhf_does_over_all_sizes(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = text_of(opened(built, monkeypatch, behaviour="own-0", set="ours", axis="rlhf"))
    assert "Pooled over 6 sizes of Ours, RLHF moves the " in said
    assert "The effect grows with size (+" in said


def test_page_along_size_has_forecasts_and_diagnostics(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(built, monkeypatch, behaviour="own-0", set="ours", axis="size", family="Ours 0 RL steps")
    labels = [each.label for each in app.expander]
    assert labels.index("How sure is this") < labels.index("What a larger model would do")
    said = text_of(app)
    assert "Not a claim: with the largest one or two sizes of Ours 0 RL steps left out" in said
    assert "Pooled over" not in said
    table = next(each for each in app.table if list(each.value.columns)[:2] == ["Size", "Forecast"])
    assert table.value["Size"].tolist() == ["156B", "520B"]


def test_page_shows_the_general_badge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [replace(sure(), generality=TOGETHER), replace(finding("OPT", q=0.01), generality=TOGETHER)]
    write_set(tmp_path, "mine", both)
    said = text_of(opened(tmp_path, monkeypatch, behaviour="truthfulqa", family="Pythia"))
    assert ":gray-badge[General]" in said
    assert "General, over 3 families: rises in OPT, Pythia" in said
