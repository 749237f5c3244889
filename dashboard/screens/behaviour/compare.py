"""Two models on the same questions, where the set holds single answers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.errors import ScalewatchError
from dashboard.components import write
from dashboard.results.compare import answered, comparison_of
from dashboard.results.sets import Results
from dashboard.screens.behaviour.choice import Chosen
from dashboard.words import compare as words

ASKED = "behaviour.pair.asked"


def two_models(found: Results, chosen: Chosen) -> None:
    """An expander with two pickers; one line with the reason where the set cannot show it."""
    if chosen.training is not None:
        return
    finding = chosen.focus
    try:
        with_answers = answered(found, finding)
    except (ScalewatchError, OSError, ValueError) as error:
        write.error(f"{finding.result_set}: {error}")
        return
    if len(with_answers) < 2:
        holds_answers = found.infos[finding.result_set].n_answers
        write.caption(words.ONE_MODEL if holds_answers else words.RATES_ONLY)
        return
    models = _in_order(with_answers, chosen)
    way = f"{finding.result_set}.{finding.evaluation}.{finding.prompt_style}"
    ends = [model for model in models if model in {point.checkpoint for point in finding.points}] or models
    with write.expander("Two models on the same questions"):
        left, right = st.columns(2)
        first = write.selectbox(
            "Model A", models, index=models.index(ends[0]), key=f"behaviour.pair.first.{way}", place=left
        )
        last = models.index(ends[-1]) if len(ends) > 1 else int(models[0] == ends[0])
        second = write.selectbox("Model B", models, index=last, key=f"behaviour.pair.second.{way}", place=right)
        if first == second:
            write.markdown("Choose two different models.")
            return
        view = (way, first, second)
        if write.button("Compare", key="behaviour.pair"):
            st.session_state[ASKED] = view
        if st.session_state.get(ASKED) != view:
            return
        try:
            with write.spinner("Comparing takes a few seconds."):
                compared = comparison_of(found, finding, first, second)
        except (ScalewatchError, OSError, ValueError) as error:
            write.error(f"The two models could not be compared: {error}")
            return
        write.table(words.counts_table(compared))
        write.markdown(words.sentence(compared.comparison), width=820)
        write.caption(f"{finding.evaluation}, {finding.prompt_style}. {words.independence(compared.comparison)}")


def _in_order(models: Sequence[str], chosen: Chosen) -> list[str]:
    """The series in focus first, each series by size; models of no series last."""
    findings = sorted(chosen.findings, key=lambda finding: finding.name != chosen.focus.name)
    shown = [point.checkpoint for finding in findings for point in finding.points]
    return [model for model in dict.fromkeys([*shown, *models]) if model in models]
