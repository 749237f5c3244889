"""Where an axis begins and ends, and which ticks carry text."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from finding_builders import finding

from dashboard.figures.parts.axes import labelled_ticks, percent_range, position, spread_ticks, x_axis
from dashboard.figures.parts.end_labels import spread
from dashboard.figures.parts.ramp import ramp_steps
from dashboard.figures.scaling import scaling_figure


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ((0.33, 0.475), (0.2, 0.6)),  # 30-50; 2.5 points above are less than 3 below: up, then down
        ((0.30, 0.70), (0.3, 0.7)),  # forty points are enough
        ((0.29, 0.70), (0.2, 0.7)),
        ((0.30, 0.71), (0.3, 0.8)),
        ((0.7 - 0.4, 0.7), (0.3, 0.7)),  # a hair below .3, by the arithmetic of floats
        ((0.3, 0.8 - 0.1), (0.3, 0.7)),  # and a hair above .7
        ((0.0, 0.05), (0.0, 0.4)),
        ((0.98, 1.0), (0.6, 1.0)),
        ((0.0, 1.0), (0.0, 1.0)),
        ((), (0.0, 1.0)),
        ((0.5,), (0.3, 0.7)),
    ],
)
def test_percent_axes_are_tens_and_forty_points_tall(rates: tuple[float, ...], expected: tuple[float, float]) -> None:
    assert percent_range(rates) == pytest.approx(expected)


def test_a_size_axis_has_room_for_the_dotted_part_or_the_largest_grey_model() -> None:
    # 8 to 10, 2.5 % of two decades before, 0.3 beyond; a grey model at 11 is farther: 2.5 % of three decades past it.
    assert x_axis("size", main=[1e8, 1e10], others=[]).range == pytest.approx((7.95, 10.3))
    assert x_axis("size", main=[1e8, 1e10], others=[1e11]).range == pytest.approx((7.925, 11.075))
    assert x_axis("size", main=[1e8, 1e10], others=[1e9]).range == pytest.approx((7.95, 10.3))
    assert x_axis("size", main=[1e9], others=[]).range == pytest.approx((8.5, 9.5))


def test_a_step_axis_ends_where_its_fits_do() -> None:
    last = math.log10(1 + 500 / 25)
    axis = x_axis("rlhf", main=[0, 50, 500], others=[])
    assert axis.range == pytest.approx((-0.025 * last, 1.025 * last))
    beyond = math.log10(1 + 1000 / 25)
    assert x_axis("rlhf", main=[0, 500], others=[], reach=[1000]).range[1] == pytest.approx(beyond + 0.025 * last)
    assert (axis.title, x_axis("rlhf", main=[25, 50], others=[]).title) == (
        "RL steps (log scale, zero included)",
        "RL steps (log scale)",
    )


def test_positions_hold_zero() -> None:
    assert [position("rlhf", steps) for steps in (0, 25, 225)] == pytest.approx([0, math.log10(2), 1])
    assert position("training", 900_000_000) == pytest.approx(1)
    assert position("size", 1e9) == pytest.approx(9)


def test_texts_are_eleven_percent_of_the_axis_apart() -> None:
    """Of two decades that is .22: the ends first, then the focus, largest first, then the others."""
    near, far = 10**8.21, 10**8.23
    axis = x_axis("size", main=[1e8, near, far, 1e9, 1e10], others=[])
    assert labelled_ticks(axis, ends=[1e8, 1e10], focus=[], others=[near, far, 1e9]) == (1e8, far, 1e9, 1e10)
    assert labelled_ticks(axis, ends=[1e8, 1e10], focus=[near], others=[]) == (1e8, 1e10)
    focus = labelled_ticks(axis, ends=[1e10], focus=[near], others=[1e8, far])
    assert focus == (near, 1e10), "the focus keeps its text, its neighbours lose theirs"
    assert labelled_ticks(axis, ends=[], focus=[near, far], others=[]) == (far,), "of two in focus the larger one"


def test_long_step_counts_need_more_room() -> None:
    """Two texts of five characters take 4 % of the axis each character: .20 apart."""
    axis = x_axis("rlhf", main=[0, 10**4, 16_000, 10**5], others=[])
    width = position("rlhf", 10**5)
    apart = (position("rlhf", 16_000) - position("rlhf", 10_000)) / width
    assert 0.04 < apart < 0.11
    assert labelled_ticks(axis, ends=[0, 10**5], focus=[10**4], others=[16_000]) == (0, 10**4, 10**5)
    # '10,000' and '100,000' take (6 + 7)/2 x .04 = .26; a decade is .28 of this axis.
    assert (position("rlhf", 10**5) - position("rlhf", 10**4)) / width > 0.26


def test_small_panels_have_three_ticks() -> None:
    axis = x_axis("size", main=[1e8, 1e9, 2e9, 1e11], others=[])
    assert spread_ticks(axis, [1e8, 2e9, 1e9, 1e11]) == (1e8, 2e9, 1e11), "2B is nearer to the middle, 10^9.5"
    assert spread_ticks(axis, [1e9, 1e8, 1e8]) == (1e8, 1e9)


def test_more_than_eight_lines_are_five_in_colour_and_the_rest_grey() -> None:
    eight, nine = ramp_steps(8), ramp_steps(9)
    assert all(step.place is not None for step in eight)
    assert [at for at, step in enumerate(nine) if step.place is not None] == [0, 2, 4, 6, 8]
    assert [step.place for step in ramp_steps(3)] == [4, 7, 10], "faint to strong"
    assert [step.width for step in ramp_steps(3)] == pytest.approx([1.3, 1.42, 1.54])


def test_three_labels_at_one_place_share_the_way() -> None:
    """100, 100 and 110 with 17 pixels each: less their offsets 100, 83 and 76, which pool to their mean."""
    mean = (100 + 83 + 76) / 3
    assert spread([100, 100, 110], heights=[17] * 3, low=0, high=368) == pytest.approx([mean, mean + 17, mean + 34])
    # Near an end they are moved inside.
    assert spread([0, 1], heights=[17, 17], low=0, high=368) == pytest.approx([0, 17])
    assert spread([367, 368], heights=[17, 17], low=0, high=368) == pytest.approx([351, 368])


@pytest.mark.parametrize(("low", "high", "hidden"), [(0.001, 0.001, True), (0.1, 0.001, False), (0.001, 0.1, False)])
def test_intervals_hide_behind_marks_only_where_neither_end_shows(low: float, high: float, hidden: bool) -> None:
    base = finding("Pythia", q=0.01)
    points = tuple(replace(each, ci_low=each.rate - 0.001, ci_high=each.rate + 0.001) for each in base.points)
    last = replace(points[-1], ci_low=points[-1].rate - low, ci_high=points[-1].rate + high)
    figure = scaling_figure([replace(base, points=(*points[:-1], last))], coloured=["Pythia"], focus=None)
    assert any("smaller than the marks" in note for note in figure.notes) == hidden
