"""The verdict rule either side of every border (method, section 4.5), in the three directions.

Every row is derived by hand from the four steps, in their order: (1) q_shape <= .05, arms of opposite sign, both at
least 0.20 logit: a turn; (2) q <= .05 and a change of at least 0.20 logit: a trend; (3) the 90 % interval inside
+-0.40 logit and p_shape > .05: flat; (4) inconclusive. A rise is inverse where more is worse and positive where less
is; turns are named by goodness, so a valley of the rate is an inverted U where more is worse.
"""

from __future__ import annotations

from math import inf, nan, nextafter

import pytest

from analysis.trends.decide import Evidence, decide

ABOVE, BELOW = nextafter(0.05, inf), nextafter(0.20, 0)
"""The next number above the level; the next below the least change."""
RISE = {1: "inverse", -1: "positive", 0: "increasing"}
FALL = {1: "positive", -1: "inverse", 0: "decreasing"}
VALLEY = {1: "inverted_u", -1: "u_shaped", 0: "u_shaped"}
HILL = {1: "u_shaped", -1: "inverted_u", 0: "inverted_u"}
FLAT, UNCLEAR = dict.fromkeys((1, -1, 0), "flat"), dict.fromkeys((1, -1, 0), "inconclusive")
NOTHING = {
    "q": 0.9, "change": 0.1, "p_shape": 0.8, "q_shape": 0.9, "left": 0.05, "right": 0.05, "inside_margin": False,
}  # fmt: skip
TURNING = {"q_shape": 0.01, "p_shape": 0.002, "left": -0.5, "right": 0.6}
MOVING = {"q": 0.01, "change": 0.7}
TOO_SMALL = "a turn shows (q = 0.01) but one arm is too small:"
"""Why a significant turn is not called."""

CASES = {
    "nothing": ({}, UNCLEAR, "+0.10 logit from first to last is within the scatter between models (q = 0.9)"),
    # (2) a trend
    "rise": (MOVING, RISE, "+0.70 logit from first to last (q = 0.01)"),
    "fall": (MOVING | {"change": -0.7}, FALL, "-0.70 logit from first to last (q = 0.01)"),
    "q at the level": (MOVING | {"q": 0.05}, RISE, "(q = 0.05)"),
    "q above it": (MOVING | {"q": ABOVE}, UNCLEAR, "+0.70 logit from first to last is within the scatter"),
    "least rise": (MOVING | {"change": 0.20}, RISE, "+0.20 logit from first to last (q = 0.01)"),
    "rise below it": (MOVING | {"change": BELOW}, UNCLEAR, "is below the 0.20 that counts, and flat is not shown"),
    "least fall": (MOVING | {"change": -0.20}, FALL, "-0.20 logit"),
    "fall below it": (MOVING | {"change": -BELOW}, UNCLEAR, "is below the 0.20 that counts"),
    "a trend inside the margin": (MOVING | {"change": 0.25, "inside_margin": True}, RISE, "+0.25 logit"),
    "a trend though no turn was tested": (
        MOVING | {"p_shape": nan, "q_shape": nan, "left": nan, "right": nan}, RISE, "+0.70 logit"
    ),
    # (1) a turn
    "valley": (TURNING, VALLEY, "the rate falls, then rises: -0.50 then +0.60 logit (q = 0.01)"),
    "hill": (
        TURNING | {"left": 0.5, "right": -0.6}, HILL, "the rate rises, then falls: +0.50 then -0.60 logit (q = 0.01)"
    ),
    "q_shape at the level": (TURNING | {"q_shape": 0.05}, VALLEY, "(q = 0.05)"),
    "q_shape above it": (TURNING | {"q_shape": ABOVE}, UNCLEAR, "+0.10 logit from first to last is within"),
    "least left arm": (TURNING | {"left": -0.20}, VALLEY, "-0.20 then +0.60 logit"),
    "left arm below it": (TURNING | {"left": -BELOW}, UNCLEAR, f"{TOO_SMALL} -0.20 then +0.60 logit"),
    "least right arm": (TURNING | {"right": 0.20}, VALLEY, "-0.50 then +0.20 logit"),
    "right arm below it": (TURNING | {"right": BELOW}, UNCLEAR, f"{TOO_SMALL} -0.50 then +0.20 logit"),
    "hill whose right arm is small": (TURNING | {"left": 0.5, "right": -BELOW}, UNCLEAR, TOO_SMALL),
    "hill whose left arm is small": (TURNING | {"left": BELOW, "right": -0.5}, UNCLEAR, TOO_SMALL),
    "both arms rise": (TURNING | {"left": 0.5}, UNCLEAR, f"{TOO_SMALL} +0.50 then +0.60 logit"),
    "both arms fall": (TURNING | {"right": -0.6}, UNCLEAR, TOO_SMALL),
    "one arm is missing": (TURNING | {"right": nan}, UNCLEAR, TOO_SMALL),
    # a turn before a trend, both before flat
    "turn and trend": (TURNING | MOVING, VALLEY, "the rate falls, then rises"),
    "turn and flat": (TURNING | {"inside_margin": True}, VALLEY, "the rate falls, then rises"),
    "a turn that fails leaves the trend": (TURNING | MOVING | {"left": -0.1}, RISE, "+0.70 logit from first to last"),
    # (3) flat
    "flat": ({"inside_margin": True}, FLAT, "any change is smaller than 0.40 logit (90 % interval) and no turn shows"),
    "p_shape above the level": ({"inside_margin": True, "p_shape": ABOVE}, FLAT, "any change is smaller"),
    "p_shape at the level": ({"inside_margin": True, "p_shape": 0.05}, UNCLEAR, "is within the scatter"),
    "no turn was tested": ({"inside_margin": True, "p_shape": nan, "q_shape": nan}, UNCLEAR, "is within the scatter"),
    "a change too small to count": ({"inside_margin": True, "q": 0.01}, FLAT, "any change is smaller than 0.40"),
    "a small change that may turn": ({"inside_margin": True, "q": 0.05, "p_shape": 0.04}, UNCLEAR, "below the 0.20"),
    # (4) which reason: a small change before a turn with a small arm
    "both too small": (
        TURNING | {"q": 0.01, "left": -0.1}, UNCLEAR, "+0.10 logit from first to last is below the 0.20 that counts"
    ),
    "small change just missed": ({"q": ABOVE}, UNCLEAR, "is within the scatter between models (q = 0.05)"),
    "nothing was tested": (
        {"q": nan, "change": nan, "p_shape": nan, "q_shape": nan, "left": nan, "right": nan}, UNCLEAR, ""
    ),
}  # fmt: skip


@pytest.mark.parametrize("direction", [1, -1, 0])
@pytest.mark.parametrize(("changed", "verdicts", "why"), CASES.values(), ids=CASES)
def test_verdict_and_reason(changed: dict[str, float], verdicts: dict[int, str], why: str, direction: int) -> None:
    verdict, reason = decide(Evidence(**(NOTHING | changed)), direction)
    assert verdict == verdicts[direction]
    assert why in reason
