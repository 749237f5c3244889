"""The five forms: their derivatives, and planted curves found again."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.dense import forecast_curve
from analysis.dense.forms import FORMS, Array, Form

X = np.geomspace(1e6, 1e9, 60)
AHEAD = np.array([1.5e9, 2e9, 3e9])


def two_ended(x: Array) -> Array:
    """y of (y - 0.1) / (0.9 - y)^1.4 = 4e3 x^-0.5 by bisection."""
    low, high = np.full(len(x), 0.1), np.full(len(x), 0.9)
    for _ in range(200):
        y = (low + high) / 2
        above = (y - 0.1) > 4e3 * x**-0.5 * (0.9 - y) ** 1.4
        low, high = np.where(above, low, y), np.where(above, y, high)
    return y


PLANTED = {
    "M1": lambda x: 30 * x**-0.25,
    "M2": lambda x: 300 * x**-0.4 + 0.2,
    "M3": lambda x: 600 * (1 / x + 3e-8) ** 0.45 + 0.15,
    "M4": two_ended,
    "one break": lambda x: 0.1 + 20 * x**-0.2 * (1 + (x / 6e7) ** (1 / 0.4)) ** (-0.3 * 0.4),
}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_derivatives_are_those_of_the_curve(form: Form) -> None:
    rng = np.random.default_rng(7)
    means, sds = np.array(form.prior).T
    theta = means + 0.3 * sds * rng.normal(size=(4, len(means)))
    u = np.tile(np.linspace(-6, 1, 23), (4, 1))
    _, slopes = form.curve(theta, u)
    for at in range(len(means)):
        step = np.zeros(len(means))
        step[at] = 1e-6
        numeric = (form.curve(theta + step, u)[0] - form.curve(theta - step, u)[0]) / 2e-6
        np.testing.assert_allclose(slopes[:, :, at], numeric, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", PLANTED)
def test_planted_curve_is_forecast(name: str) -> None:
    seen = forecast_curve(X, PLANTED[name](X), AHEAD)
    truth = PLANTED[name](AHEAD)
    own = min((fit for fit in seen.fits if fit.form == name), key=lambda fit: fit.backtest_error or 0)
    np.testing.assert_allclose(own.estimate, truth, rtol=0.01)
    np.testing.assert_allclose(seen.estimate, truth, rtol=0.01)
    assert ((seen.low < truth) & (truth < seen.high)).all()


def test_power_law_parameters_come_back_in_the_units_of_the_data() -> None:
    fit = forecast_curve(X, PLANTED["M1"](X), AHEAD).fits[0]
    assert fit.form == "M1"
    assert fit.parameters["c"] == pytest.approx(0.25, rel=1e-3)
    assert fit.parameters["b"] == pytest.approx(30, rel=0.02)


def test_floor_of_m2_comes_back() -> None:
    fits = [fit for fit in forecast_curve(X, PLANTED["M2"](X), AHEAD).fits if fit.form == "M2"]
    for fit in fits:
        assert fit.parameters["e"] == pytest.approx(0.2, rel=0.02)
        assert fit.parameters["c"] == pytest.approx(0.4, rel=0.03)


FORMULAS = {
    "M1": lambda x, b, c: b * x**-c,
    "M2": lambda x, b, c, e: b * x**-c + e,
    "M3": lambda x, b, c, e, g: b * (1 / x + g) ** c + e,
    "one break": lambda x, a, b, c0, c1, d, f: a + b * x**-c0 * (1 + (x / d) ** (1 / f)) ** (-c1 * f),
}


@pytest.mark.parametrize("name", [*FORMULAS, "M4"])
def test_estimate_is_the_formula_at_the_reported_parameters(name: str) -> None:
    rng = np.random.default_rng(3)
    y = PLANTED["M3"](X) * np.exp(0.01 * rng.normal(size=len(X)))
    for fit in forecast_curve(X, y, AHEAD).fits:
        p = fit.parameters
        if fit.form != name:
            continue
        if name == "M4":
            left = (fit.estimate - p["e"]) / (p["e0"] - fit.estimate) ** p["a"]
            np.testing.assert_allclose(left, p["b"] * AHEAD ** -p["c"], rtol=1e-6)
        else:
            np.testing.assert_allclose(FORMULAS[name](AHEAD, **p), fit.estimate, rtol=1e-6)
