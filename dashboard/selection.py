"""What the reader looks at, as a value: to and from the parameters of a link. Pure, no Streamlit.

A link carries every value, the version of the link format and the hash of the data it was made with. Values
that do not exist (any more) fall back to what would be shown without them; `not_here` names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from analysis.findings.finding import Finding
from analysis.findings.ranking import strength
from analysis.verdicts import AXES, Axis, AxisKind
from dashboard.words.overview import HIDDEN_AT_FIRST, KINDS

LINK_VERSION = "1"
MOST_COLOURED = 6

Params = Mapping[str, Sequence[str]]
"""Parameters of a link: name -> values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """One behaviour in one result set along one axis, and the series read beside the chart."""

    behavior: str
    result_set: str
    axis: AxisKind
    family: str
    """Finding.name of the series in focus; along training the name of its curves."""
    coloured: tuple[str, ...] = ()
    """Names of series in colour; empty: the default choice."""

    def params(self, data_hash: str = "") -> dict[str, list[str]]:
        """Link parameters, every value written; with a data hash also that and the link version."""
        link: dict[str, list[str]] = {
            "behaviour": [self.behavior],
            "set": [self.result_set],
            "axis": [self.axis],
            "family": [self.family],
        }
        if self.coloured:
            link["colour"] = list(self.coloured)
        if data_hash:
            link |= {"v": [LINK_VERSION], "data": [data_hash]}
        return link

    def url(self, data_hash: str) -> str:
        """The whole view as a relative link."""
        return f"/behaviour?{urlencode(self.params(data_hash), doseq=True)}"


def select(params: Params, findings: Sequence[Finding]) -> Selection | None:
    """The selection a link asks for, as far as it exists among the findings; None without findings.

    Along training there are no findings: a link that asks for it comes back along another axis (see `axis_asked`).
    """
    left = list(findings)
    if not left:
        return None
    for wanted, value_of in (
        (_one(params, "behaviour"), lambda f: f.behavior),
        (_one(params, "set"), lambda f: f.result_set),
        (_one(params, "axis"), lambda f: f.result.axis),
    ):
        kept = [finding for finding in left if value_of(finding) == wanted]
        best = value_of(min(left, key=_preference))
        left = kept or [finding for finding in left if value_of(finding) == best]
    family = _one(params, "family")
    focus = next((f for f in left if f.name == family), None) or next((f for f in left if f.family == family), None)
    focus = focus or min(left, key=strength)
    names = {finding.name for finding in left}
    coloured = tuple(dict.fromkeys(name for name in params.get("colour", ()) if name in names))[:MOST_COLOURED]
    if coloured and focus.name not in coloured:
        coloured = (focus.name, *coloured)[:MOST_COLOURED]
    return Selection(
        behavior=focus.behavior,
        result_set=focus.result_set,
        axis=focus.result.axis,
        family=focus.name,
        coloured=coloured,
    )


def not_here(params: Params, findings: Iterable[Finding]) -> str:
    """What a link names that these results do not hold, as a sentence; empty where all is there."""
    rows = list(findings)
    missing = []
    for name, word, value_of in (
        ("behaviour", "behaviour", lambda f: {f.behavior}),
        ("set", "data set", lambda f: {f.result_set}),
        ("family", "family", lambda f: {f.family, f.name}),
    ):
        wanted = _one(params, name)
        kept = [finding for finding in rows if wanted in value_of(finding)] if wanted else rows
        if wanted and not kept:
            missing.append(f"the {word} ‘{wanted}’")
        rows = kept or rows
    return f"This link names {' and '.join(missing)}, which is not here. Another is shown." if missing else ""


def axis_asked(params: Params, offered: Sequence[AxisKind]) -> AxisKind:
    """The axis a link asks for, where it is offered; else the first that is."""
    wanted = _one(params, "axis")
    return next((axis for axis in offered if axis == wanted), offered[0])


def _preference(finding: Finding) -> tuple[bool, int, tuple[int, float, float, int, str, str]]:
    return finding.is_control, AXES.index(finding.result.axis), strength(finding)


def _one(params: Params, name: str) -> str:
    values = params.get(name, ())
    return values[-1] if values else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which rows of the landing table are shown; an empty tuple of topics, families or sets means all."""

    axis: Axis = "size"
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()

    def params(self) -> dict[str, list[str]]:
        """Link parameters of what differs from the landing page as it opens."""
        link = {"theme": list(self.topics), "family": list(self.families), "set": list(self.sets)}
        if self.axis != "size":
            link["axis"] = [self.axis]
        if self.kinds != default_kinds(KINDS):
            link["verdict"] = list(self.kinds) or ["none"]
        return {name: values for name, values in link.items() if values}

    def within(self, findings: Sequence[Finding]) -> Sequence[Finding]:
        """Those of the findings it admits, in their order."""
        if not (self.topics or self.families or self.sets):
            return findings
        return [finding for finding in findings if self.admits(finding)]

    def admits(self, finding: Finding) -> bool:
        """Is the finding inside topic, family and set (verdicts aside)?"""
        return (
            (not self.topics or finding.group in self.topics)
            and (not self.families or finding.family in self.families)
            and (not self.sets or finding.result_set in self.sets)
        )


def default_kinds(present: Sequence[str]) -> tuple[str, ...]:
    """Kinds shown at first: everything that was tested."""
    return tuple(kind for kind in present if kind not in HIDDEN_AT_FIRST)


def filter_from(params: Params, findings: Sequence[Finding]) -> Filter:
    """The filter a link asks for; unknown words are dropped quietly."""
    axes = {finding.result.axis for finding in findings}
    axis: Axis = "rlhf" if _one(params, "axis") == "rlhf" and "rlhf" in axes else "size"
    if axis not in axes and axes:
        axis = next(iter(axes))
    return Filter(
        axis=axis,
        kinds=_kinds(params),
        topics=_known(params, "theme", {finding.group for finding in findings}),
        families=_known(params, "family", {finding.family for finding in findings}),
        sets=_known(params, "set", {finding.result_set for finding in findings}),
    )


def _kinds(params: Params) -> tuple[str, ...]:
    asked = params.get("verdict", ())
    known = tuple(kind for kind in KINDS if kind in asked)
    return known if known or "none" in asked else default_kinds(KINDS)


def _known(params: Params, name: str, allowed: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in params.get(name, ()) if value in allowed))
