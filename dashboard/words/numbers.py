"""Numbers as readers see them: true minus signs, percent for levels, points for differences, short sizes."""

from __future__ import annotations

MINUS = "\u2212"
NO_BREAK_HYPHEN = "\u2011"


def percent(rate: float, digits: int = 1) -> str:
    """A level: 0.4752 -> '47.5%'."""
    return f"{100 * rate:.{digits}f}%"


def bare_percent(rate: float, digits: int = 1) -> str:
    """A level without its sign, for interval ends: 0.4752 -> '47.5'."""
    return f"{100 * rate:.{digits}f}"


def signed_points(difference: float, digits: int = 1) -> str:
    """A difference of shares in points: -0.1384 -> '−13.8', 0.02 -> '+2.0', 0 -> '0.0'."""
    text = f"{100 * difference:+.{digits}f}"
    if float(text) == 0:
        return text[1:]
    return text.replace("-", MINUS)


def level_interval(low: float | None, high: float | None, digits: int = 1) -> str:
    """Interval of a level in percent: '[44.1, 50.9]'; empty where there is none."""
    if low is None or high is None:
        return ""
    return f"[{bare_percent(low, digits)}, {bare_percent(high, digits)}]"


def points_interval(low: float | None, high: float | None, digits: int = 1) -> str:
    """Interval of a difference in points: '[−18.5, −9.3]'; empty where there is none."""
    if low is None or high is None:
        return ""
    return f"[{signed_points(low, digits)}, {signed_points(high, digits)}]"


def count(number: float) -> str:
    """A count with thousands separators: 9984 -> '9,984'."""
    return f"{number:,.0f}"


def step_label(steps: float) -> str:
    """RL steps on a tick: 1000 -> '1,000'."""
    return count(steps)


def token_label(tokens: float) -> str:
    """Training tokens in short: 0 -> '0', 2097152000 -> '2.1B', 69206016000 -> '69B', 299892736000 -> '300B'."""
    for unit, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")):
        if tokens >= 0.9995 * unit:
            value = tokens / unit
            return f"{value:.0f}{letter}" if value >= 9.95 else f"{value:.1f}".removesuffix(".0") + letter
    return f"{tokens:.0f}"


def licence_text(licence: str) -> str:
    """A licence name that does not break at its hyphens: 'Apache‑2.0'."""
    return licence.replace("-", NO_BREAK_HYPHEN)


def plural(number: int, noun: str) -> str:
    """'1 size', '9,984 questions'."""
    return f"{count(number)} {noun if number == 1 else plural_noun(noun)}"


def plural_noun(noun: str) -> str:
    """'families', 'step counts'."""
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def r_text(r: float) -> str:
    """A correlation: '0.43', '−0.08'."""
    return f"{r:.2f}".replace("-", MINUS)


def r_interval(r: float | None, low: float | None, high: float | None, reason: str) -> str:
    """A correlation with its interval: '0.43 [0.34, 0.52]'; or why there is none: 'no r: nothing varies'."""
    if r is None or low is None or high is None:
        return f"no r: {reason}"
    return f"{r_text(r)} [{r_text(low)}, {r_text(high)}]"
