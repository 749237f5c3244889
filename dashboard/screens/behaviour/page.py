"""Behaviour: a claim, a chart, a reading."""

from __future__ import annotations

import streamlit as st

from analysis.catalogue.behaviors import behaviors
from dashboard.components import write
from dashboard.components.chart import show_figure
from dashboard.components.numbers_below import numbers_below
from dashboard.components.states import nothing_yet, show_changed, show_problems
from dashboard.components.url_state import params
from dashboard.figures.scaling import scaling_figure
from dashboard.figures.training import training_figure
from dashboard.renderers import table_of
from dashboard.renderers.table.lines import lines_file
from dashboard.results.sets import results
from dashboard.screens.behaviour.choice import choose_behaviour, old_hash
from dashboard.screens.behaviour.compare import two_models
from dashboard.screens.behaviour.link import copy_link
from dashboard.screens.behaviour.other_methods import other_methods
from dashboard.screens.behaviour.reading import show_reading
from dashboard.screens.behaviour.training import show_training
from dashboard.text.markdown import Markdown
from dashboard.words import findings as wording
from dashboard.words import training as training_words


def show() -> None:
    """Draw the screen."""
    found = results()
    show_problems(found)
    head = st.container()
    link = params()
    chosen = choose_behaviour(found)
    if chosen is None:
        nothing_yet("What does one behaviour do with model size?")
    else:
        info = found.infos[chosen.selection.result_set]
        with head:
            show_changed(found, [chosen.selection.result_set])
        if old := old_hash(link, info.data_hash):
            write.warning(wording.old_link(old, info.data_hash), place=head)
        training = chosen.training
        if training is not None:
            title, grey_line = training_words.title(training), training_words.grey_line(training, info.data_hash)
            spec = training_figure(training)
        else:
            title = wording.claim(chosen.findings, focus=chosen.focus)
            grey_line = wording.grey_line(chosen.findings, info.data_hash)
            spec = scaling_figure(chosen.findings, coloured=chosen.coloured, focus=chosen.focus.name)
        write.title(title, place=head)
        write.markdown(Markdown(":gray[{}]").format(grey_line), place=head)
        left, right = st.columns([2.15, 1], gap="large")
        with left:
            has_places = any(line.points for line in spec.lines)
            if has_places:
                show_figure(spec, key="behaviour.chart")
            else:
                write.caption(f"{wording.no_places(chosen.focus)} {spec.provenance}")
            name = f"{chosen.selection.behavior}-{chosen.selection.result_set}"
            file = name, lines_file(spec), info
            numbers_below(table_of(spec), spec.title, unfolded=not has_places, file=file)
            copy_link(chosen.selection.url(info.data_hash))
        with right:
            entry = behaviors().get(chosen.selection.behavior)
            if training is not None:
                show_training(training, entry)
            else:
                show_reading(chosen.focus, chosen.findings, entry)
        other_methods(found, chosen)
        two_models(found, chosen)
