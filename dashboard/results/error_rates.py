"""Error rates of the detector and of the usual methods, as `python -m benchmarks.trust` measured them.

error_rates.csv lies beside this file: a row per simulated design and method, shares 0-1, empty where the design cannot
show a number. `make trust` writes it anew.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("error_rates.csv")
OURS = "this detector"
MIXTURE = "X7-h"
"""Half of the behaviours have a trend or a turn; 7 sizes, and models are jumpier on some behaviours than on others."""


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
