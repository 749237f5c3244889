"""The measured error rates as tables: how often noise is called a trend, what is found, whether intervals hold."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from dashboard.results.error_rates import MIXTURE, OURS, ErrorRates
from dashboard.words.numbers import percent

PLAIN = {
    "this detector": "scalewatch",
    "least squares on logits, t": "Least squares on logits",
    "item-error weights, z": "Least squares weighted by question error",
    "binomial regression, z": "Binomial regression",
    "GEE by question, z": "GEE clustered by question",
    "random effects DL, z": "Random effects, DerSimonian-Laird",
    "random effects PM + Knapp-Hartung": "Random effects, Knapp-Hartung",
    "Mann-Kendall, exact": "Mann-Kendall",
    "permutation of sizes": "Permutation of the sizes",
    "moderated t (limma)": "Moderated t (limma)",
    "least squares + quadratic U (Lind-Mehlum)": "Quadratic test for a U (Lind-Mehlum)",
    "least squares + two lines U": "Two-lines test for a U",
}
"""Name in the benchmark -> name on the page, in the order shown."""


def noise_table(rates: ErrorRates) -> dict[str, list[str]]:
    """How often each method calls a series without a trend one: steady models, jumpy models, all designs."""
    methods = [method for method in PLAIN if not method.startswith("least squares +")]
    columns = {"Steady models": "N7-1", "Jumpy models": "N7-3"}
    table = {"Method": _names(methods)}
    for title, design in columns.items():
        table[title] = [percent(rates.share("false_positives", design, method)) for method in methods]
    table["All designs"] = [percent(fmean(rates.shares("false_positives", "no trend", method))) for method in methods]
    return table


def found_table(rates: ErrorRates, design: str = MIXTURE) -> dict[str, list[str]]:
    """After false-discovery control at 5 %: claims that are false, small and large trends that are found."""
    methods = list(PLAIN)
    columns = {"False claims": "false_discoveries", "Small trends found": "small", "Large trends found": "large"}
    table = {"Method": _names(methods)}
    for title, quantity in columns.items():
        digits = 1 if quantity == "false_discoveries" else 0
        table[title] = [percent(rates.share(quantity, design, method), digits) for method in methods]
    return table


def interval_table(rates: ErrorRates) -> dict[str, list[str]]:
    """Share of 95 % intervals that hold the true slope, on average and in the worst design."""
    methods = [method for method in PLAIN if not method.startswith(("least squares +", "Mann", "permutation"))]
    held = [rates.shares("coverage", method=method) for method in methods]
    return {
        "Method": _names(methods),
        "Average": [percent(fmean(each)) for each in held],
        "Worst design": [percent(min(each)) for each in held],
    }


def _names(methods: Sequence[str]) -> list[str]:
    return [f"**{PLAIN[method]}**" if method == OURS else PLAIN[method] for method in methods]
