"""Gender bias: do pronouns follow the statistics of occupations?"""

from __future__ import annotations

import streamlit as st

from analysis.errors import ScalewatchError
from dashboard import gender_words as words
from dashboard.components.gender_page import gender_page
from dashboard.components.states import nothing_yet, show_problems
from dashboard.results import results, sets_with_pronouns

found = results()
show_problems(found)
sets = sets_with_pronouns(found)
if not found.findings and not sets:
    nothing_yet(words.QUESTION)
elif not sets:
    st.title(words.QUESTION, anchor=False)
    st.markdown(words.NO_SET, width=820)
    st.code("scalewatch run SWEEP.yaml", language=None)
else:
    st.title(words.QUESTION, anchor=False)
    try:
        gender_page(found, sets)
    except (ScalewatchError, OSError, ValueError) as error:
        st.error(str(error))
