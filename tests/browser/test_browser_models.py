"""The heat map of models: the odd row in the colours of each theme, on a phone without sideways scroll."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from dashboard_server import serving
from planted_answers import store_planted

pytestmark = pytest.mark.browser
FAR_ABOVE = {"light": (0x8A, 0x4C, 0x04), "dark": (0xDC, 0x91, 0x3F)}
"""Three to four standard deviations above, in the palette of each theme."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("planted") / "results"
    store_planted(folder)
    with serving(folder) as address:
        yield address


def opened(browser: Any, address: str, *, width: int, scheme: str) -> Any:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.goto(address)
    page.get_by_role("heading", name="1B of Planted strays in many behaviours").wait_for(timeout=30_000)
    page.locator(".js-plotly-plot .heatmaplayer image").first.wait_for(timeout=30_000)
    page.wait_for_timeout(500)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_odd_row_has_the_colours_of_the_theme(scheme: str, server: str, browser: Any) -> None:
    image = pytest.importorskip("PIL.Image")
    page = opened(browser, f"{server}/models", width=1440, scheme=scheme)
    seen = image.open(io.BytesIO(page.locator(".js-plotly-plot").first.screenshot())).convert("RGB")
    assert FAR_ABOVE[scheme] in {colour for _, colour in seen.getcolors(maxcolors=seen.width * seen.height)}


def test_a_phone_needs_no_sideways_scroll_and_the_address_holds_the_view(server: str, browser: Any) -> None:
    page = opened(browser, f"{server}/models", width=390, scheme="light")
    widest = page.evaluate(
        "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
    )
    assert widest <= 390
    assert "set=planted" in page.url
    assert "family=Planted" in page.url
