"""The agreement page: heat map of models against models, and the behaviours that flip inside a family."""

from __future__ import annotations

import streamlit as st

from analysis.catalogue.behaviors import behaviors
from analysis.cells.model_facts import chart_names, fully_trained, unshown_replicates
from analysis.preferences.agreement import each_once, pairs, reversals
from dashboard.components import url_state, write
from dashboard.components.chart import show_figure
from dashboard.components.numbers_below import numbers_below
from dashboard.components.set_choice import choose_of
from dashboard.components.states import page_of_sets
from dashboard.figures.heat import agreement_figure
from dashboard.figures.parts.notes import CONTROL_MARK
from dashboard.renderers import table_of
from dashboard.results.preferences import preferences_of, sets_with_preferences
from dashboard.results.sets import Results, results
from dashboard.words import agreement as words
from dashboard.words.numbers import licence_text

PAGE = "agreement"


def agreement_page(found: Results, sets: list[str]) -> None:
    """Draw the page, its title aside, on one of these sets."""
    head = st.container()
    link = url_state.own_params(PAGE, foreign="behaviour")
    follow = url_state.led_here(PAGE)
    result_set = choose_of(found, sets, key=f"{PAGE}.set", asked=url_state.first(link, "set"), follow=follow)
    info, seen = found.infos[result_set], preferences_of(found, result_set)
    asked = {each.checkpoint for each in seen.rows}
    everyone = [model for name, model in seen.models.items() if name in asked]
    models = fully_trained(everyone)
    offered = words.choices(models)
    choice = _choose_sides(
        offered, key=f"{PAGE}.compare.{result_set}", asked=url_state.first(link, "compare"), follow=follow
    )
    address = {"set": [result_set]} if len(sets) > 1 else {}
    url_state.write(PAGE, address | ({"compare": [choice]} if choice != next(iter(offered)) else {}))
    rows, columns = words.sides(choice, models)
    if len({*rows, *columns}) < 2:
        write.markdown(words.NO_SET, width=820, place=head)
        return
    shown = [model for model in models if model.checkpoint in {*rows, *columns}]
    names = chart_names(shown)
    table = pairs(seen.rows, rows, columns)
    mine = [each for each in seen.rows if each.checkpoint in names]
    preferred = {each.behavior for each in mine if each.sign}
    write.markdown(words.summary(each_once(table), seen.models, len(preferred)), width=820, place=head)
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        spec = agreement_figure(
            table, names, source=f"Source: {info.source}, {licence_text(info.licence)}.",
            n_left_out=sum(bool(each.excluded) for each in mine), n_replicates=unshown_replicates(everyone, models),
            watermark=CONTROL_MARK if info.is_control else "",
        )  # fmt: skip
        show_figure(spec, key=f"{PAGE}.heat")
        numbers = table_of(spec)
        numbers_below(numbers, spec.title, file=(f"agreement-{result_set}", numbers, info))
    with right:
        write.header("What flips inside a family")
        flips = reversals(mine, {model.checkpoint: model.family for model in shown})
        write.markdown(words.reversal_sentence(flips))
        titles = {slug: entry.title for slug in {f.behavior for f in flips} if (entry := behaviors().get(slug))}
        if flips:
            write.table(words.reversal_rows(flips, names, titles))
        write.header("What a preference is")
        write.markdown(words.definition(from_answers=seen.from_answers))


def _choose_sides(offered: dict[str, str], *, key: str, asked: str, follow: bool) -> str:
    """Draw 'Compare' where there is a choice; which models stand against which."""
    first = asked if asked in offered else next(iter(offered))
    if len(offered) < 2:
        return first
    url_state.seed(key, first, list(offered), follow=follow)
    chosen = write.segmented_control(
        "Compare", list(offered), format_func=offered.__getitem__, key=key, required=True,
        on_change=url_state.touched, wrap=True,
    )  # fmt: skip
    return chosen or first


def show() -> None:
    """Draw the screen: on the sets that can be compared, or what to type where there is none."""
    found = results()
    page_of_sets(
        found, sets_with_preferences(found), agreement_page,
        title=words.QUESTION, none=words.NO_SET, command="scalewatch import PATH --into SET",
    )  # fmt: skip
