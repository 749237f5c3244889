"""What only a browser shows: the first deep link, a click through, both themes, a phone, no outside call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dashboard_server import serving
from small_store import write_small_store

pytestmark = pytest.mark.browser
PAPER, DARK = "rgb(253, 252, 250)", "rgb(23, 22, 20)"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A fresh server on a small results folder, started from another folder; its address."""
    write_small_store(tmp_path / "results")
    with serving(tmp_path / "results") as address:
        yield address


def _page(browser: Any, *, width: int = 1440, scheme: str = "light") -> Any:
    return browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()


def _heading(page: Any) -> str:
    page.locator("h1").first.wait_for(timeout=30_000)
    return str(page.locator("h1").first.inner_text())


def test_first_deep_link_on_a_fresh_server(server: str, browser: Any) -> None:
    page = _page(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}/behaviour?behaviour=truthfulqa&set=truthfulqa-families&family=OPT")
    assert _heading(page).startswith("TruthfulQA falls with size in Pythia")
    page.locator(".js-plotly-plot .scatterlayer").first.wait_for(timeout=30_000)
    assert page.get_by_text("Page not found").count() == 0
    assert page.get_by_role("dialog").count() == 0
    assert "family=OPT" in page.url
    assert [url for url in asked if not url.startswith((server, "data:", "blob:"))] == []


def test_a_click_in_the_table_opens_the_behaviour(server: str, browser: Any) -> None:
    page = _page(browser)
    page.goto(server)
    assert _heading(page) == "What changes with model size?"
    table = page.locator("[data-testid=stDataFrame] canvas").first
    table.wait_for(timeout=30_000)
    assert page.locator(".js-plotly-plot").count() == 0
    page.wait_for_timeout(500)
    table.click(position={"x": 60, "y": 58}, force=True)  # a transparent scroller lies over the canvas
    page.wait_for_url("**/behaviour?**", timeout=20_000)
    assert _heading(page).startswith("TruthfulQA falls with size in Pythia")
    assert "behaviour=truthfulqa" in page.url
    page.go_back()
    page.get_by_role("heading", name="What changes with model size?").wait_for(timeout=20_000)
    page.get_by_text("8 of 21 rows").wait_for(timeout=20_000)


def test_a_changed_control_is_in_the_address_and_comes_back(server: str, browser: Any) -> None:
    page = _page(browser)
    page.goto(server)
    page.get_by_role("button", name="Left out 7").click()
    page.wait_for_url("**verdict=left_out**", timeout=20_000)
    again = _page(browser)
    again.goto(page.url)
    caption = again.locator("[data-testid=stCaptionContainer]").last
    caption.get_by_text("15 of 21 rows").wait_for(timeout=20_000)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_family_is_found_by_typing_and_is_in_the_address(width: int, server: str, browser: Any) -> None:
    page = _page(browser, width=width)
    page.goto(server)
    page.get_by_role("button", name="Theme, family, data set").click()
    page.get_by_role("combobox", name="Family").fill("opt")
    page.get_by_role("option", name="OPT").click()
    page.wait_for_url("**family=OPT**", timeout=20_000)
    again = _page(browser, width=width)
    again.goto(page.url)
    again.get_by_role("button", name="Theme, family, data set").click()
    again.get_by_test_id("stMultiSelect").get_by_text("OPT", exact=True).wait_for(timeout=20_000)
    assert again.url == page.url


@pytest.mark.parametrize(("scheme", "ground"), [("light", PAPER), ("dark", DARK)])
def test_both_themes(scheme: str, ground: str, server: str, browser: Any) -> None:
    page = _page(browser, scheme=scheme)
    page.goto(f"{server}/behaviour?behaviour=truthfulqa&set=truthfulqa-families")
    _heading(page)
    page.locator(".js-plotly-plot .scatterlayer").first.wait_for(timeout=30_000)
    shown = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert shown == ground
    pythia = {"light": "rgb(15, 108, 189)", "dark": "rgb(63, 151, 224)"}[scheme]
    strokes = page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot .scatterlayer path')].map(e => getComputedStyle(e).stroke)"
    )
    assert pythia in strokes


@pytest.mark.parametrize("path", ["/", "/sycophancy", "/power_seeking", "/political", "/behaviour"])
def test_a_phone_needs_no_sideways_scroll(path: str, server: str, browser: Any) -> None:
    page = _page(browser, width=390)
    page.goto(f"{server}{path}")
    _heading(page)
    page.wait_for_timeout(2000)
    widest = page.evaluate(
        "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
    )
    assert widest <= 390
