"""Error rates of the detector and of the usual methods, as `python -m benchmarks.trust` measured them.

error_rates.csv lies beside this file: a row per simulated design and method, shares 0-1, empty where the design cannot
show a number. `make trust` writes it anew.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean

from dashboard.figures.numbers import percent

FILE = Path(__file__).with_name("error_rates.csv")
OURS = "this detector"
MIXTURE = "X7-h"
"""Half of the behaviours have a trend or a turn; 7 sizes, and models are jumpier on some behaviours than on others."""
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


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Everything measured, looked up by quantity, method and design."""

    rows: tuple[dict[str, str], ...]

    def designs(self, group: str) -> dict[str, str]:
        """Designs of one group ('no trend', 'mixture', 'shapes', 'elsewhere', 'forecast') -> what they are."""
        return {row["design"]: row["what"] for row in self.rows if row["group"] == group}

    def share(self, quantity: str, design: str, method: str = OURS) -> float:
        """One measured share, 0-1. Raises KeyError where the benchmark did not measure it."""
        for row in self.rows:
            if (row["design"], row["method"]) == (design, method) and row[quantity]:
                return float(row[quantity])
        raise KeyError(f"{quantity} of {method!r} in design {design!r} is not in {FILE.name}")

    def shares(self, quantity: str, group: str | None = None, method: str = OURS) -> list[float]:
        """One quantity in every design that shows it, of one group or of all that compare methods."""
        groups = (group,) if group else ("no trend", "mixture", "shapes")
        mine = (row for row in self.rows if row["group"] in groups and row["method"] == method)
        return [float(row[quantity]) for row in mine if row[quantity]]


@cache
def error_rates() -> ErrorRates:
    """The packaged figures."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return ErrorRates(tuple(csv.DictReader(file)))


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
