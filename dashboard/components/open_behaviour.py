"""From a row or a panel to the behaviour's page."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from analysis.findings.finding import Finding
from dashboard.components import write
from dashboard.selection import Selection

PAGE = "views/behaviour.py"


def open_behaviour(finding: Finding) -> NoReturn:
    """Leave for the page of this behaviour, with this series in focus."""
    st.switch_page(PAGE, query_params=selection_of(finding).params())


def link_to(finding: Finding, label: str) -> None:
    """A link to the page of this behaviour."""
    write.page_link(PAGE, label=label, query_params=selection_of(finding).params())


def selection_of(finding: Finding) -> Selection:
    """The view of the behaviour page that reads this finding."""
    return Selection(
        behavior=finding.behavior,
        result_set=finding.result_set,
        axis=finding.result.axis,
        family=finding.name,
    )
