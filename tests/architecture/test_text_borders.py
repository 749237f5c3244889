"""Text reaches Streamlit, Plotly and the terminal through one module each, so that escaping it cannot be forgotten."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

WRITE = "dashboard/components/write.py"
TEXTLESS = frozenset(
    {
        "App", "Page", "cache_data", "cache_resource", "code", "column_config", "columns", "components", "container",
        "context", "fragment", "navigation", "pagination", "plotly_chart", "query_params", "rerun",
        "session_state", "set_page_config", "switch_page",
    }
)  # fmt: skip
"""What may be used of Streamlit elsewhere: it takes no text that is read as Markdown."""
SHOWS_TEXT = frozenset(
    {
        "badge", "button", "caption", "chat_message", "checkbox", "dataframe", "download_button", "error", "exception",
        "expander", "feedback", "header", "help", "html", "info", "latex", "link_button", "markdown", "metric",
        "multiselect", "page_link", "pills", "popover", "radio", "segmented_control", "select_slider", "selectbox",
        "slider", "spinner", "status", "subheader", "success", "table", "tabs", "text", "text_area", "text_input",
        "title", "toast", "toggle", "warning",
    }
)  # fmt: skip
"""Methods of a container that do."""
PAGES = ("dashboard/components/", "dashboard/screens/", "dashboard/views/", "dashboard/app.py", "here")
"""Where there are containers."""


def files(root: Path, *folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield str(path.relative_to(root)), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """Names that are modules or things imported from one."""
    names = {alias.asname or alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import)
             for alias in node.names}  # fmt: skip
    return names | {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def passed_by(name: str, tree: ast.Module) -> Iterator[str]:
    """Places where text goes to Streamlit, by its module or by a container."""
    known = imported(tree) - {"st"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "streamlit":
            for alias in node.names:
                if alias.name not in ("DeltaGenerator", "config", "bootstrap", "streamlit_plotly_theme"):
                    yield f"{name}:{node.lineno}: from streamlit import {alias.name}"
        if not isinstance(node, ast.Attribute):
            continue
        base = node.value.id if isinstance(node.value, ast.Name) else ""
        if base == "st" and node.attr not in TEXTLESS:
            yield f"{name}:{node.lineno}: st.{node.attr}"
    for node in ast.walk(tree) if name.startswith(PAGES) else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SHOWS_TEXT:
            base = node.func.value
            if not (isinstance(base, ast.Name) and base.id in {*known, "st"}):
                yield f"{name}:{node.lineno}: .{node.func.attr}()"


def made_of_data(name: str, tree: ast.Module) -> Iterator[str]:
    """Places where Markdown is made of anything but a literal."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Markdown", "Markup"):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if not all(isinstance(each, ast.Constant) for each in given):
                yield f"{name}:{node.lineno}: {node.func.id}({ast.unparse(given[0])})"


def printed(name: str, tree: ast.Module) -> Iterator[str]:
    """Places that print or write to a standard stream."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in (
            "print", "sys.stdout.write", "sys.stderr.write", "sys.stdout.writelines", "sys.stderr.writelines",
        ):  # fmt: skip
            yield f"{name}:{node.lineno}: {ast.unparse(node.func)}"


def test_text_goes_to_streamlit_through_one_module(root: Path) -> None:
    found = [place for name, tree in files(root, "dashboard") if name != WRITE for place in passed_by(name, tree)]
    assert found == []


def test_markdown_is_made_of_literals(root: Path) -> None:
    found = [place for name, tree in files(root, "dashboard") for place in made_of_data(name, tree)]
    assert found == []


def test_commands_print_through_one_module(root: Path) -> None:
    allowed = "dashboard/commands/terminal.py"
    found = [
        place for name, tree in files(root, "dashboard/commands") if name != allowed for place in printed(name, tree)
    ]
    assert found == []


def test_renderers_of_plotly_are_called_in_one_place(root: Path) -> None:
    """`plotly_figure` gives them a spec whose texts hold no markup."""
    found = [
        name
        for name, tree in files(root, "dashboard")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("dashboard.renderers.plotly.")
        and not name.startswith("dashboard/renderers/")
        and any(alias.name.endswith("_chart") for alias in node.names)
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import streamlit as st\nst.markdown(x)",
        "import streamlit as st\nf = st.error",
        "from streamlit import write",
        "head.title(x)",
        "st.sidebar.caption(x)",
        "head.container().markdown('a')",
    ],
)
def test_the_search_finds(code: str) -> None:
    assert list(passed_by("here", ast.parse(code)))


@pytest.mark.parametrize("code", ["Markdown(f'{x}')", "Markdown(x)", "Markdown('a' + x)", "Markup(x)"])
def test_the_search_finds_markdown_of_data(code: str) -> None:
    assert list(made_of_data("here", ast.parse(code)))


@pytest.mark.parametrize("code", ["print(x)", "sys.stderr.write(x)"])
def test_the_search_finds_what_prints(code: str) -> None:
    assert list(printed("here", ast.parse(code)))


def test_the_search_lets_words_and_write_pass() -> None:
    code = (
        "from dashboard.components import write\nfrom dashboard.words import overview\nwrite.title(overview.title(a))"
    )
    assert list(passed_by("here", ast.parse(code))) == []
