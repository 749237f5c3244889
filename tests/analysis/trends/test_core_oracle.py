"""The core against R's metafor (rma.mv with full covariance, version 3.8-1)."""

import json

import numpy as np
import pytest
from places import NEEDS_SHARED, SHARED

from analysis.trends.fit.core import fit_grid
from analysis.trends.fit.design import Design
from analysis.trends.multiplicity import benjamini_hochberg

ORACLE = SHARED / "tools" / "oracle_values.json"

# One simulated sweep of five sizes, fitted with metafor 3.8-1 `rma.mv(y, V, mods = ~ x)` at fixed tau^2.
X = [8.096910013, 8.880813592, 9.431363764, 10.113943352, 11.243038049]
Y = [0.023374, -0.083315, -0.129361, 0.048852, -0.140575]
V = [
    [0.002987742, 0.001401708, 0.001520174, 0.001407936, 0.001463927],
    [0.001401708, 0.002944098, 0.001280916, 0.001563364, 0.001244589],
    [0.001520174, 0.001280916, 0.002820162, 0.00132776, 0.001576665],
    [0.001407936, 0.001563364, 0.00132776, 0.002897141, 0.001424751],
    [0.001463927, 0.001244589, 0.001576665, 0.001424751, 0.002967926],
]
METAFOR = [
    # tau^2, slope, SE, restricted log-likelihood
    (0.0, -0.02812641438032, 0.01639190610832, -2.060630791325),
    (0.0036, -0.02935096923024, 0.0299124504412, 2.630731372182),
    (0.0081, -0.02962184964206, 0.04094499232318, 2.879247078705),
    (0.0324, -0.02985117887902, 0.07679236682886, 1.944640445122),
    (0.1225, -0.0299186448457, 0.1467844810739, 0.2720410477863),
]


def line_fit(x, y, V, tau2):
    """Slope, SE and restricted log-likelihood (up to a constant) at each tau^2."""
    x = np.array(x)
    design = Design.of(np.stack([np.ones_like(x), x], -1)[None])
    fit = fit_grid(np.array([y]), np.array([V]), design, np.array([0]), np.array([[[0.0, 1.0]]]), taus=np.sqrt(tau2))
    return fit.estimate[0, 0, :, 0], np.sqrt(fit.variance[0, 0, :, 0]), fit.log_likelihood[0, :, 0]


def test_slope_error_and_likelihood_equal_metafor_on_one_sweep():
    tau2, slope, error, likelihood = np.array(METAFOR).T
    ours = line_fit(X, Y, V, tau2)
    assert ours[0] == pytest.approx(slope, abs=1e-9)
    assert ours[1] == pytest.approx(error, abs=1e-9)
    assert np.diff(ours[2]) == pytest.approx(np.diff(likelihood), abs=1e-9)


@pytest.mark.skipif(not ORACLE.exists(), reason=NEEDS_SHARED)
def test_all_oracle_sweeps_equal_metafor():
    cases = json.loads(ORACLE.read_text())["cases"]
    assert len(cases) >= 8
    for case in cases:
        mv = case["expected"]["mv"]
        slope, error, likelihood = line_fit(case["x"], case["y"], case["V"], [each["tau2"] for each in mv])
        assert slope == pytest.approx([each["b"][1] for each in mv], abs=1e-9), case["name"]
        assert error == pytest.approx([each["se"][1] for each in mv], abs=1e-9), case["name"]
        theirs = np.array([each["logLik_REML"] for each in mv])
        assert np.diff(likelihood) == pytest.approx(np.diff(theirs), abs=1e-9), case["name"]


@pytest.mark.skipif(not ORACLE.exists(), reason=NEEDS_SHARED)
def test_likelihood_peaks_where_metafor_estimates_tau():
    for case in json.loads(ORACLE.read_text())["cases"]:
        best = case["expected"]["mv_fit"]["tau2"]
        around = np.array([max(best - 1e-4, 0.0), best, best + 1e-4])
        likelihood = line_fit(case["x"], case["y"], case["V"], around)[2]
        assert likelihood[1] >= max(likelihood[0], likelihood[2]) - 1e-7, case["name"]


def test_curvature_term_equals_a_dense_normal_model():
    """omega enters as a covariance omega^2 q q': slope and SE are those of generalised least squares."""
    x = np.array(X)
    t = (x - x.mean()) / (x[-1] - x[0])
    design = Design.of(np.stack([np.ones_like(t), t], -1)[None])
    q = t**2 - np.stack([np.ones_like(t), t], -1) @ (design.pinv[0] @ t**2)
    tau, omega = 0.1, 0.7
    targets = np.array([[[0.0, 1.0], [1.0, 0.3]]])
    fit = fit_grid(
        np.array([Y]), np.array([V]), design, np.array([0]), targets,
        taus=np.array([tau]), omegas=np.array([omega]), q=q[None], q_targets=np.array([[0.0, 0.4]]),
    )  # fmt: skip
    S = np.array(V) + tau**2 * np.eye(5) + omega**2 * np.outer(q, q)
    D = np.stack([np.ones_like(t), t], -1)
    inverse = np.linalg.inv(S)
    covariance = np.linalg.inv(D.T @ inverse @ D)
    beta = covariance @ D.T @ inverse @ np.array(Y)
    assert fit.estimate[0, 0, 0, 0] == pytest.approx(beta[1], abs=1e-12)
    assert fit.variance[0, 0, 0, 0] == pytest.approx(covariance[1, 1], abs=1e-12)
    # A place on the curve: best linear unbiased prediction of a'beta + 0.4 gamma.
    a, k = targets[0, 1], omega**2 * 0.4 * q
    residual = np.array(Y) - D @ beta
    assert fit.estimate[0, 1, 0, 0] == pytest.approx(a @ beta + k @ inverse @ residual, abs=1e-12)
    gap = a - D.T @ inverse @ k
    variance = omega**2 * 0.4**2 - k @ inverse @ k + gap @ covariance @ gap
    assert fit.variance[0, 1, 0, 0] == pytest.approx(variance, abs=1e-12)


def test_benjamini_hochberg_equals_r():
    # R 4.2.2: p.adjust(p, "BH")
    p = [0.0004, 0.003, 0.009, 0.012, 0.031, 0.04, 0.049, 0.2, 0.6, 0.91]
    expected = [0.004, 0.015, 0.03, 0.03, 0.062, 0.06666666666667, 0.07, 0.25, 0.6666666666667, 0.91]
    assert benjamini_hochberg(np.array(p)) == pytest.approx(expected, abs=1e-12)
