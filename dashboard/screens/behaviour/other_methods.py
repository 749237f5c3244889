"""The series in focus under other methods: what they would have said of the same rows."""

from __future__ import annotations

import streamlit as st

from analysis.errors import ScalewatchError
from dashboard.components import write
from dashboard.results.other_methods import methods_of
from dashboard.results.sets import Results
from dashboard.screens.behaviour.choice import Chosen
from dashboard.text.markdown import bullets
from dashboard.words import other_methods as words

ASKED = "behaviour.other_methods.asked"


def other_methods(found: Results, chosen: Chosen) -> None:
    """An expander with a button: the methods run only when asked for."""
    if chosen.training is not None:
        return
    finding = chosen.focus
    with write.expander("What other methods would have said"):
        if finding.result.p is None:
            write.markdown(f"{finding.name} was not tested: {finding.result.reason}.")
            return
        write.markdown(words.WHY_OURS_DIFFERS, width=820)
        view = (finding.result_set, finding.behavior, finding.name, finding.result.axis)
        if write.button("Run seven other methods on these rows", key="behaviour.other_methods"):
            st.session_state[ASKED] = view
        if st.session_state.get(ASKED) != view:
            return
        try:
            with write.spinner("Running them takes a few seconds."):
                methods = methods_of(found, finding)
        except (ScalewatchError, OSError, ValueError) as error:
            write.error(f"The other methods could not be run: {error}")
            return
        write.table(words.methods_table(finding, methods))
        write.markdown(bullets(words.remarks(finding, methods)), width=820)
        write.caption(
            f"{finding.title} in {finding.name}: the rows of the test, their question counts and standard errors. "
            "Change from the first to the last model with 95% interval; p is not adjusted for other tests, q is."
        )
