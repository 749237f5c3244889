"""The pages that rest on single answers, in a browser: heading, charts drawn, no error, and a phone without scroll."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dashboard_server import serving
from planted_answers import store_planted
from preference_store import store_preferences

pytestmark = pytest.mark.browser
PAGES = {
    "models?set=planted": ("1B of Planted strays in many behaviours", [".heatmaplayer image"]),
    "agreement?set=own": ("Do models prefer the same behaviours?", [".heatmaplayer image"]),
    "gender_bias?set=own": (
        "Do pronouns follow the statistics of occupations?",
        [".scatterlayer .points path", ".scatterlayer .points path"],
    ),
}
"""Path -> heading, and what each of its charts must have drawn."""
ERRORS = "[data-testid=stException], [data-testid=stAlert]"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("answers") / "results"
    store_planted(folder)
    store_preferences(folder)
    with serving(folder) as address:
        yield address


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", list(PAGES))
def test_heading_and_charts_without_error_or_sideways_scroll(path: str, width: int, server: str, browser: Any) -> None:
    heading, layers = PAGES[path]
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{server}/{path}")
    page.get_by_role("heading", name=heading, exact=True).wait_for(timeout=30_000)
    charts = page.locator(".js-plotly-plot")
    charts.nth(len(layers) - 1).wait_for(timeout=30_000)
    for at, layer in enumerate(layers):
        charts.nth(at).locator(layer).first.wait_for(timeout=30_000)
    page.get_by_test_id("stStatusWidget").wait_for(state="hidden", timeout=30_000)
    assert charts.count() == len(layers)
    assert page.locator(ERRORS).count() == 0
    assert broken == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
