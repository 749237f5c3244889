"""Every page on hostile texts: nothing that Streamlit reads as Markdown holds one of them bare."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile_store import BEHAVIOURS, kinds, store_hostile, write_hostile
from places import APP
from streamlit.testing.v1 import AppTest

from dashboard.views import PAGES

HOST = "canary.example"
BARE = (
    "![x](", "](http",
    f"http://{HOST}", "<img", "<script", "<b>", ":red[", ":material/delete", ":streamlit:", ":smile:",
    "$\\frac", "$$", "**b**", "~~s~~", "`a`", "_i_", "\x00", "\x1b", "\u202e", "\ufeff", "\n# Heading", "L" * 400,
)  # fmt: skip
LIGHT = ("Findings", "Sycophancy", "Political views", "Behaviour")
"""Pages that read findings only."""
DRAWN = ("<img", "<script", "<b>Fam</b>", "$", "\x1b", "\n")
"""Beginnings of the texts that must not stand in Markdown as they are."""


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("light")
    write_hostile(folder, HOST)
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    store_hostile(folder, HOST)
    return folder


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, file: str, **params: str) -> AppTest:
    monkeypatch.setenv("SCALEWATCH_RESULTS", str(folder))
    app = AppTest.from_file(str(APP), default_timeout=120).run()
    if file != PAGES[0].file:
        app = app.switch_page(file)
    for name, value in params.items():
        app.query_params[name] = value
    app = app.run()
    assert not app.exception, app.exception[0].value
    return app


def markdown_of(app: AppTest) -> Iterator[str]:
    """Every text of the page that the browser reads as Markdown: bodies, labels, table cells, options of pills."""
    for kind in ("title", "header", "markdown", "caption", "error", "warning", "info"):
        yield from (str(each.value) for each in app.get(kind))
    for each in app.get("expandable") + app.get("expander"):
        yield str(each.label)
    for each in app.get("button_group"):
        yield from (str(option.content) for option in each.proto.options)
    for each in app.table:
        yield each.value.to_csv()


def charts(app: AppTest) -> Iterator[dict[str, Any]]:
    yield from (json.loads(each.proto.spec) for each in app.get("plotly_chart"))


def texts_of(value: Any) -> Iterator[str]:
    """Every text of a chart but customdata, which is not drawn."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            if name != "customdata":
                yield from texts_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each)


def check(app: AppTest) -> None:
    shown = list(markdown_of(app))
    assert shown
    left = [re.sub(r"\\.", "", text) for text in shown]
    assert [(bare, text[:300]) for text in left for bare in BARE if bare in text] == []
    for chart in charts(app):
        drawn = list(texts_of(chart))
        assert [
            t[:300] for t in drawn if any(sign in t for sign in ("<img", "<script", "<b>Fam</b>", "$", "\x1b", "\n"))
        ] == []
        assert max(map(len, drawn)) < 2_000


@pytest.mark.parametrize("file", [screen.file for screen in PAGES if screen.title in LIGHT])
def test_no_text_of_findings_is_bare(file: str, light: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(opened(light, monkeypatch, file))


@pytest.mark.slow
@pytest.mark.parametrize("file", [screen.file for screen in PAGES])
def test_no_page_has_a_bare_text(file: str, hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(opened(hostile, monkeypatch, file))


@pytest.mark.slow
@pytest.mark.parametrize("kind", kinds(HOST))
def test_no_reading_has_a_bare_text(kind: str, hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = kinds(HOST)[kind]
    known = next(iter(BEHAVIOURS))
    check(opened(hostile, monkeypatch, "views/behaviour.py", behaviour=known, set="hostile", family=text))
    check(opened(hostile, monkeypatch, "views/models.py", set="hostile", family=text))


def test_a_link_with_hostile_words_is_quoted(light: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = kinds(HOST)
    app = opened(light, monkeypatch, "views/behaviour.py", behaviour=texts["markdown"] + "x", set=texts["html"])
    (warning,) = app.warning
    assert "This link names" in warning.value
    check(app)


def test_tables_hold_the_whole_text(light: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = opened(light, monkeypatch, PAGES[0].file).dataframe[0].value
    families = set(cells["Family"])
    assert "L" * 10_000 in families
    assert "\u2060=cmd|' /C calc'!A0" in families
    assert not any("\x1b" in each or "\u202e" in each for each in families)
