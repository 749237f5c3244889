"""The models page: who strays from the family, in how many behaviours."""

from __future__ import annotations

import streamlit as st

from analysis.findings.finding import Finding
from dashboard.components import url_state, write
from dashboard.components.axis_choice import choose_axis
from dashboard.components.chart import show_figure
from dashboard.components.numbers_below import numbers_below
from dashboard.components.set_choice import choose_of
from dashboard.components.states import nothing_yet, show_problems
from dashboard.figures.stray import stray_figure
from dashboard.renderers import table_of
from dashboard.results.sets import Results, results
from dashboard.text.markdown import bullets
from dashboard.words import stray as words

PAGE = "models"


def series_of(findings: list[Finding]) -> dict[str, list[Finding]]:
    """Name of a series -> its tested findings, where they are enough for the page; most behaviours first."""
    by_name: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.residuals:
            by_name.setdefault(finding.name, []).append(finding)
    kept = {name: mine for name, mine in by_name.items() if len(mine) >= words.LEAST_BEHAVIORS}
    return dict(sorted(kept.items(), key=lambda each: (-len(each[1]), each[0])))


def stray_page(found: Results, findings: list[Finding]) -> None:
    """Draw the page on findings of which at least one series is enough."""
    head = st.container()
    link = url_state.own_params(PAGE, foreign="behaviour")
    follow = url_state.led_here(PAGE)
    sets = sorted(
        {f.result_set for f in findings},
        key=lambda name: (found.infos[name].is_control, -_most_behaviors(findings, name)),
    )
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        result_set = choose_of(
            found, sets, key=f"{PAGE}.set", asked=url_state.first(link, "set") or sets[0], follow=follow
        )
        mine = [f for f in findings if f.result_set == result_set]
        axis = choose_axis(mine, key=f"{PAGE}.axis.{result_set}", asked=url_state.first(link, "axis"), follow=follow)
        offered = series_of([f for f in mine if f.result.axis == axis])
        key = f"{PAGE}.family.{result_set}.{axis}"
        wanted = url_state.first(link, "family")
        first = next(iter(offered))
        url_state.seed(key, wanted if wanted in offered else first, list(offered), follow=follow)
        name = write.selectbox("Family", list(offered), key=key, on_change=url_state.touched, width=320)
    url_state.write(PAGE, {"set": [result_set], "axis": [axis], "family": [name]})
    shown, info = offered[name], found.infos[result_set]
    spec = stray_figure(shown, words.QUESTION)
    write.title(words.title(name, spec.models), place=head)
    write.markdown(words.summary(name, spec.models, shown), width=820, place=head)
    left, right = st.columns([1.9, 1], gap="large")
    with left:
        show_figure(spec, key=f"{PAGE}.heat")
        table = table_of(spec)
        numbers_below(table, spec.title, file=(f"models-{result_set}", table, info))
    with right:
        write.header("By model")
        write.table(words.model_rows(spec.models), hide_index=True)
        write.header("What the distance is")
        write.markdown(bullets(words.EXPLAINED))


def _most_behaviors(findings: list[Finding], result_set: str) -> int:
    """Tested behaviours of the series of a set that has most of them along size."""
    mine = [f for f in findings if f.result_set == result_set and f.result.axis == "size"]
    return max((len(each) for each in series_of(mine).values()), default=0)


def show() -> None:
    """Draw the screen: on the series with enough tested behaviours, or why there is none."""
    found = results()
    show_problems(found)
    groups = {(f.result_set, f.result.axis) for f in found.findings}
    enough = [
        f
        for name, axis in sorted(groups)
        for mine in series_of([f for f in found.findings if (f.result_set, f.result.axis) == (name, axis)]).values()
        for f in mine
    ]
    if not found.findings:
        nothing_yet(words.QUESTION)
    elif not enough:
        write.title(words.QUESTION)
        write.markdown(words.NOTHING, width=820)
    else:
        stray_page(found, enough)
