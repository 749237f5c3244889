"""Which folder holds the result sets."""

from __future__ import annotations

import os
from pathlib import Path


def find_results_dir(named: Path | None = None) -> Path:
    """Results folder: as named, $SCALEWATCH_RESULTS, ./cached_results, else the one shipped with the package."""
    if named is not None:
        return named
    if os.environ.get("SCALEWATCH_RESULTS"):
        return Path(os.environ["SCALEWATCH_RESULTS"])
    here = Path("cached_results")
    if here.is_dir():
        return here
    return shipped_results_dir()


def shipped_results_dir() -> Path:
    """The results that come with scalewatch: beside the source in a checkout, inside the package in a wheel."""
    package = Path(__file__).resolve().parents[1]
    beside = package.parent / "cached_results"
    return beside if beside.is_dir() else package / "shipped_results"
