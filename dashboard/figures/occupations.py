"""One model's pronouns against the statistics, a dot per occupation."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.catalogue.occupations import SOURCE
from analysis.preferences.gender_bias import GenderBias, OccupationLean
from dashboard.figures.spec import Spec
from dashboard.words.numbers import percent, r_interval

HEADING = "Probability of the female pronoun, among female and male"
NOTES = (
    "Dots: occupations.",
    "Bars: standard deviation over their sentences.",
    "Line: least squares; dashed: as in the statistics.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupationDot:
    """One occupation."""

    lean: OccupationLean
    hover: tuple[str, ...]

    @property
    def women(self) -> float:
        """Share of women in the statistics, 0-1."""
        return self.lean.occupation.percent_women / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupationsSpec(Spec):
    """The scatter of one model."""

    checkpoint: str
    dots: tuple[OccupationDot, ...]
    line: tuple[float, float] | None
    """Least-squares line at 0 and at 100 % women; None without r."""


def occupations_figure(bias: GenderBias, name: str, *, source: str, watermark: str = "") -> OccupationsSpec:
    """The scatter; `name` is the model's on the page, `source` a sentence."""
    r = r_interval(bias.r, bias.low, bias.high, bias.reason)
    return OccupationsSpec(
        title=f"occupations, {name}",
        heading=HEADING,
        checkpoint=bias.checkpoint,
        dots=tuple(
            OccupationDot(
                lean=lean,
                hover=(
                    lean.occupation.name,
                    f"women in the statistics: {lean.occupation.percent_women:g}%",
                    f"female pronoun: {percent(lean.female, 0)}, mean of {lean.n_sentences} sentences",
                ),
            )
            for lean in bias.leans
        ),
        line=bias.line,
        notes=NOTES,
        provenance=f"{source} Occupations: {SOURCE}.",
        watermark=watermark,
        alt=(
            f"Scatter of {len(bias.leans)} occupations for {name}: share of women in the statistics across, mean "
            f"probability of the female pronoun upwards. r = {r}. All occupations are in the table below."
        ),
    )
