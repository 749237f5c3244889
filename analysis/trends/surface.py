"""Size x RLHF: what RLHF does across a family, and whether it does more in larger models (method, section
4.6).

Two stages. (1) For each model i the RLHF change Delta_i = c_i'y over its step cells, a least-squares line in
log2(1 + steps/s0) taken from 0 to the largest step count, with covariance C V C' across models (same items).
(2) Empirical-Bayes random-effects regression of Delta_i on log10 parameters: the mean over models is the
family's RLHF effect, the slope its interaction with size. Disagreement between sizes is tau of this second
stage, so the effect speaks for the family and checkpoints are not counted as replicates. What is odd about a
base model cancels inside Delta_i.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.trends.fit.core import TAUS, fit_grid
from analysis.trends.fit.design import Design, centred
from analysis.trends.fit.mixture import quantile, two_sided_p
from analysis.trends.fit.prior import default_prior, learn_prior, posterior
from analysis.trends.multiplicity import two_stage
from analysis.trends.series.batches import Batch, batches_of
from analysis.trends.series.cells import Cells, all_cells
from analysis.trends.series.checked_table import CheckedTable
from analysis.trends.series.series import Scale, Series, scale_of
from analysis.verdicts import LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceResult:
    """RLHF across the sizes of one family, for one behaviour. Logits of the rate."""

    behavior: str
    family: str
    n_models: int
    """Models with two step counts or more."""
    reason: str = ""
    """Why nothing was tested; empty where it was."""
    effect: float | None = None
    """Mean change of the logit from no RLHF to the largest step count."""
    effect_low: float | None = None
    """Lower end of its 95 % interval."""
    effect_high: float | None = None
    p_effect: float | None = None
    q_effect: float | None = None
    """After false-discovery control over all behaviours and families of the call."""
    interaction: float | None = None
    """Change of that effect per decade of parameters: positive where RLHF raises the rate more in larger
    models."""
    interaction_low: float | None = None
    interaction_high: float | None = None
    p_interaction: float | None = None
    q_interaction: float | None = None
    tau: float | None = None
    """Between-model standard deviation of the RLHF change."""


def surfaces(tables: Sequence[CheckedTable]) -> list[SurfaceResult]:
    """RLHF effect and its interaction with size for every behaviour and family of checked tables (items, means),
    tested together.

    A family needs three sizes with two step counts each.
    """
    scale = scale_of(tables, "rlhf")
    changes = [rlhf_changes(each, cells, scale) for each in tables for cells in all_cells(each)]
    fits = {name: _second_stage(changes, name) for name in ("effect", "interaction")}
    q = {name: two_stage(fit[:, 0], LEVEL) for name, fit in fits.items()}
    results = []
    for at, one in enumerate(changes):
        place = {"behavior": one.behavior, "family": one.family, "n_models": len(one.x)}
        if one.n_distinct < 3:
            why = f"has {one.n_distinct} sizes with two step counts; this needs 3"
            results.append(SurfaceResult(**place, reason=why))  # type: ignore[arg-type]
            continue
        p, effect, low, high, tau = (float(value) for value in fits["effect"][at])
        span = float(one.x[-1] - one.x[0])
        p_slope, slope, slope_low, slope_high, _ = (float(value) for value in fits["interaction"][at])
        results.append(
            SurfaceResult(
                **place,  # type: ignore[arg-type]
                effect=effect, effect_low=low, effect_high=high, p_effect=p, q_effect=float(q["effect"][at]),
                interaction=slope / span, interaction_low=slope_low / span, interaction_high=slope_high /
                span, p_interaction=p_slope, q_interaction=float(q["interaction"][at]), tau=tau,
            )
        )  # fmt: skip
    return results


def rlhf_changes(table: CheckedTable, cells: Cells, scale: Scale) -> Series:
    """Delta of each model of one behaviour and family, in order of size; models with one step count are left
    out."""
    x = scale.x(cells.steps)
    top = x.max()
    rows, sizes = [], []
    for model in np.unique(cells.model):
        own = np.flatnonzero(cells.model == model)
        away = x[own] - x[own].mean()
        if not away.any():
            continue
        contrast = np.zeros(len(x))
        contrast[own] = away / (away @ away) * top
        rows.append(contrast)
        sizes.append(float(cells.n_params[own[0]]))
    C = np.array(rows).reshape(-1, len(x))
    delta, raw = C @ cells.y, np.array(sizes)
    order = np.lexsort((delta, raw))
    C, raw = C[order], raw[order]
    return Series(
        behavior=table.behaviors[cells.behavior],
        family=table.families[cells.family],
        name="",
        raw=raw,
        x=np.log10(raw),
        y=delta[order],
        V=C @ cells.V @ C.T,
        n_distinct=len(set(raw.tolist())),
    )


def _second_stage(changes: list[Series], what: str) -> Array:
    """p, estimate, 95 % low and high, tau for each series (series, 5); the slope is per observed range of
    sizes."""
    out = np.full((len(changes), 5), np.nan)
    batches = batches_of(changes)
    fits = [_stage_fit(batch, what) for batch in batches]
    members: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, batch in enumerate(batches):
        for row, place in enumerate(batch.place):
            members[changes[place].family].append((at, row))
    tau_prior = default_prior().sum((0, 2))
    for rows in members.values():
        likelihood = np.stack([fits[at][0][row] for at, row in rows])
        weights = posterior(likelihood, learn_prior(likelihood, tau_prior, float(len(rows))))
        mean, sd = (np.stack([fits[at][part][row] for at, row in rows]) for part in (1, 2))
        places = [batches[at].place[row] for at, row in rows]
        out[places] = np.stack(
            [
                two_sided_p(weights, mean, sd),
                (weights * mean).sum(1),
                quantile(0.025, weights, mean, sd),
                quantile(0.975, weights, mean, sd),
                (weights * TAUS).sum(1),
            ],
            axis=1,
        )
    return out


def _stage_fit(batch: Batch, what: str) -> tuple[Array, Array, Array]:
    """Log-likelihood, estimate and standard error on the grid of tau, each (S, taus)."""
    t = centred(batch.x)
    ones = np.ones_like(t)
    X = ones[:, :, None] if what == "effect" else np.stack([ones, t], -1)
    target = np.eye(X.shape[2])[-1:]
    fit = fit_grid(batch.y, batch.V, Design.of(X), batch.which, np.broadcast_to(target, (len(t), 1, X.shape[2])))
    return fit.log_likelihood[:, :, 0], fit.estimate[:, 0, :, 0], np.sqrt(fit.variance[:, 0, :, 0])
