"""The gender-bias page: r of every model, then one model's occupations."""

from __future__ import annotations

import streamlit as st

from analysis.cells.model_facts import chart_names, in_order
from analysis.preferences.gender_bias import ModelBias
from dashboard.components import url_state, write
from dashboard.components.axis_choice import choose_across
from dashboard.components.chart import show_figure
from dashboard.components.numbers_below import numbers_below
from dashboard.components.set_choice import choose_of
from dashboard.components.states import page_of_sets
from dashboard.figures.correlation import axes_with_lines, correlation_figure
from dashboard.figures.occupations import occupations_figure
from dashboard.figures.parts.notes import CONTROL_MARK
from dashboard.renderers import table_of
from dashboard.results.gender_bias import gender_bias_of, sets_with_pronouns
from dashboard.results.sets import Results, results
from dashboard.words import gender_bias as words
from dashboard.words.numbers import licence_text
from loaders.store.manifest import SetInfo

PAGE = "gender_bias"


def gender_page(found: Results, sets: list[str]) -> None:
    """Draw the page, its title aside, on one of these sets."""
    head = st.container()
    link = url_state.own_params(PAGE, foreign="behaviour")
    follow = url_state.led_here(PAGE)
    asked = {name: url_state.first(link, name) for name in ("set", "axis", "model")}
    result_set = choose_of(found, sets, key=f"{PAGE}.set", asked=asked["set"], follow=follow)
    info, entries = found.infos[result_set], gender_bias_of(found, result_set)
    names = chart_names(in_order({model.checkpoint: model for model, _ in entries}.values()))
    write.markdown(words.summary(entries, names), width=820, place=head)
    axis = choose_across(axes_with_lines(entries), key=f"{PAGE}.axis", asked=asked["axis"], follow=follow)
    source = f"Source: {info.source}, {licence_text(info.licence)}."
    watermark = CONTROL_MARK if info.is_control else ""
    left, right = st.columns([2.15, 1], gap="large")
    with left:
        spec = correlation_figure(entries, axis, provenance=source, watermark=watermark)
        if spec.lines:
            show_figure(spec, key=f"{PAGE}.chart")
        else:
            write.caption(f"No model here has both an r and a known size. {source}")
        table = table_of(spec)
        numbers_below(table, spec.title, file=(f"gender-bias-{result_set}", table, info))
    with right:
        write.header("What is computed")
        write.markdown(words.COMPUTED)
        write.header("What is not claimed")
        write.markdown(words.NOT_CLAIMED)
    model = _one_model(entries, names, info, source, watermark, asked=asked["model"], follow=follow)
    address = {"set": [result_set]} if len(sets) > 1 else {}
    address |= {"axis": [axis]} if axis != "size" else {}
    url_state.write(PAGE, address | ({"model": [model]} if model != _largest(entries) else {}))


def _one_model(
    entries: list[ModelBias],
    names: dict[str, str],
    info: SetInfo,
    source: str,
    watermark: str,
    *,
    asked: str,
    follow: bool,
) -> str:
    """Draw one model's occupations; the checkpoint shown."""
    write.header("One model, occupation by occupation")
    key, offered = f"{PAGE}.model.{info.name}", list(names)
    first = asked if asked in names else _largest(entries)
    url_state.seed(key, first, offered, follow=follow)
    chosen = write.selectbox(
        "Model", offered, format_func=names.__getitem__, key=key, on_change=url_state.touched, width=420
    )  # fmt: skip
    for model, bias in entries:
        if model.checkpoint != chosen:
            continue
        write.markdown(words.one_model(bias), width=820)
        spec = occupations_figure(bias, names[chosen], source=source, watermark=watermark)
        show_figure(spec, key=f"{PAGE}.occupations.{bias.prompt_style}")
        table = table_of(spec)
        numbers_below(table, spec.title, file=(f"occupations-{info.name}-{bias.prompt_style}", table, info))
    return str(chosen)


def _largest(entries: list[ModelBias]) -> str:
    """The largest model with an r that is no preference model, before RL; else the first."""
    known = [model for model, bias in entries if bias.r is not None] or [model for model, _ in entries]
    policy = [model for model in known if model.stage != "preference_model"] or known
    return max(policy, key=lambda model: (model.parameter_count or 0, -(model.rlhf_steps or 0))).checkpoint


def show() -> None:
    """Draw the screen: on the sets with answers to the sentences, or what to type where there is none."""
    found = results()
    page_of_sets(
        found, sets_with_pronouns(found), gender_page,
        title=words.QUESTION, none=words.NO_SET, command="scalewatch run SWEEP.yaml",
    )  # fmt: skip
