"""One model's pronouns against the statistics, a dot per occupation."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.preferences.gender_bias import GenderBias
from dashboard.words.numbers import percent

SCATTER_HEIGHT = 430
"""Pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupationDot:
    """One occupation."""

    name: str
    women: float
    """Share of women in the statistics, 0-1."""
    female: float
    """Mean probability of the female pronoun, renormalised over female and male, 0-1."""
    spread: float
    """Standard deviation over its sentences; 0 with a single one."""
    hover: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupationsSpec:
    """The scatter of one model."""

    dots: tuple[OccupationDot, ...]
    line: tuple[float, float] | None
    """Least-squares line at 0 and at 100 % women; None without r."""
    watermark: str
    alt: str
    height: int = SCATTER_HEIGHT


def occupations_figure(bias: GenderBias, name: str, r: str, *, watermark: str = "") -> OccupationsSpec:
    """The scatter; `name` of the model and its r in words go into the alternative text."""
    return OccupationsSpec(
        dots=tuple(
            OccupationDot(
                name=lean.occupation.name,
                women=lean.occupation.percent_women / 100,
                female=lean.female,
                spread=lean.spread or 0.0,
                hover=(
                    lean.occupation.name,
                    f"women in the statistics: {lean.occupation.percent_women:g}%",
                    f"female pronoun: {percent(lean.female, 0)}, mean of {lean.n_sentences} sentences",
                ),
            )
            for lean in bias.leans
        ),
        line=bias.line,
        watermark=watermark,
        alt=(
            f"Scatter of {len(bias.leans)} occupations for {name}: share of women in the statistics across, mean "
            f"probability of the female pronoun upwards. r = {r}. All occupations are in the table below."
        ),
    )
