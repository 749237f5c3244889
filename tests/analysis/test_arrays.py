"""The logit scale: shares to logits and back, for numbers and arrays."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.arrays import expit, logit


def test_at_nought_and_at_odds_that_are_known() -> None:
    assert expit(0.0) == 0.5
    assert logit(0.5) == 0.0
    assert logit(0.75) == pytest.approx(math.log(3))
    assert expit(math.log(3)) == pytest.approx(0.75)
    assert expit(np.array([0.0, math.log(3)])) == pytest.approx([0.5, 0.75])
    assert logit(np.array([0.5, 0.75])) == pytest.approx([0.0, math.log(3)])


def test_each_undoes_the_other() -> None:
    shares = np.linspace(0.001, 0.999, 999)
    assert expit(logit(shares)) == pytest.approx(shares, abs=1e-15)
    assert [expit(logit(share)) for share in shares.tolist()] == pytest.approx(shares, abs=1e-15)
    logits = np.linspace(-10, 10, 401)
    assert logit(expit(logits)) == pytest.approx(logits, abs=1e-11)


@pytest.mark.parametrize("far", [709.0, 710.0, 1e4, math.inf])
def test_far_from_nought_the_share_is_0_or_1_and_nothing_overflows(far: float) -> None:
    assert expit(far) == 1.0
    assert expit(-far) == pytest.approx(0.0, abs=1e-300)
    assert expit(np.array([-far, far])) == pytest.approx([0.0, 1.0], abs=1e-300)


def test_what_is_not_known_stays_unknown() -> None:
    assert math.isnan(expit(math.nan))
    assert np.isnan(expit(np.array([math.nan])))[0]


def test_numbers_stay_numbers() -> None:
    assert type(expit(0.3)) is float
    assert type(expit(-800.0)) is float
    assert type(logit(0.3)) is float
    assert isinstance(expit(np.array([0.3])), np.ndarray)


@pytest.mark.parametrize("edge", [0.0, 1.0])
def test_certainty_has_no_logit(edge: float) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        logit(edge)
