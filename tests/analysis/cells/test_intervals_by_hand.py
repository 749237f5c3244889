"""Intervals of rates worked out by hand, every factor in sight. 1.959964 is the normal's .975 quantile."""

from __future__ import annotations

import math

import pytest

from analysis.cells.rates import Interval, n_from_standard_error, probability_interval, published_rate_interval, wilson
from analysis.errors import TableError

Z = 1.959964


def ends(centre: float, half: float) -> list[float]:
    """centre -+ half, logits, as shares."""
    return [1 / (1 + math.exp(-(centre - half))), 1 / (1 + math.exp(-(centre + half)))]


def both(interval: Interval) -> list[float | None]:
    return [interval.low, interval.high]


FOUR = [0.2, 0.4, 0.6, 0.8]
"""Mean .5, so the shrunk mean (4 x .5 + .5)/5 is .5 too: logit 0, 1/(m(1 - m)) = 4. Shrinking adds (.5/5)^2 = .01."""


def test_clusters_count_once_with_g_over_g_minus_1() -> None:
    # Residuals over n: -.075, -.025 | .025, .075; sums -.1, .1; G/(G - 1) x .02 = 2 x .02 = .04
    mean, interval = probability_interval(FOUR, clusters=["a", "a", "b", "b"])
    assert mean == pytest.approx(0.5)
    assert both(interval) == pytest.approx(ends(0, Z * 4 * math.sqrt(0.04 + 0.01)), abs=1e-6)


def test_one_cluster_has_no_factor() -> None:
    # Residuals add up to 0: what is left is the shrinking alone.
    _, interval = probability_interval(FOUR, clusters=["a"] * 4)
    assert both(interval) == pytest.approx(ends(0, Z * 4 * 0.1), abs=1e-6)


def test_items_lose_a_degree_of_freedom_for_each_label() -> None:
    # One label: sum of squares (.09 + .01 + .01 + .09)/16 = .0125, times 4/3.
    _, plain = probability_interval(FOUR)
    assert both(plain) == pytest.approx(ends(0, Z * 4 * math.sqrt(0.0125 * 4 / 3 + 0.01)), abs=1e-6)
    # Two labels of two: residuals .1, weights 1/4: 4 x .000625 = .0025, times 4/(4 - 2).
    _, labelled = probability_interval(FOUR, labels=["A", "A", "B", "B"])
    assert both(labelled) == pytest.approx(ends(0, Z * 4 * math.sqrt(0.0025 * 2 + 0.01)), abs=1e-6)


def test_labels_of_unlike_size_weigh_the_same_and_the_mean_is_shrunk() -> None:
    # A: .9, .7, .8 (mean .8, weights 1/6); B: .2 alone (weight 1/2, no residual). Mean .5.
    # Residuals .1, -.1, 0 over 6: .02/36; times 4/(4 - 2).
    mean, interval = probability_interval([0.9, 0.7, 0.8, 0.2], labels=["A", "A", "A", "B"])
    assert mean == pytest.approx(0.5)
    assert both(interval) == pytest.approx(ends(0, Z * 4 * math.sqrt(0.02 / 36 * 2 + 0.01)), abs=1e-6)


def test_a_single_item_and_the_edges() -> None:
    # (1 x 1 + .5)/2 = .75, 1/(m(1 - m)) = 16/3; nothing but (.5/2)^2: one item has no variance of its own.
    mean, interval = probability_interval([1.0])
    assert mean == 1
    assert both(interval) == pytest.approx(ends(math.log(3), Z * 16 / 3 * 0.25), abs=1e-6)
    assert probability_interval([0.0, 1.0])[0] == 0.5
    for outside in (-1e-9, 1 + 1e-9):
        with pytest.raises(TableError, match=r"row 0: .* is not between 0 and 1"):
            probability_interval([outside])


def test_a_published_standard_error_goes_to_the_logit() -> None:
    # logit .2 = -1.386294; se .03/(.2 x .8) = .1875
    seen = published_rate_interval(0.2, None, 0.03, binary=False)
    assert both(seen) == pytest.approx(ends(-1.386294, Z * 0.1875), abs=1e-6)
    assert seen.level == 0.95
    # Before the count: a mean of probabilities varies less than 0/1 answers would.
    assert published_rate_interval(0.2, 400, 0.03, binary=False) == seen
    assert published_rate_interval(0.2, 400, 0.03, binary=True) == wilson(80, 400)


def test_a_count_alone_gives_the_upper_bound() -> None:
    # (9 x .2 + .5)/10 = .23; sqrt(.23 x .77/9)
    seen = published_rate_interval(0.2, 9, None, binary=False)
    half = Z * math.sqrt(0.23 * 0.77 / 9) / (0.23 * 0.77)
    assert both(seen) == pytest.approx(ends(math.log(0.23 / 0.77), half), abs=1e-6)
    # At 0 and 1 a standard error of 0 says nothing, the count does.
    for rate in (0.0, 1.0):
        assert "upper bound" in published_rate_interval(rate, 9, 0.01, binary=False).method
    assert published_rate_interval(0.2, 9, 0.0, binary=False) == seen


@pytest.mark.parametrize(
    ("rate", "error", "n"),
    [
        (0.5, math.sqrt(0.25 / 99), 100),
        (0.5, math.sqrt(0.25 / 100), None),  # 101 answers, of which half is no whole number
        (0.5, 0.5, 2),
        (0.25, math.sqrt(0.1875 / 2.5), None),  # 3.5 answers
        (0.0, 0.1, None),
        (1.0, 0.1, None),
        (0.5, 0.0, None),
    ],
)
def test_the_count_behind_a_standard_error_must_come_out_whole(rate: float, error: float, n: int | None) -> None:
    assert n_from_standard_error(rate, error) == n
