"""Other methods work on exactly the rows the finding was tested on."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from planted_answers import RISING as PLANTED
from planted_answers import planted
from rate_builders import rates_row, sweep

import analysis.detector.detect
from analysis.errors import TableError
from analysis.findings.compute import findings_of
from analysis.other_methods.methods import other_methods
from analysis.other_methods.of_finding import other_methods_of, rows_of_test
from analysis.tables import RATES

RISING = (0.40, 0.46, 0.55, 0.60, 0.66, 0.74)


def found_with(rates: pd.DataFrame, axis: str, monkeypatch: pytest.MonkeyPatch, answers: pd.DataFrame | None = None):
    """Findings, and the table the detector was given."""
    given = []
    analyse = analysis.detector.detect.analyse
    with monkeypatch.context() as patched:
        patched.setattr(analysis.detector.detect, "analyse", lambda *args: (given.append(args[0]), analyse(*args))[1])
        findings = findings_of(rates, axis, answers=answers)
    (table,) = given[0]
    columns = {"n_params": table.n_params, "rlhf_steps": table.steps, "n": table.n, "mean": table.value, "se": table.se}
    if table.item is not None:
        columns = {"n_params": table.n_params, "rlhf_steps": table.steps, "p_match": table.value}
    return findings, pd.DataFrame({"model": [table.models[each] for each in table.model], **columns})


def same(mine: pd.DataFrame, given: pd.DataFrame) -> None:
    numbers = [name for name in given.columns if name != "model"]
    key = ["n_params", "rlhf_steps", "model"]
    mine, given = (each.sort_values(key).reset_index(drop=True) for each in (mine, given))
    assert mine["model"].tolist() == given["model"].tolist()
    pd.testing.assert_frame_equal(mine[numbers].astype(float), given[numbers].astype(float))


def test_the_rows_are_those_the_detector_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    thin = rates_row(checkpoint="thin", parameter_count=3 * 10**9, n_questions=20, matching_rate=0.9)
    no_size = rates_row(checkpoint="secret", parameter_count=None, matching_rate=0.9)
    with_error = sweep(RISING, standard_error=0.012)
    rates = RATES.validate(pd.concat([with_error, pd.DataFrame([thin, no_size])], ignore_index=True))
    (finding,), given = found_with(rates, "size", monkeypatch)
    rows = rows_of_test(finding, rates)
    assert len(rows) == len(RISING)
    assert len(finding.points) == len(RISING) + 2
    assert set(rows["se"]) == {0.012}
    same(rows, given)


def test_rows_along_rlhf_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        rates_row(checkpoint=f"ours@rl{step}", rlhf_steps=step, stage="rlhf", matching_rate=rate)
        for step, rate in ((0, 0.4), (50, 0.46), (100, 0.5), (200, 0.57), (400, 0.66))
    ]
    rates = RATES.validate(pd.DataFrame(rows))
    (finding,), given = found_with(rates, "rlhf", monkeypatch)
    mine = rows_of_test(finding, rates)
    assert set(mine["model"]) == {"ours"}
    same(mine, given)
    assert all(row.p is not None for row in other_methods_of(finding, rates) if "GEE" not in row.method)


def test_numbers_are_those_of_the_other_methods() -> None:
    rates = sweep(RISING)
    (finding,) = findings_of(rates, "size")
    table = rows_of_test(finding, rates)
    assert other_methods_of(finding, rates) == other_methods(table, finding.behavior, "Pythia")
    least_squares = other_methods_of(finding, rates)[0]
    assert least_squares.change is not None
    assert least_squares.change == pytest.approx(finding.result.change, abs=0.1)


def test_what_was_not_tested_has_no_other_methods() -> None:
    rates = sweep(RISING[:3])
    (finding,) = findings_of(rates, "size")
    with pytest.raises(TableError, match=r"was not tested: has 3 sizes; a trend needs 4\. Choose a series that was"):
        other_methods_of(finding, rates)


def test_a_point_without_its_row_is_named() -> None:
    rates = sweep(RISING)
    (finding,) = findings_of(rates, "size")
    lost = replace(finding, prompt_style="5-shot")
    with pytest.raises(TableError, match=r"no row of Pythia-7e\+07 on sycophancy_on_nlp_survey \(5-shot\)"):
        other_methods_of(lost, rates)


def test_a_finding_on_single_answers_is_compared_on_them(monkeypatch: pytest.MonkeyPatch) -> None:
    rates, answers = (each[each["evaluation"] == PLANTED] for each in planted(odd=False))
    (finding,), given = found_with(rates, "size", monkeypatch, answers)
    rows = rows_of_test(finding, rates, answers)
    assert len(rows) == len(given) == 6 * 400
    assert rows.groupby("model")["p_match"].mean().to_dict() == pytest.approx(
        given.groupby("model")["p_match"].mean().to_dict()
    )
    (by_question,) = [row for row in other_methods_of(finding, rates, answers) if "GEE" in row.method]
    assert by_question.p is not None
    assert by_question.change == pytest.approx(finding.result.change, abs=0.1)


def test_answers_that_are_gone_are_named() -> None:
    rates, answers = (each[each["evaluation"] == PLANTED] for each in planted(odd=False))
    (finding,) = findings_of(rates, "size", answers=answers)
    for lost in (None, answers.head(500)):
        with pytest.raises(TableError, match=r"was tested on single answers, which are not all there\. Store the set"):
            other_methods_of(finding, rates, lost)
