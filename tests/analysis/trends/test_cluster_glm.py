import numpy as np
import pandas as pd
import pytest

from analysis.trends.series.cluster_glm import ItemSums, cluster_glm

X = np.array([8.1, 8.9, 9.4, 10.1, 11.2])


def answers(seed: int, behaviors: int = 3, items: int = 60) -> np.ndarray:
    rng = np.random.default_rng(seed)
    logit = rng.normal(0, 1, (behaviors, 1, items)) + 0.3 * (X - X.mean())[None, :, None]
    return 1 / (1 + np.exp(-logit - rng.normal(0, 0.7, (behaviors, 5, items))))


@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("binary", [False, True])
def test_equals_statsmodels_gee_with_working_independence(missing, binary):
    sm = pytest.importorskip("statsmodels.api")
    p, rng = answers(1), np.random.default_rng(2)
    if binary:
        p = (rng.random(p.shape) < p).astype(float)
    p[rng.random(p.shape) < missing] = np.nan
    ours = cluster_glm(X, ItemSums.of(p))
    for at, each in enumerate(p):
        cell, item = np.indices(each.shape)
        rows = pd.DataFrame({"y": each.ravel(), "x": X[cell.ravel()], "item": item.ravel()}).dropna()
        theirs = sm.GEE(
            rows["y"], sm.add_constant(rows["x"]), groups=rows["item"], family=sm.families.Binomial(),
            cov_struct=sm.cov_struct.Independence(),
        ).fit(ctol=1e-13, maxiter=200)  # fmt: skip
        assert ours.slope[at] == pytest.approx(theirs.params["x"], abs=1e-9)
        assert ours.se[at] == pytest.approx(theirs.bse["x"], abs=1e-9)
        assert ours.p[at] == pytest.approx(theirs.pvalues["x"], abs=1e-9)


def test_two_cells_by_hand():
    # Cells of 4 items each: 1 of 4 and 3 of 4 -> slope log 9 per unit; naive variance 1/.75 + 1/.75.
    p = np.array([[[1.0, 0, 0, 0], [1.0, 1, 1, 0]]])
    fit = cluster_glm(np.array([0.0, 1.0]), ItemSums.of(p))
    assert fit.slope[0] == pytest.approx(np.log(9))
    assert fit.naive_se[0] ** 2 == pytest.approx(2 / 0.75)
    # Clustered: an item adds the difference of its two residuals, over n m (1 - m) = .75 in both cells.
    d = (p[0, 1] - 0.75) - (p[0, 0] - 0.25)
    assert fit.se[0] ** 2 == pytest.approx((d**2).sum() / 0.75**2)
