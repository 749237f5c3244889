"""The controls of the behaviour page: behaviour, data set, axis, whose reading, who is in colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis.errors import ScalewatchError
from analysis.findings.finding import Finding
from analysis.findings.training_curves import TrainingCurves
from analysis.verdicts import TESTED, AxisKind
from dashboard.components import url_state, write
from dashboard.components.axis_choice import axes_of, choose_across
from dashboard.figures.parts.line_styles import natural
from dashboard.figures.scaling import default_coloured
from dashboard.results.sets import Results
from dashboard.results.training import curves_of, has_training
from dashboard.selection import MOST_COLOURED, Selection, axis_asked, not_here, select

PAGE = "behaviour"
MOST_PILLS = 16
"""Series offered for colour before only the tested ones are; where those are more too, they are a list to type in."""
BEHAVIOUR, SET, AXIS, FAMILY, COLOUR = (f"behaviour.{name}" for name in ("slug", "set", "axis", "family", "colour"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the reader looks at, and the findings that belong to it."""

    selection: Selection
    findings: tuple[Finding, ...]
    """All series of the behaviour in the set along the axis; along training those along its first other axis."""
    focus: Finding
    coloured: tuple[str, ...]
    """Names in colour, the focus among them."""
    training: TrainingCurves | None = None
    """What is shown instead of findings along training."""


def choose_behaviour(found: Results) -> Chosen | None:
    """Draw the controls; what they say, which is also put into the address bar. None without findings."""
    link = url_state.params()
    asked = select(link, found.findings)
    if asked is None:
        return None
    follow = url_state.led_here(PAGE)
    if missing := not_here(link, found.findings):
        write.warning(missing)
    titles = {f.behavior: f.title for f in sorted(found.findings, key=lambda f: (f.group, f.title))}
    first, second, third = st.columns([2, 1.4, 1], gap="small")
    url_state.seed(BEHAVIOUR, asked.behavior, list(titles), follow=follow)
    behavior = write.selectbox(
        "Behaviour",
        list(titles),
        format_func=titles.__getitem__,
        key=BEHAVIOUR,
        on_change=url_state.touched,
        place=first,
    )
    left = [f for f in found.findings if f.behavior == behavior]
    sets = sorted({f.result_set for f in left})
    url_state.seed(SET, _kept(asked.result_set, sets), sets, follow=follow)
    result_set = write.selectbox(
        "Data set",
        sets,
        format_func=lambda name: _set_title(found, name),
        key=SET,
        on_change=url_state.touched,
        place=second,
    )
    left = [f for f in left if f.result_set == result_set]
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        tested = axes_of(left)
        offered: list[AxisKind] = [*tested, *_training_axis(found, behavior, result_set)]
        axis = choose_across(offered, key=AXIS, asked=axis_asked(link, offered), follow=follow)
        along = [f for f in left if f.result.axis == (tested[0] if axis == "training" else axis)]
        findings = _one_way(along, link.get("family", [""])[-1])
        if axis == "training":
            curves = curves_of(found, behavior, result_set)
            chosen = _training(curves, findings, link, third, follow=follow)
            url_state.write(PAGE, _address(chosen.selection, link, found))
            return chosen
        here = select({**link, "behaviour": [behavior], "set": [result_set], "axis": [axis]}, findings) or asked
        names = sorted({f.name for f in findings}, key=natural)
        url_state.seed(FAMILY, here.family, names, follow=follow)
        short = {f.name: f.short_name for f in findings}
        family = write.selectbox(
            "Reading of",
            names,
            format_func=short.__getitem__,
            key=FAMILY,
            on_change=url_state.touched,
            place=third,
        )
        coloured = _colours(findings, here, family, names, follow=follow)
    focus = next(f for f in findings if f.name == family)
    selection = Selection(behavior=behavior, result_set=result_set, axis=axis, family=family, coloured=tuple(coloured))
    usual = set(coloured) == {family, *default_coloured(findings)}
    url_state.write(PAGE, _address(replace(selection, coloured=()) if usual else selection, link, found))
    return Chosen(selection=selection, findings=tuple(findings), focus=focus, coloured=tuple(coloured))


def _set_title(found: Results, name: str) -> str:
    """Title of a set; with its name where another set has the same title."""
    title = found.infos[name].title
    alike = sum(info.title == title for info in found.infos.values())
    return title if alike == 1 else f"{title} ({name})"


