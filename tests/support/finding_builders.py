"""Findings for tests of figures and pages: rates in, a finding with a plain fitted line out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.cells.rates import wilson
from analysis.findings.finding import Finding, Point
from analysis.trends.result import CurvePoint, SeriesResult
from analysis.verdicts import Axis, Verdict

TRUTHFULQA: Mapping[str, Sequence[tuple[str, float, float]]] = {
    "Pythia": (
        ("70M", 70e6, 0.475), ("160M", 160e6, 0.443), ("410M", 410e6, 0.409), ("1B", 1e9, 0.389),
        ("1.4B", 1.4e9, 0.387), ("2.8B", 2.8e9, 0.356), ("6.9B", 6.9e9, 0.352), ("12B", 12e9, 0.330),
    ),
    "OPT": (
        ("125M", 125e6, 0.429), ("350M", 350e6, 0.408), ("1.3B", 1.3e9, 0.387), ("2.7B", 2.7e9, 0.374),
        ("6.7B", 6.7e9, 0.351), ("13B", 13e9, 0.341), ("30B", 30e9, 0.352), ("66B", 66e9, 0.354),
    ),
    "Qwen1.5": (
        ("0.5B", 0.5e9, 0.383), ("1.8B", 1.8e9, 0.394), ("4B", 4e9, 0.473), ("7B", 7e9, 0.511),
        ("14B", 14e9, 0.521), ("32B", 32.5e9, 0.574), ("72B", 72e9, 0.596), ("110B", 110e9, 0.497),
    ),
    "Llama": (
        ("6.7B", 6.7e9, 0.343), ("13B", 13e9, 0.395), ("32.5B", 32.5e9, 0.423), ("65B", 65.2e9, 0.434),
    ),
    "BLOOM": (
        ("560M", 560e6, 0.424), ("1.1B", 1.1e9, 0.418), ("3B", 3e9, 0.406), ("7.1B", 7.1e9, 0.389),
        ("176B", 176e9, 0.398),
    ),
    "GPT-Neo": (
        ("125M", 125e6, 0.456), ("1.3B", 1.3e9, 0.396), ("2.7B", 2.7e9, 0.398), ("6B", 6.05e9, 0.360),
        ("20B", 20e9, 0.316),
    ),
    "Gemma": (("2B", 2e9, 0.331), ("7B", 7e9, 0.449)),
    "Falcon": (("1B", 1e9, 0.360), ("7B", 7e9, 0.343), ("40B", 40e9, 0.417), ("180B", 180e9, 0.452)),
}  # fmt: skip
"""Published TruthfulQA rates of base models (observational scaling data, Apache-2.0), rounded."""

LINEAGES = {"Qwen1.5": "Qwen", "Qwen2": "Qwen", "Llama 2": "Llama"}


def point(label: str, x: float | None, rate: float, *, n: int | None = 817, mark: str = "") -> Point:
    """A point with a Wilson interval, or without one where n is None."""
    interval = None if n is None else wilson(rate * n, n)
    return Point(
        checkpoint=f"maker/model-{label.lower()}",
        label=label,
        x=x,
        x_is_estimate=False,
        rate=rate,
        ci_low=interval.low if interval else None,
        ci_high=interval.high if interval else None,
        ci_method=interval.method if interval else "none: the source gives no number of questions",
        n_questions=n,
        mark=mark,
    )


def finding(
    family: str = "Pythia",
    points: Sequence[Point] | None = None,
    *,
    verdict: Verdict | None = None,
    q: float | None = None,
    axis: Axis = "size",
    behavior: str = "truthfulqa",
    title: str = "TruthfulQA",
    measure: str = "answers judged true",
    concern: str = "less_is_worse",
    group: str = "Truthfulness",
    chance: float | None = None,
    series: str = "",
    origin: str = "published",
    result_set: str = "truthfulqa-families",
) -> Finding:
    """One finding; four or more distinct x get a fitted line with band, fewer are 'insufficient'.

    Without `verdict` a fitted series is 'inverse' where it falls, 'positive' where it rises.
    """
    if points is None:
        points = [point(*row) for row in TRUTHFULQA[family]]
    used = [p for p in points if p.x is not None and not p.mark]
    n_distinct = len({p.x for p in used})
    shape = SeriesResult(
        behavior=behavior,
        family=family,
        series=series if axis == "rlhf" else "",
        axis=axis,
        n_points=n_distinct,
        verdict=verdict or "insufficient",
        reason=f"has {n_distinct} sizes; a trend needs 4",
    )
    if n_distinct >= 4:
        shape = _fitted(shape, used, verdict, q)
    return Finding(
        result_set=result_set,
        origin=origin,
        behavior=behavior,
        title=title,
        group=group,
        concern=concern,
        measure=measure,
        chance=chance,
        family=family,
        lineage=LINEAGES.get(family, family),
        series=series,
        evaluation=behavior,
        prompt_style="as published",
        metric="mc2",
        points=tuple(points),
        result=shape,
        source="ObsScaling",
        licence="Apache-2.0",
    )


def truthfulqa() -> list[Finding]:
    """Eight families on one behaviour: tested, untested and two that share a place."""
    return [finding(family, q=0.004 * (i + 1)) for i, family in enumerate(TRUTHFULQA)]


def _fitted(bare: SeriesResult, used: Sequence[Point], verdict: Verdict | None, q: float | None) -> SeriesResult:
    """Straight line on logits over log10 size (or log10(1 + steps/25)), unweighted, with a t band."""
    xs = np.array([p.x for p in used], dtype=float)
    places = np.log10(xs) if bare.axis == "size" else np.log10(1 + xs / 25)
    rates = np.clip([p.rate for p in used], 0.005, 0.995)
    logits = np.log(rates / (1 - rates))
    design = np.column_stack([np.ones_like(places), places])
    beta, *_ = np.linalg.lstsq(design, logits, rcond=None)
    residual = logits - design @ beta
    spread = residual @ residual / max(1, len(xs) - 2)
    covariance = np.linalg.inv(design.T @ design) * spread
    inside = np.linspace(places.min(), places.max(), 25)
    beyond = np.linspace(places.max(), places.max() + 0.3, 7)[1:]
    curve = []
    for place in (*inside, *beyond):
        row = np.array([1.0, place])
        middle, half = row @ beta, 2.45 * float(np.sqrt(row @ covariance @ row))
        x = 10**place if bare.axis == "size" else (10**place - 1) * 25
        low, estimate, high = (1 / (1 + np.exp(-value)) for value in (middle - half, middle, middle + half))
        curve.append(CurvePoint(float(x), float(estimate), float(low), float(high), bool(place <= inside[-1])))
    change = curve[24].estimate - curve[0].estimate
    half = 2.45 * float(np.sqrt(covariance[1, 1])) * (places.max() - places.min()) * 0.24
    return SeriesResult(
        behavior=bare.behavior,
        family=bare.family,
        series=bare.series,
        axis=bare.axis,
        n_points=bare.n_points,
        verdict=verdict or ("inverse" if change < 0 else "positive"),
        reason="the fitted line moves and its interval excludes no change",
        n_tests=26,
        p=q,
        q=q,
        change_points=change,
        change_points_low=change - half,
        change_points_high=change + half,
        fragile=False,
        curve=tuple(curve),
    )
