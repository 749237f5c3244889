"""Findings: a paragraph written from the results and the ranked table."""

from __future__ import annotations

import streamlit as st

from dashboard.components import write
from dashboard.components.findings_table import findings_table
from dashboard.components.open_behaviour import open_behaviour
from dashboard.components.pages_of_rows import choose_page
from dashboard.components.states import nothing_yet, show_changed, show_notes, show_problems
from dashboard.results.sets import ranked, results
from dashboard.screens.findings.filter import choose_filter, offer_all
from dashboard.words import overview


def show() -> None:
    """Draw the screen."""
    found = results()
    show_problems(found)
    show_changed(found, sorted(found.infos))
    if not found.findings:
        nothing_yet("What changes with model size?")
    else:
        head = st.container()
        chosen = choose_filter(found)
        everything = ranked(found, chosen.axis)
        write.title(overview.title(chosen.axis), place=head)
        inside = chosen.within(everything)
        write.markdown(overview.paragraph(inside, chosen.axis), width=820, place=head)
        rows = overview.of_kinds(inside, chosen.kinds)
        if rows:
            table = st.container()
            shown = choose_page(rows, key=f"findings.page.{chosen.axis}")
            with table:
                clicked = findings_table(shown, key=f"findings.{chosen.axis}", alt="Findings, strongest evidence first")
            write.caption(overview.caption(rows, everything))
            show_notes(found)
            if clicked:
                open_behaviour(clicked)
        else:
            offer_all(everything, chosen.axis)
