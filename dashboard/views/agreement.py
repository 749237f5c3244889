"""Agreement: which models prefer the same behaviours, and what flips inside a family."""

from __future__ import annotations

import streamlit as st

from analysis.errors import ScalewatchError
from dashboard import agreement_words as words
from dashboard.components.agreement_page import agreement_page
from dashboard.components.states import nothing_yet, show_problems
from dashboard.results import results, sets_with_preferences

found = results()
show_problems(found)
sets = sets_with_preferences(found)
if not found.findings:
    nothing_yet(words.QUESTION)
elif not sets:
    st.title(words.QUESTION, anchor=False)
    st.markdown(words.NO_SET, width=820)
    st.code("scalewatch import PATH --into SET", language=None)
else:
    st.title(words.QUESTION, anchor=False)
    try:
        agreement_page(found, sets)
    except (ScalewatchError, OSError, ValueError) as error:
        st.error(str(error))
