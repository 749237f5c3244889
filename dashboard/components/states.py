"""Pages without results, and sets that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import streamlit as st

from analysis.errors import ScalewatchError
from dashboard.components import write
from dashboard.results import refreshing
from dashboard.results.sets import Results
from dashboard.text.markdown import Markdown

MOST = 3
"""Lines that stand there unfolded."""


def show_problems(found: Results) -> None:
    """Sets that cannot be read, with file and remedy; the others are shown all the same."""
    worker = refreshing.now()
    waiting = [worker.failed.get(name, reason) for name, reason in found.stale.items() if name not in worker.left]
    _lines([*found.problems, *waiting], write.error)


def show_changed(found: Results, sets: Iterable[str]) -> None:
    """Files of these sets that were changed after they were stored."""
    _lines(
        [f"{each} Findings are shown as stored." for name in sets for each in found.changed.get(name, ())],
        write.warning,
    )


def show_notes(found: Results) -> None:
    """Sets that were renamed, and copies that are not counted."""
    _lines(found.notes, write.caption)


def _lines(lines: Sequence[str], show: Callable[[str], None]) -> None:
    for line in lines[:MOST]:
        show(line)
    if more := lines[MOST:]:
        with write.expander(f"{len(more)} more"):
            for line in more:
                show(line)


def nothing_yet(title: str) -> None:
    """First start: what to type."""
    write.title(title)
    write.markdown(Markdown("No results yet. Copy result sets into `cached_results`, or run:"), width=820)
    st.code("scalewatch import PATH --into SET", language=None)
    write.caption(
        "PATH is a folder of lm-evaluation-harness results, or a table (CSV or Parquet). Nothing leaves this machine."
    )


def nothing_of(title: str, topic: str) -> None:
    """A topic no set has."""
    write.title(title)
    write.markdown(f"No result set here measures {topic}. To add one, run:", width=820)
    st.code("scalewatch import PATH --into SET", language=None)


def page_of_sets(
    found: Results, sets: list[str], draw: Callable[[Results, list[str]], None], *, title: str, none: str, command: str
) -> None:
    """A page about those sets only that hold what it needs: `draw`, or what to type where there is none."""
    show_problems(found)
    if not found.findings and not sets:
        nothing_yet(title)
        return
    write.title(title)
    if not sets:
        write.markdown(none, width=820)
        st.code(command, language=None)
        return
    try:
        draw(found, sets)
    except (ScalewatchError, OSError, ValueError) as error:
        write.error(str(error))
