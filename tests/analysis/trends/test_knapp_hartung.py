import json

import numpy as np
import pytest
from places import NEEDS_SHARED, SHARED

from analysis.trends.fit.knapp_hartung import knapp_hartung

ORACLE = SHARED / "tools" / "oracle_values.json"

# BCG vaccine trials (Colditz et al. 1994): ill and well with vaccine, ill and well without, latitude.
BCG = np.array(
    [
        (4, 119, 11, 128, 44), (6, 300, 29, 274, 55), (3, 228, 11, 209, 42), (62, 13536, 248, 12619, 52),
        (33, 5036, 47, 5761, 13), (180, 1361, 372, 1079, 44), (8, 2537, 10, 619, 19),
        (505, 87886, 499, 87892, 13), (29, 7470, 45, 7232, 27), (17, 1699, 65, 1600, 42),
        (186, 50448, 141, 27197, 18), (5, 2493, 3, 2338, 33), (27, 16886, 29, 17825, 33),
    ],
    float,
)  # fmt: skip


def test_the_published_bcg_meta_regression():
    """metafor's README: tau^2 .0764, slope -.0291 (.0082), 11 df, p .0046, interval -.0472 to -.0111."""
    a, b, c, d, latitude = BCG.T
    effect = np.log(a / (a + b) / (c / (c + d)))
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    fit = knapp_hartung(latitude, effect, variance)
    assert fit.intercept == pytest.approx(0.2515, abs=5e-5)
    assert fit.slope == pytest.approx(-0.02910172, abs=1e-7)
    assert fit.se == pytest.approx(0.00820142, abs=1e-7)
    assert fit.p == pytest.approx(0.00456505, abs=1e-6)
    assert (fit.low, fit.high) == pytest.approx((-0.0472, -0.0111), abs=5e-5)
    assert fit.tau_squared == pytest.approx(0.0764, abs=1e-4)  # metafor stops at 1e-5


@pytest.mark.skipif(not ORACLE.exists(), reason=NEEDS_SHARED)
def test_simulated_sweeps_equal_metafor():
    for case in json.loads(ORACLE.read_text())["cases"]:
        expected = case["expected"]
        fit = knapp_hartung(*(np.array(each, float) for each in (case["x"], case["y"], np.diag(case["V"]))))
        theirs = expected["REML_knha"]
        assert fit.slope == pytest.approx(theirs["b"][1], abs=1e-5), case["name"]
        assert fit.se == pytest.approx(theirs["se"][1], abs=1e-5), case["name"]


def test_effects_on_a_line_have_no_scatter():
    x = np.array([0.0, 1, 2, 3])
    fit = knapp_hartung(x, 1 + 2 * x, np.full(4, 0.01))
    assert (fit.slope, fit.tau_squared) == (pytest.approx(2), 0)
    assert fit.se < 1e-6