def _training_axis(found: Results, behavior: str, result_set: str) -> list[AxisKind]:
    """Training, where the set has checkpoints along it; a file that cannot be read is named on the page."""
    try:
        return ["training"] if has_training(found, behavior, result_set) else []
    except (ScalewatchError, OSError) as error:
        write.error(f"{result_set}: {error}")
        return []


def _training(
    curves: Sequence[TrainingCurves],
    findings: Sequence[Finding],
    link: dict[str, list[str]],
    place: DeltaGenerator,
    *,
    follow: bool,
) -> Chosen:
    """The curves of the family the reader chose; along training colour says size, so there is no choice of it."""
    by_name = {each.name: each for each in curves}
    names = list(by_name)
    url_state.seed(FAMILY, _kept(link.get("family", [""])[-1], names), names, follow=follow)
    family = write.selectbox("Reading of", names, key=FAMILY, on_change=url_state.touched, place=place)
    shown = by_name[family]
    focus = next((f for f in findings if f.name == family), findings[0])
    selection = Selection(behavior=shown.behavior, result_set=shown.result_set, axis="training", family=family)
    return Chosen(selection=selection, findings=tuple(findings), focus=focus, coloured=(), training=shown)


def _colours(findings: Sequence[Finding], here: Selection, family: str, names: list[str], *, follow: bool) -> list[str]:
    """Names in colour, at most six; the series that is read is always among them."""
    if len(names) == 1 or all(point.x is None for f in findings for point in f.points):
        return names[:MOST_COLOURED]
    key = f"{COLOUR}.{here.behavior}.{here.result_set}.{here.axis}"
    url_state.seed(key, list(here.coloured or default_coloured(findings)), names, follow=follow)
    if family not in st.session_state[key]:
        st.session_state[key] = [family, *st.session_state[key]][:MOST_COLOURED]
    help_text = "At most six; the others are grey and named on hover"
    if len(names) > MOST_PILLS:
        tested = {f.name for f in findings if f.result.verdict in TESTED}
        names = [name for name in names if name in tested or name in st.session_state[key]]
        help_text += ". Families that are not listed: choose them under Reading of"
    short = {f.name: f.short_name for f in findings}
    if len(names) > MOST_PILLS:
        chosen = write.multiselect(
            "Families in colour", names, format_func=short.__getitem__, key=key, on_change=_at_most_six, args=(key,),
            help=help_text, select_all=False,
        )  # fmt: skip
    else:
        chosen = write.pills(
            "Families in colour", names, selection_mode="multi", format_func=short.__getitem__, key=key,
            on_change=_at_most_six, args=(key,), wrap=True, help=help_text,
        )  # fmt: skip
    return [name for name in names if name in chosen]


def _at_most_six(key: str) -> None:
    url_state.touched()
    st.session_state[key] = st.session_state[key][-MOST_COLOURED:]


def _one_way(findings: list[Finding], family: str) -> list[Finding]:
    """One evaluation and metric where the set has several: curves of two are not comparable. That of the family the
    link asks for, else the one with most points."""
    ways = {(f.evaluation, f.metric): 0 for f in findings}
    for finding in findings:
        ways[finding.evaluation, finding.metric] += len(finding.points)
    asked = [(f.evaluation, f.metric) for f in findings if family in (f.name, f.family)]
    most = max(asked or ways, key=lambda way: ways[way])
    return [f for f in findings if (f.evaluation, f.metric) == most]


def _kept(wanted: str, offered: Sequence[str]) -> str:
    return wanted if wanted in offered else offered[0]


def _address(selection: Selection, link: dict[str, list[str]], found: Results) -> dict[str, list[str]]:
    """The view as address; the data hash of an old link stays, so that its banner does."""
    address = selection.params()
    same = link.get("behaviour") == [selection.behavior] and link.get("set") == [selection.result_set]
    if same and old_hash(link, found.infos[selection.result_set].data_hash):
        address |= {name: link[name] for name in ("v", "data") if name in link}
    return address


def old_hash(link: dict[str, list[str]], current: str) -> str:
    """The data hash a link was made with, where it is not the current one; else empty."""
    made_with = link.get("data", [""])[-1]
    return made_with if made_with != current else ""
