"""Which model strays: far off in a fifth of its behaviours, in three at least."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finding_builders import finding, point

from analysis.findings.finding import Finding
from analysis.findings.stray import StrayModel, stray_models

POINTS = [point(f"{size}M", size * 1e6, 0.4) for size in (1, 2, 4, 8)]


def off(*residuals: float, gaps: tuple[float | None, ...] = (None,) * 4) -> Finding:
    made = finding(points=[replace(each, label_gap=gap) for each, gap in zip(POINTS, gaps, strict=True)])
    return replace(made, result=replace(made.result, residuals=residuals))


def test_far_is_more_than_two_either_way() -> None:
    told = stray_models([off(2.0, 2.001, -2.0, -2.001), off(0.0, 0.1, 0.2, 5.0)])
    assert [model.label for model in told] == ["1M", "2M", "4M", "8M"]
    assert [(model.n_far, model.n_behaviors) for model in told] == [(0, 2), (1, 2), (0, 2), (2, 2)]


@pytest.mark.parametrize(("n_far", "n", "strays"), [(3, 15, True), (3, 16, False), (2, 4, False), (4, 21, False)])
def test_a_model_strays_in_a_fifth_and_three(n_far: int, n: int, strays: bool) -> None:
    model = StrayModel(checkpoint="m", label="1M", x=1e6, n_behaviors=n, n_far=n_far, label_gap=None, option_mass=None)
    assert model.strays == strays


def test_gaps_are_averaged_over_the_behaviours_that_have_one() -> None:
    told = stray_models([off(0, 0, 0, 0, gaps=(0.2, 0.4, None, None)), off(0, 0, 0, 0, gaps=(-0.4, None, None, 0.0))])
    assert [model.label_gap for model in told] == [pytest.approx(-0.1), 0.4, None, 0.0]
