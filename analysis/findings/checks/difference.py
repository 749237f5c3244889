"""Two lists of findings, one made after the other: which verdicts appeared, vanished or turned, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.findings.finding import Finding, Point
from analysis.findings.ranking import RANK
from analysis.records import first_three
from analysis.verdicts import Axis, Verdict, claim_of

Kind = Literal["turned", "appeared", "vanished"]
Why = Literal["data", "method", "grouping", "neighbours"]
"""data: its own points differ; method: another version of the method, same points; grouping: its points were there
before, in other series; neighbours: none of these, so what it was pooled and tested with differs."""
_SAME_RATE = 1e-9
"""Rates are stored with ten digits."""
Cell = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Checkpoints whose points are not those of before, sorted."""

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)

    def __str__(self) -> str:
        said = (("new", self.new), ("gone", self.gone), ("changed", self.changed))
        return "; ".join(f"{word} {first_three(names)}" for word, names in said if names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One verdict that is not what it was."""

    kind: Kind
    behavior: str
    title: str
    evaluation: str
    family: str
    series: str
    axis: Axis
    prompt_style: str
    metric: str
    before: Verdict | None
    """None where it appeared."""
    after: Verdict | None
    """None where it vanished."""
    q_before: float | None
    q_after: float | None
    n_tests_before: int | None
    n_tests_after: int | None
    why: Why
    detail: str
    """One clause."""
    moved: Moved

    @property
    def name(self) -> str:
        """Family and series as one label."""
        return f"{self.family} {self.series}".strip()


def changes(before: Sequence[Finding], after: Sequence[Finding], *, same_method: bool) -> list[Change]:
    """What differs, the most important first: claims won, lost or turned, then all else, by rank of the verdict and q.

    A finding is followed by behaviour, evaluation, family, series, axis, prompt style and metric; where only the metric
    differs (single answers came or went) it is the same. `same_method`: did one version of the method make both?
    """
    pairs, gone, new = _paired(before, after)
    turned = [_turned(a, b, same_method) for a, b in pairs if a.result.verdict != b.result.verdict]
    appeared = [_change("appeared", None, b, *_found_elsewhere(b, before, same_method)) for b in new]
    vanished = [_change("vanished", a, None, *_found_elsewhere(a, after, same_method)) for a in gone]
    return sorted([*turned, *appeared, *vanished], key=_importance)


def _paired(
    before: Sequence[Finding], after: Sequence[Finding]
) -> tuple[list[tuple[Finding, Finding]], list[Finding], list[Finding]]:
    """Findings with their successors, those without one, those without a predecessor."""
    pairs, gone, new = _matched(before, after, lambda finding: finding.key)
    more, gone, new = _matched(gone, new, lambda finding: finding.key[:-1])
    return [*pairs, *more], gone, new


def _matched(
    before: Sequence[Finding], after: Sequence[Finding], key: Callable[[Finding], tuple[str, ...]]
) -> tuple[list[tuple[Finding, Finding]], list[Finding], list[Finding]]:
    waiting: dict[tuple[str, ...], list[Finding]] = {}
    for each in after:
        waiting.setdefault(key(each), []).append(each)
    pairs, gone = [], []
    for each in before:
        found = waiting.get(key(each))
        if found:
            pairs.append((each, found.pop(0)))
        else:
            gone.append(each)
    return pairs, gone, [each for found in waiting.values() for each in found]


def _turned(a: Finding, b: Finding, same_method: bool) -> Change:
    moved = _moved(a.points, b.points)
    if moved or a.metric != b.metric:
        other = "" if a.metric == b.metric else f"tested on {b.metric}, was on {a.metric}"
        return _change("turned", a, b, "data", "; ".join(filter(None, (other, str(moved)))), moved)
    if not same_method:
        return _change("turned", a, b, "method", "same points, another version of the method", moved)
    detail = f"same points; {_went(a, b)}: what it is pooled and tested with differs"
    return _change("turned", a, b, "neighbours", detail, moved)


def _went(a: Finding, b: Finding) -> str:
    """How q went, and the number of tests."""
    q = f"q {_digits(a.result.q)} → {_digits(b.result.q)}"
    return q if a.result.n_tests == b.result.n_tests else f"{q}, {a.result.n_tests} → {b.result.n_tests} tests"


def _found_elsewhere(one: Finding, others: Iterable[Finding], same_method: bool) -> tuple[Why, str, Moved]:
    """Why a finding has no counterpart among the others; `moved` names its checkpoints that they do not hold."""
    there = {cell: point for other in others for cell, point in _cells(other).items()}
    missing = [
        point.checkpoint for cell, point in _cells(one).items() if cell not in there or _differ(point, there[cell])
    ]
    if missing or not one.points:
        names = tuple(sorted(set(missing)))
        return "data", f"points of {first_three(names)}", Moved(new=names)
    if not same_method:
        return "method", "its points are in both, another version of the method", Moved()
    return "grouping", "its points are in both, in other series: facts about the models differ", Moved()


def _cells(finding: Finding) -> Mapping[Cell, Point]:
    return {(finding.evaluation, finding.prompt_style, point.checkpoint): point for point in finding.points}


def _moved(before: Sequence[Point], after: Sequence[Point]) -> Moved:
    old, new = ({point.checkpoint: point for point in points} for points in (before, after))
    return Moved(
        new=tuple(sorted(new.keys() - old.keys())),
        gone=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(sorted(name for name in old.keys() & new.keys() if _differ(old[name], new[name]))),
    )


def _differ(a: Point, b: Point) -> bool:
    return abs(a.rate - b.rate) > _SAME_RATE or (a.x, a.n_questions) != (b.x, b.n_questions)


def _change(kind: Kind, a: Finding | None, b: Finding | None, why: Why, detail: str, moved: Moved) -> Change:
    shown = b if b is not None else a
    assert shown is not None, "one of the two is there"
    if kind == "vanished":
        moved = Moved(gone=moved.new)
    old, new = (None if each is None else each.result for each in (a, b))
    return Change(
        kind=kind, behavior=shown.behavior, title=shown.title, evaluation=shown.evaluation, family=shown.family,
        series=shown.series, axis=shown.result.axis, prompt_style=shown.prompt_style, metric=shown.metric,
        before=None if old is None else old.verdict, after=None if new is None else new.verdict,
        q_before=None if old is None else old.q, q_after=None if new is None else new.q,
        n_tests_before=None if old is None else old.n_tests, n_tests_after=None if new is None else new.n_tests,
        why=why, detail=detail, moved=moved,
    )  # fmt: skip


def _importance(change: Change) -> tuple[int, int, int, float, str, str]:
    verdicts = [each for each in (change.before, change.after) if each is not None]
    claimed = any(claim_of(each) for each in verdicts)
    kind = ("turned", "appeared", "vanished").index(change.kind)
    q = min((each for each in (change.q_before, change.q_after) if each is not None), default=1.0)
    return 0 if claimed else 1, kind, min(RANK[each] for each in verdicts), q, change.title, change.name


def _digits(q: float | None) -> str:
    return "none" if q is None else f"{q:.3g}"
