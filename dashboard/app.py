"""Entry script of the dashboard: navigation, then the chosen screen. `scalewatch serve` runs it."""

from __future__ import annotations

import streamlit as st

from dashboard.access import role
from dashboard.components import write
from dashboard.components.refreshing import show_refreshing
from dashboard.components.theme_watcher import watch_theme
from dashboard.results.gender_bias import sets_with_pronouns
from dashboard.results.preferences import sets_with_preferences
from dashboard.results.sets import results
from dashboard.views import PAGES

st.set_page_config(page_title="scalewatch", layout="wide", initial_sidebar_state="collapsed")
found = results()
held = {"": True, "preferences": bool(sets_with_preferences(found)), "pronouns": bool(sets_with_pronouns(found))}
page = st.navigation(
    [
        st.Page(
            screen.file,
            title=screen.title,
            help=screen.help,
            default=number == 0,
            visibility="visible" if held[screen.needs] else "hidden",
        )
        for number, screen in enumerate(PAGES)
    ],
    position="hidden" if st.context.is_embedded else "top",
)
show_refreshing(found)
page.run()
if role() == "reader":
    write.caption("Read only: you can look at everything here and change nothing.")
watch_theme()
