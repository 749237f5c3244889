"""From numbers to a verdict (method, section 4.5). A direction only names the outcome, it never enters a
test."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.verdicts import LEVEL, MARGIN, Verdict

LEAST_CHANGE = 0.20
"""Smallest change that is worth a verdict, logits: 5 points at a rate of 50 %, 1.8 points at 10 %."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the decision rule looks at, for one series; NaN where something could not be tested."""

    q: float
    change: float
    """Logits from first to last."""
    p_shape: float
    q_shape: float
    left: float
    """Change along the left arm, logits."""
    right: float
    inside_margin: bool


def decide(evidence: Evidence, direction: int) -> tuple[Verdict, str]:
    """Verdict and the clause that gives its reason.

    1. q_shape <= .05, arms of opposite sign, both at least 0.20 logit: a turn;
    2. q <= .05 and a change of at least 0.20 logit: a trend;
    3. 90 % interval of the change inside +-0.40 logit and p_shape > .05: flat;
    4. otherwise inconclusive.
    """
    turns = evidence.left * evidence.right < 0 and min(abs(evidence.left), abs(evidence.right)) >= LEAST_CHANGE
    if evidence.q_shape <= LEVEL and turns:
        word = "falls, then rises" if evidence.left < 0 else "rises, then falls"
        return _turn(evidence.left, direction), f"the rate {word}: {_arms(evidence)} (q = {evidence.q_shape:.2g})"
    if evidence.q <= LEVEL and abs(evidence.change) >= LEAST_CHANGE:
        return _trend(evidence.change, direction), f"{_change(evidence)} (q = {evidence.q:.2g})"
    if evidence.inside_margin and evidence.p_shape > LEVEL:
        return "flat", f"any change is smaller than {MARGIN:.2f} logit (90 % interval) and no turn shows"
    if evidence.q <= LEVEL:
        return (
            "inconclusive",
            f"{_change(evidence)} is below the {LEAST_CHANGE:.2f} that counts, and flat is not shown either",
        )
    if evidence.q_shape <= LEVEL:
        return "inconclusive", f"a turn shows (q = {evidence.q_shape:.2g}) but one arm is too small: {_arms(evidence)}"
    return "inconclusive", f"{_change(evidence)} is within the scatter between models (q = {evidence.q:.2g})"


def _arms(evidence: Evidence) -> str:
    return f"{evidence.left:+.2f} then {evidence.right:+.2f} logit"


def _change(evidence: Evidence) -> str:
    return f"{evidence.change:+.2f} logit from first to last"


def _trend(change: float, direction: int) -> Verdict:
    if direction == 0:
        return "increasing" if change > 0 else "decreasing"
    return "inverse" if change * direction > 0 else "positive"


def _turn(left: float, direction: int) -> Verdict:
    """U and inverted U are named by goodness -direction * logit p; for a neutral behaviour by p itself."""
    goodness_first = left if direction == 0 else -direction * left
    return "u_shaped" if goodness_first < 0 else "inverted_u"
