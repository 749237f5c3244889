"""The control models on the method page: scoreboard, then how far RLHF took them."""

from __future__ import annotations

import streamlit as st

from analysis.catalogue.behaviors import behaviors
from analysis.errors import ScalewatchError
from analysis.planted import Score
from dashboard.components import write
from dashboard.components.chart import show_figure
from dashboard.components.numbers_below import numbers_below
from dashboard.components.set_choice import choose_of
from dashboard.figures.control_training import allowed_figure, kl_figure
from dashboard.renderers.table.control_training import control_training_table
from dashboard.results.planted import planted_scores, training_of
from dashboard.results.sets import Results
from dashboard.text.markdown import Markdown, bullets
from dashboard.words import controls as words
from dashboard.words.numbers import licence_text
from loaders.controls.design import VARIANTS
from loaders.controls.training_log import TrainedCheckpoint
from loaders.store.manifest import SetInfo

TALLEST = 438
"""Pixels of the scoreboard."""
CHART = 330
"""Pixels: two charts stand side by side."""


def control_section(found: Results) -> None:
    """Nothing where no set of control models with planted truth is there."""
    by_set = planted_scores(found)
    if not by_set:
        return
    write.header(words.HEADING)
    name = choose_of(found, list(by_set), key="method.set", asked="", follow=False)
    info, scores = found.infos[name], by_set[name]
    write.markdown(Markdown(":gray-badge[Control models] {}").format(words.WHAT_THEY_ARE), width=820)
    write.markdown(words.tally_sentence(scores), width=820)
    write.markdown(bullets(words.meanings(scores)), width=820)
    _scoreboard(scores)
    write.caption(f"{words.TABLE_CAPTION} {_source(info)}")
    try:
        checkpoints = [each for each in training_of(found, name) if each.arm]
    except ScalewatchError as error:
        write.error(str(error))
        return
    if checkpoints:
        _training(checkpoints, info)


def _scoreboard(scores: list[Score]) -> None:
    column = st.column_config
    write.data_frame(
        words.score_rows(scores, _title),
        hide_index=True,
        height=TALLEST,
        placeholder="",
        alt="Verdicts on the control models beside what was planted, disagreements first",
        column_config={
            "Outcome": column.TextColumn(width=124),
            "Behaviour": column.TextColumn(width=190),
            "Series": column.TextColumn(width=250),
            "Along": column.TextColumn(width=72),
            "Planted": column.TextColumn(width=116),
            "Verdict": column.TextColumn(width=124),
            "Change": column.TextColumn(width=72),
            "Could show": column.TextColumn(width=88),
            "q": column.TextColumn(width=72),
        },
    )


def _training(checkpoints: list[TrainedCheckpoint], info: SetInfo) -> None:
    write.header("How far RLHF took the control models")
    write.markdown(words.TRAINING_WORDS, width=820)
    trained = {each.arm for each in checkpoints}
    arms = [arm for arm in VARIANTS if arm in trained]
    arm = write.segmented_control(
        "RLHF by", arms, format_func=VARIANTS.__getitem__, default=arms[0], key=f"method.arm.{info.name}",
        required=True, wrap=True,
    )  # fmt: skip
    mine = [each for each in checkpoints if each.arm == (arm or arms[0])]
    for place, figure, key in zip(st.columns(2, gap="large"), (kl_figure, allowed_figure), ("kl", "mass"), strict=True):
        with place:
            show_figure(figure(mine, _source(info)), key=f"method.{key}", height=CHART)
    table = control_training_table(checkpoints, VARIANTS)
    numbers_below(table, words.TRAINING, file=(f"training-{info.name}", table, info))


def _title(slug: str) -> str:
    entry = behaviors().get(slug)
    return slug if entry is None else entry.title


def _source(info: SetInfo) -> str:
    return f"Source: {info.source}, {licence_text(info.licence)}; data {info.data_hash}."
