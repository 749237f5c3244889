"""How sure a reading is, in words: diagnostics, families together, larger models, RLHF over sizes. Pure text."""

from __future__ import annotations

from analysis.arrays import expit, logit
from analysis.catalogue.nouns import quantity_of
from analysis.findings.finding import Finding
from analysis.sizes import size_label
from analysis.trends.result import SeriesResult
from analysis.verdicts import LEVEL, MOVES
from dashboard.text.markdown import Markdown
from dashboard.words.findings import q_equals, true_minus
from dashboard.words.numbers import bare_percent, level_interval, percent, plural, points_interval, signed_points

LOW_SHARE = 0.2
"""Effective share of a family's behaviours below which the reader is warned."""
ENOUGH = 8
"""Behaviours a family needs before the warning is given: fewer say little in any case."""


def diagnostics(finding: Finding) -> dict[str, str]:
    """Label -> text of what tells a sceptic how far to trust the verdict; empty where nothing was tested."""
    result = finding.result
    rows: dict[str, str] = {}
    if result.tau is not None:
        much = ", unusually much for this family" if result.unusually_jumpy else ""
        tau = "less than 0.01" if result.tau < 0.005 else f"{result.tau:.2f}"
        rows[f"{_what(result)[0].capitalize()}s scatter by"] = f"{tau} logit beyond question noise{much}"
    if result.detectable_change is not None:
        points = _points(result, result.detectable_change)
        shown = "" if points is None else f", about {bare_percent(points, 0)} points"
        rows["Smallest change it could show"] = f"{result.detectable_change:.2f} logit{shown}"
    if result.bend_probability is not None:
        rows["Bends rather than runs straight"] = f"probability {percent(result.bend_probability, 0)}"
    if result.adequacy_p is not None:
        odd = ": more than usual" if result.adequacy_p <= LEVEL else ": as usual"
        rows["Scatter beside the family's"] = f"{_p_equals(result.adequacy_p)}{odd}"
    if finding.residuals:
        rows["Farthest off the others"] = _farthest(finding)
    if result.n_effective is not None and result.n_family > 1:
        rows[f"{_what(result)[1].capitalize()} that count"] = (
            f"{result.n_effective:.0f} of {result.n_family} in this family"
        )
    if (together := finding.generality) is not None:
        share = f"I²\u00a0{percent(together.i_squared, 0)}"
        rows["Families differ"] = f"Q = {together.q:.1f} on {together.q_df}, {_p_equals(together.q_p)}; {share}"
    return rows


def _farthest(finding: Finding) -> str:
    """'1B, 3.1 standard deviations above what they predict'."""
    off = finding.residuals
    farthest = max(finding.tested_points, key=lambda point: abs(off[point.checkpoint]))
    far = off[farthest.checkpoint]
    return f"{farthest.label}, {abs(far):.1f} standard deviations {'above' if far > 0 else 'below'} what they predict"


def families_together(finding: Finding) -> str:
    """One sentence on all families of the behaviour; empty where fewer than two were tested."""
    together = finding.generality
    if together is None:
        return ""
    reason = together.reason.replace("<=", "≤")
    return (
        f"{'General' if together.general else 'Not general'}, over {plural(together.n_families, 'family')}: {reason}."
    )


def is_general(finding: Finding) -> bool:
    """Does the claim of this series hold in other families too, and the opposite in none?"""
    together = finding.generality
    if together is None or not together.general or finding.result.verdict not in MOVES:
        return False
    return finding.result.q is not None and finding.result.q <= LEVEL


def one_odd_model(result: SeriesResult) -> str:
    """Warning where the behaviours of a family hardly count as separate; empty where they do."""
    if result.n_effective is None or result.n_family < ENOUGH or result.n_effective >= LOW_SHARE * result.n_family:
        return ""
    return (
        f"one odd {_what(result)[0]} may move them all: the {result.n_family} {_what(result)[1]} of this family count "
        f"as {result.n_effective:.0f}"
    )


def larger_models(finding: Finding) -> dict[str, list[str]]:
    """The small table of forecasts, column -> cells; empty where there are none."""
    if not finding.forecasts:
        return {}
    points = [point for point in finding.tested_points if point.x is not None]
    largest = f", {points[-1].label}" if points else ""
    return {
        "Size": [size_label(each.x) for each in finding.forecasts],
        "Forecast": [percent(each.estimate) for each in finding.forecasts],
        "90% interval": [level_interval(each.low, each.high) for each in finding.forecasts],
        f"Last value{largest}": [percent(each.last) for each in finding.forecasts],
    }


def larger_sentence(finding: Finding) -> str:
    """How often such forecasts held, or why there are none; empty where the series was not tested."""
    if not finding.forecasts:
        return f"No forecast for {finding.name}: {finding.forecast_reason}." if finding.forecast_reason else ""
    first = finding.forecasts[0]
    held = f"all {first.n_past}" if first.covered == 1 else f"at least {percent(first.covered, 0)} of {first.n_past}"
    return (
        f"Not a claim: with the largest one or two sizes of {finding.name} left out, {held} such intervals held the "
        f"measured rate; forecasts missed by {first.past_error:.2f} logit, repeating the last value by "
        f"{first.past_error_of_last:.2f}."
    )


def rlhf_over_sizes(finding: Finding) -> Markdown:
    """What RLHF does over all sizes of the family and whether it does more in larger models; empty if untested."""
    across = finding.rlhf_across_sizes
    if across is None:
        return Markdown()
    moved = Markdown("**{} points** {}, {}").format(
        signed_points(across.effect_points),
        points_interval(across.effect_points_low, across.effect_points_high),
        q_equals(across.q_effect),
    )
    more = (
        f"{signed_points(across.interaction_points)} points per tenfold size "
        f"{points_interval(across.interaction_points_low, across.interaction_points_high)}, "
        f"{q_equals(across.q_interaction)}"
    )
    what, sizes = quantity_of(finding.behavior, finding.measure), plural(across.n_sizes, "size")
    if across.q_effect <= LEVEL:
        pooled = Markdown("Pooled over {} of {}, RLHF moves the {} by {}. The effect {} with size ({}).")
    else:
        pooled = Markdown("Pooled over {} of {}, RLHF is not shown to move the {}: {}. The effect {} with size ({}).")
    if across.q_interaction > LEVEL:
        way = "is not shown to grow"
    elif across.q_effect > LEVEL:
        way = "differs"
    else:
        way = "grows" if across.effect * across.interaction > 0 else "shrinks"
    return pooled.format(sizes, finding.family, what, moved, way, more)


def _what(result: SeriesResult) -> tuple[str, str]:
    """What a curve is made of, and what the family has many of."""
    return ("model", "behaviours") if result.axis == "size" else ("checkpoint", "series")


def _points(result: SeriesResult, change: float) -> float | None:
    """Difference of shares of a change of logits around the middle of the fitted curve."""
    inside = [place.estimate for place in result.curve if place.inside]
    if not inside or not all(0 < rate < 1 for rate in (inside[0], inside[-1])):
        return None
    middle = (logit(inside[0]) + logit(inside[-1])) / 2
    return expit(middle + change / 2) - expit(middle - change / 2)


def _p_equals(p: float) -> str:
    return true_minus("p < 0.001" if p < 0.0005 else f"p = {p:.3f}")
