"""The theme holds its contrast, and the placeholders charts rely on exist in this Streamlit."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from streamlit.elements.lib import streamlit_plotly_theme
from streamlit.testing.v1 import AppTest

import dashboard
from analysis.verdicts import SHOWN
from dashboard.components import theme_watcher
from dashboard.components.verdict_marks import verdict_style
from dashboard.renderers.plotly import theme_colours

CONFIG = tomllib.loads((Path(dashboard.__file__).parent / ".streamlit" / "config.toml").read_text("utf-8"))
THEMES = ("light", "dark")


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_server_talks_to_this_machine_only():
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["server"]["showEmailPrompt"] is False
    assert CONFIG["server"]["fileWatcherType"] == "none"
    assert CONFIG["runner"]["postScriptGC"] is False
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"] == {"toolbarMode": "viewer", "showErrorLinks": False}


@pytest.mark.parametrize("theme", THEMES)
def test_families_and_text_reach_their_contrast(theme):
    colours = CONFIG["theme"][theme]
    page = colours["backgroundColor"]
    families = colours["chartCategoricalColors"][:6]
    assert len(set(families)) == 6
    for colour in (*families, colours["textColor"], colours["primaryColor"], colours["linkColor"]):
        assert _contrast(colour, page) >= 4.5, colour
    for tone in ("orange", "gray", "violet", "blue"):
        assert _contrast(colours[f"{tone}TextColor"], colours[f"{tone}BackgroundColor"]) >= 4.5, tone
    for palette in ("Categorical", "Sequential", "Diverging"):
        assert len(colours[f"chart{palette}Colors"]) == 10


@pytest.mark.parametrize("theme", THEMES)
def test_verdicts_in_tables_are_legible(theme):
    page = CONFIG["theme"][theme]["backgroundColor"]
    for verdict in SHOWN:
        colour = verdict_style(verdict, dark=theme == "dark").split()[1].rstrip(";")
        assert _contrast(colour, page) >= 4.5, verdict


def test_placeholders_are_the_ones_streamlit_replaces():
    assert tuple(f"#00000{i}" for i in range(1, 7)) == theme_colours.FAMILY
    assert tuple(f"#0000{i}" for i in range(11, 21)) == theme_colours.RAMP
    assert streamlit_plotly_theme.CATEGORY_9 == theme_colours.INK == "#000010"
    assert streamlit_plotly_theme.BG_COLOR == theme_colours.PAGE == "#000038"
    assert theme_colours.place_colour(None) == theme_colours.CONTEXT == "#000007"


def test_light_export_colours_are_the_light_theme():
    light = CONFIG["theme"]["light"]
    order = (
        *theme_colours.FAMILY,
        theme_colours.CONTEXT,
        theme_colours.MUTED,
        theme_colours.GRID,
        theme_colours.INK,
    )
    assert [theme_colours.LIGHT[colour] for colour in order] == light["chartCategoricalColors"]
    assert [theme_colours.LIGHT[colour] for colour in theme_colours.RAMP] == light["chartSequentialColors"]
    diverging = [theme_colours.LIGHT[colour] for colour in theme_colours.DIVERGING]
    assert diverging == light["chartDivergingColors"]
    assert theme_colours.LIGHT[theme_colours.PAGE] == light["backgroundColor"]


def test_watcher_runs_on_a_page():
    app = AppTest.from_function(_page).run(timeout=20)
    assert not app.exception
    assert app.title[0].value == "Page"
    assert theme_watcher.watch_theme.__doc__


def _page() -> None:
    import streamlit as st

    from dashboard.components.theme_watcher import watch_theme

    st.title("Page")
    watch_theme()
