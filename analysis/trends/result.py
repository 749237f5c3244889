"""What the detector says about one series, with every number a chart or a sentence needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

from analysis.arrays import Array
from analysis.verdicts import TURNS, Axis, Verdict


class CurvePoint(NamedTuple):
    """One place on a fitted curve."""

    x: float
    """Parameter count or RLHF steps."""
    estimate: float
    """Fitted rate, 0-1."""
    low: float
    """Lower end of the 95 % band of the fitted rate, 0-1."""
    high: float
    """Upper end of the band, 0-1."""
    inside: bool
    """False beyond the largest (or below the smallest) measured x."""


class Curve(Sequence[CurvePoint]):
    """A fitted curve as one array, a sixth of what its points take; to be used as the tuple of them it is equal to."""

    __slots__ = ("_places",)

    def __init__(self, places: Array) -> None:
        """`places`: the fields of CurvePoint in order, (points, 5)."""
        self._places = places

    @overload
    def __getitem__(self, at: int) -> CurvePoint: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[CurvePoint, ...]: ...
    def __getitem__(self, at: int | slice) -> CurvePoint | tuple[CurvePoint, ...]:
        return tuple(self)[at]

    def __iter__(self) -> Iterator[CurvePoint]:
        *numbers, inside = self._places.T.tolist()
        return map(CurvePoint, *numbers, map(bool, inside))

    def __len__(self) -> int:
        return len(self._places)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, Sequence) else other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesResult:
    """Verdict on one series (one behaviour in one family along one axis)."""

    behavior: str
    family: str
    series: str
    """Model on the RLHF axis; empty on the size axis."""
    axis: Axis
    n_points: int
    """Distinct sizes or step counts the test used."""
    verdict: Verdict
    reason: str
    """One clause: why this verdict."""
    n_tests: int = 0
    """Number of series the false-discovery control ran over."""
    p: float | None = None
    q: float | None = None
    """p after false-discovery control over all series of the call (two-stage Benjamini-Hochberg)."""
    p_shape: float | None = None
    q_shape: float | None = None
    change: float | None = None
    """Change of the logit of the rate from first to last x."""
    change_low: float | None = None
    """Lower end of the 95 % interval of `change`."""
    change_high: float | None = None
    change_low_90: float | None = None
    """Lower end of the 90 % interval of `change` where that lies inside the margin of 0.40 logit: what `flat` rests
    on; None elsewhere."""
    change_high_90: float | None = None
    change_points: float | None = None
    """Change of the fitted rate from first to last x, as a difference of shares (-1 to 1)."""
    change_points_low: float | None = None
    change_points_high: float | None = None
    slope: float | None = None
    """`change` per decade of parameters (size axis) in logits; on the RLHF axis per unit of log2(1 +
    steps/s0)."""
    ci_low: float | None = None
    """Lower end of the 95 % interval of `slope`."""
    ci_high: float | None = None
    tau: float | None = None
    """Between-model standard deviation beyond item noise, logits."""
    n_effective: float | None = None
    """Independent series that tau was learned from: fewer than there are where one odd model moves them
    all."""
    n_family: int = 0
    """Series of the family that tau was learned from: what `n_effective` is to be compared with."""
    kappa: float | None = None
    """Share of the scatter that the family's series have in common, 0-1; None where it cannot be computed (fewer
    than five places, one series)."""
    fragile: bool | None = None
    """True where the verdict does not survive dropping a size; None where that was not tried."""
    influential_x: float | None = None
    """x whose removal moves the change most."""
    change_points_without: float | None = None
    """Change (difference of shares) with that x dropped."""
    curve: Sequence[CurvePoint] = ()
    """Fitted curve with band, in order of x, up to 0.3 decade beyond the data; empty where nothing was
    fitted."""
    detectable_change: float | None = None
    """Change from first to last that a series as jumpy as this would show in 80 % of sweeps, logits."""
    adequacy_p: float | None = None
    """p of the scatter left around trend and bend, were tau the family's (0-1); small: the family does not
    explain this series. None where fewer than eight series say what is usual."""
    bend_probability: float | None = None
    """Posterior probability that the curve bends rather than runs straight (0-1)."""
    unusually_jumpy: bool | None = None
    """True where tau is more than twice the family's median; None where fewer than eight series say what
    is usual."""

    residuals: Sequence[float] = ()
    """How far each point is off the fit, in standard deviations (see trends.residuals), in order of x and of the
    model's name; empty where nothing was tested."""

    @property
    def verdict_q(self) -> float | None:
        """The adjusted p the verdict rests on: of the turn where it is one, else of the trend."""
        return self.q_shape if self.verdict in TURNS else self.q
