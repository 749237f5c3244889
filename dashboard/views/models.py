"""Models: which of them stray from their family, and in how many behaviours."""

from __future__ import annotations

import streamlit as st

from dashboard import stray_words as words
from dashboard.components.states import nothing_yet, show_problems
from dashboard.components.stray_page import series_of, stray_page
from dashboard.results import results

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
    st.title(words.QUESTION, anchor=False)
    st.markdown(words.NOTHING, width=820)
else:
    stray_page(found, enough)
