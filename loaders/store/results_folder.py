"""Which folder holds the result sets, which the shipped ones, which what is remembered."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_VARIABLE = "SCALEWATCH_RESULTS"
NO_SHIPPED_VARIABLE = "SCALEWATCH_NO_SHIPPED"


def find_results_dir(named: Path | None = None) -> Path:
    """The user's own results folder: as named, $SCALEWATCH_RESULTS, else ./cached_results; it need not be there."""
    if named is not None:
        return named
    return Path(os.environ.get(FOLDER_VARIABLE) or "cached_results")


def shipped_results_dir() -> Path:
    """The results that come with scalewatch: beside the source in a checkout, inside the package in a wheel."""
    package = Path(__file__).resolve().parents[1]
    beside = package.parent / "cached_results"
    return beside if beside.is_dir() else package / "shipped_results"


def shows_shipped() -> bool:
    """Are the shipped sets shown beside the user's own? Not where $SCALEWATCH_NO_SHIPPED is set."""
    return not os.environ.get(NO_SHIPPED_VARIABLE)


def state_dir(results: Path) -> Path:
    """Where pins, notes and remembered answers lie: in the results folder where there is an own one, else in the user's
    state folder."""
    if results.is_dir() and results.resolve() != shipped_results_dir().resolve():
        return results
    from platformdirs import user_state_path

    return user_state_path("scalewatch", appauthor=False)
