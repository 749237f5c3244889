"""The only place where text is handed to Streamlit. What is no `Markdown` is text, and is shown as it is.

Streamlit reads bodies, labels, table cells and the options of pills as Markdown; options of select boxes, code and data
frames it does not. `place` is a container or column; without one, text goes where the page stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.text.choices import labels
from dashboard.text.markdown import Markdown
from dashboard.text.plain import NAME, one_line, plain
from loaders.importing.formula_cells import starts_formula

TITLE = 300
"""Characters shown of a title that is text."""
_NO_ICON = Markdown(":small[]")
"""An empty span: a box takes an emoji that its text begins with for its icon."""
_WORD_JOINER = "\N{WORD JOINER}"
Option = TypeVar("Option", bound=str)


def markdown(body: str, *, place: DeltaGenerator | None = None, width: int | None = None) -> None:
    """A paragraph."""
    _at(place).markdown(Markdown.escape(body), width="stretch" if width is None else width)


def title(text: str, *, place: DeltaGenerator | None = None) -> None:
    """The title of the page."""
    _at(place).title(_heading(text), anchor=False)


def header(text: str, *, place: DeltaGenerator | None = None) -> None:
    """The heading of a part of the page."""
    _at(place).header(_heading(text), anchor=False)


def caption(body: str, *, place: DeltaGenerator | None = None) -> None:
    """Small grey text."""
    _at(place).caption(Markdown.escape(body))


def warning(body: str, *, place: DeltaGenerator | None = None) -> None:
    """A box: something is not as the reader asked."""
    _at(place).warning(_boxed(body))


def error(body: str) -> None:
    """A box: something cannot be read or computed."""
    st.error(_boxed(body))


def table(cells: Mapping[str, Any] | Sequence[Mapping[str, Any]], *, hide_index: bool | None = None) -> None:
    """A small table: label -> text, column -> cells, or a row each."""
    st.table(_cells(cells), border="horizontal", hide_index=hide_index)


def data_frame(
    frame: pd.DataFrame | Sequence[Mapping[str, Any]],
    *,
    styled: Callable[[pd.DataFrame], Any] = lambda shown: shown,
    **options: Any,
) -> Any:
    """A large table; what the reader selected in it. `styled` gives the cells their looks.

    Cells are no Markdown to Streamlit, so only control characters are taken out. The browser writes the cells to a file
    when asked; there an invisible word joiner keeps what begins like a formula a text.
    """
    return st.dataframe(styled(_shown(pd.DataFrame(frame))), **options)


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    texts = frame.select_dtypes(exclude="number").columns
    return frame.assign(**{name: frame[name].map(_cell) for name in texts}).rename(columns=_cell)


def expander(label: str, *, expanded: bool = False) -> DeltaGenerator:
    """A part of the page that is folded."""
    return st.expander(Markdown.escape(label), expanded=expanded)


def popover(label: str, *, icon: str) -> DeltaGenerator:
    """A button that opens a small panel."""
    return st.popover(Markdown.escape(label), icon=icon)


def button(label: str, **options: Any) -> bool:
    """True where the reader clicked it just now."""
    return st.button(Markdown.escape(label), **options)


def download_button(label: str, *, file_name: str, **options: Any) -> None:
    """Gives the reader a file."""
    st.download_button(Markdown.escape(label), file_name=plain(file_name, NAME), **options)


def page_link(page: str, *, label: str, query_params: Mapping[str, Any]) -> None:
    """A link to another page of the dashboard."""
    st.page_link(page, label=Markdown.escape(label), query_params=query_params)


def selectbox(
    label: str,
    options: Sequence[str],
    *,
    format_func: Callable[[str], str] = str,
    place: DeltaGenerator | None = None,
    **settings: Any,
) -> str:
    """One of the options, of a list that folds out."""
    draw = _at(place).selectbox
    return str(draw(Markdown.escape(label), options, format_func=_named(options, format_func), **settings))


def multiselect(
    label: str, options: Sequence[str], *, format_func: Callable[[str], str] = str, **settings: Any
) -> list[str]:
    """Some of the options, of a list in which typing finds."""
    return st.multiselect(Markdown.escape(label), options, format_func=_named(options, format_func), **settings)


def pills(
    label: str,
    options: Sequence[Option],
    *,
    format_func: Callable[[Option], str] = str,
    place: DeltaGenerator | None = None,
    **settings: Any,
) -> Any:
    """One or, with selection_mode 'multi', some of the options, all in sight."""
    draw, named = _at(place).pills, _named(options, format_func)
    return draw(Markdown.escape(label), options, format_func=lambda each: Markdown.escape(named(each)), **settings)


def segmented_control(
    label: str, options: Sequence[Option], *, format_func: Callable[[Option], str], **settings: Any
) -> Option | None:
    """One of a few options, side by side."""
    draw, named = st.segmented_control, _named(options, format_func)
    chosen: Option | None = draw(
        Markdown.escape(label), options, format_func=lambda each: Markdown.escape(named(each)), **settings
    )
    return chosen


def spinner(text: str) -> Any:
    """Shown as long as the block runs."""
    return st.spinner(Markdown.escape(text))


def _at(place: DeltaGenerator | None) -> Any:
    return st if place is None else place


def _boxed(body: str) -> Markdown:
    text = Markdown.escape(body)
    return text if text[:3].isascii() else _NO_ICON + text


def _heading(text: str) -> Markdown:
    return text if isinstance(text, Markdown) else Markdown.escape(plain(text, TITLE))


def _named(options: Sequence[Option], format_func: Callable[[Option], str]) -> Callable[[Option], str]:
    """The label of an option; Streamlit also asks for that of a value which is none any more."""
    known = dict(zip(options, labels([format_func(each) for each in options]), strict=True))
    return lambda option: known[option] if option in known else plain(format_func(option), NAME)


def _cells(cells: Any) -> Any:
    if isinstance(cells, str):
        return Markdown.escape(cells)
    if isinstance(cells, Mapping):
        return {Markdown.escape(name): _cells(value) for name, value in cells.items()}
    return [_cells(each) for each in cells] if isinstance(cells, Sequence) else cells


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = one_line(value)
    return f"{_WORD_JOINER}{text}" if starts_formula(text) else text
