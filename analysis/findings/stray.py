"""Does one model stray in many behaviours at once? Counted over the residuals of a family's findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.findings.finding import Finding

FAR = 2.0
"""A point this many standard deviations off what the others predict is far off: one in twenty by chance."""
BY_CHANCE = 0.05
"""Share of behaviours in which an ordinary model is far off."""
STRAY_SHARE, STRAY_LEAST = 0.2, 3
"""A model strays where it is far off in this share of its behaviours, and in this many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrayModel:
    """One model over the behaviours it was tested on."""

    checkpoint: str
    label: str
    """Size or steps in short."""
    x: float
    n_behaviors: int
    n_far: int
    label_gap: float | None
    """Mean label gap over behaviours with single answers (-1 to 1); None where there is none."""
    option_mass: float | None
    """Mean probability on the listed options over behaviours with single answers, 0-1."""

    @property
    def share_far(self) -> float:
        """Share of behaviours in which it is far off, 0-1."""
        return self.n_far / self.n_behaviors

    @property
    def strays(self) -> bool:
        """Is it far off much more often than by chance?"""
        return self.share_far >= STRAY_SHARE and self.n_far >= STRAY_LEAST


def stray_models(findings: Sequence[Finding]) -> list[StrayModel]:
    """Every model of findings along one axis, in order of size or steps; those without a residual are absent."""
    points = {p.checkpoint: p for finding in findings for p in finding.points if p.checkpoint in finding.residuals}
    told = []
    for checkpoint, point in sorted(points.items(), key=lambda each: (each[1].x or 0.0, each[0])):
        off = [finding.residuals[checkpoint] for finding in findings if checkpoint in finding.residuals]
        own = [p for finding in findings for p in finding.points if p.checkpoint == checkpoint]
        told.append(
            StrayModel(
                checkpoint=checkpoint, label=point.label, x=point.x or 0.0, n_behaviors=len(off),
                n_far=sum(abs(each) > FAR for each in off), label_gap=_mean([p.label_gap for p in own]),
                option_mass=_mean([p.option_mass for p in own]),
            )
        )  # fmt: skip
    return told


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
