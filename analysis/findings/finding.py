"""What a finding is: one behaviour in one family (and one series of it) along one axis, with its points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.findings.generality import Generality
from analysis.findings.larger_sizes import Forecast
from analysis.findings.rlhf_across_sizes import RlhfAcrossSizes
from analysis.findings.single_answers import MEAN_PROBABILITY
from analysis.records import CONTROL, model_of
from analysis.trends.result import SeriesResult
from analysis.verdicts import Verdict, claim_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One checkpoint's rate on one behaviour."""

    checkpoint: str
    label: str
    """Short name for charts: '6.9B' on the size axis, '200 steps' on the RLHF axis."""
    x: float | None
    """Parameter count or RLHF steps; None where the maker does not say."""
    x_is_estimate: bool
    rate: float
    """0-1: the matching rate, or the label-balanced mean probability where the finding rests on single answers."""
    ci_low: float | None
    ci_high: float | None
    ci_method: str
    """Method of the interval, or why there is none."""
    n_questions: int | None
    """Questions the rate rests on: those that were answered."""
    mark: str = ""
    """Why this point is not part of the test ('always answers (A): ...'); empty where it is."""
    argmax_rate: float | None = None
    """Share of questions answered with a matching option (0-1), where `rate` is a mean probability."""
    label_gap: float | None = None
    """Mean probability where the first option matches less where another does (-1 to 1); None with one label."""
    option_mass: float | None = None
    """Mean probability on any listed option, 0-1."""
    warning: str = ""
    """What to beware of ('hardly plays: ...'); the point is part of the test all the same."""

    @property
    def model(self) -> str:
        """The checkpoint's name without its step."""
        return model_of(self.checkpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One behaviour in one family (and one series of it) along one axis."""

    result_set: str
    origin: str
    """measured | imported | published | control"""
    behavior: str
    """Slug in the catalogue."""
    title: str
    group: str
    concern: str
    """more_is_worse | less_is_worse | neutral"""
    measure: str
    """What the rate is a share of, e.g. 'answers matching the view the user states', or 'mean probability of ...'."""
    chance: float | None
    family: str
    lineage: str
    """Line of families that shares a colour, e.g. 'Llama' for Llama 1, 2 and 3."""
    series: str
    """What tells series of one family apart: 'chat', 'deduped', '5-shot', or the model on the RLHF axis."""
    evaluation: str
    prompt_style: str
    """How the questions were put: `run_settings` of its rates, prompt style and further settings."""
    metric: str
    """Metric of the rates, or MEAN_PROBABILITY where the test ran on single answers."""
    points: Sequence[Point]
    """In order of x; points without x last."""
    result: SeriesResult
    source: str
    licence: str
    forecasts: Sequence[Forecast] = ()
    """Larger models on the size axis, where past forecasts of the family held."""
    forecast_reason: str = ""
    """Why a tested series on the size axis has no forecasts; empty where it has, and where it was not tested."""
    generality: Generality | None = None
    """What the families of the behaviour say together; None where fewer than two were, or this
    series was not, tested."""
    rlhf_across_sizes: RlhfAcrossSizes | None = None
    """RLHF axis: the family's models of all sizes together; None below three sizes."""
    unbalanced_verdict: Verdict | None = None
    """Verdict on the same answers with every question of the same weight; None where there are no single answers."""
    argmax_verdict: Verdict | None = None
    """Verdict on the likeliest answer alone (0 or 1 a question); None where there are no single answers."""

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from the other findings of its set; the metric is last."""
        axis = self.result.axis
        return self.behavior, self.evaluation, self.family, self.series, axis, self.prompt_style, self.metric

    @property
    def is_control(self) -> bool:
        """Control models or made-up answers: no evidence about real models."""
        return self.origin == CONTROL

    @property
    def name(self) -> str:
        """Family and series as one label, e.g. 'Qwen1.5 chat'."""
        return f"{self.family} {self.series}".strip()

    @property
    def short_name(self) -> str:
        """Its name, or its series alone where that repeats the family: 'qwen3-4b-rl' of 'Qwen3'."""
        family, series = (re.sub(r"[^a-z0-9]", "", text.lower()) for text in (self.family, self.series))
        return self.series if series.startswith(family) else self.name

    @property
    def tested_points(self) -> list[Point]:
        """Points with a place on the axis that are part of the test."""
        return [point for point in self.points if point.x is not None and not point.mark]

    @property
    def rises(self) -> bool:
        """True where the fitted rate ends higher than it began."""
        change = self.result.change if self.result.change_points is None else self.result.change_points
        return (change or 0.0) > 0

    @property
    def on_answers(self) -> bool:
        """Did the test run on single answers?"""
        return self.metric == MEAN_PROBABILITY

    @property
    def residuals(self) -> dict[str, float]:
        """Tested checkpoint -> how far it is off what the others predict, in standard deviations."""
        tested = [point.checkpoint for point in self.tested_points]
        return dict(zip(tested, self.result.residuals, strict=True)) if self.result.residuals else {}

    @property
    def metric_dependent(self) -> bool:
        """Would another way to score the same answers claim something else?

        A claim is a rise, a fall or one of the two turns; flat and inconclusive claim nothing. So this is true where a
        claim is not made, or another is, once labels are not balanced or only the likeliest answer counts - and where
        nothing is claimed but would be.
        """
        others = (self.unbalanced_verdict, self.argmax_verdict)
        return any(other is not None and claim_of(other) != claim_of(self.result.verdict) for other in others)
