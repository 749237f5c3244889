"""Texts of the data stay texts in a real browser: nothing is fetched, linked, set as a formula or run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from dashboard_server import serving
from hostile_store import BEHAVIOURS, kinds, store_hostile

from dashboard.views import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]
INJECTED = """() => {
  const drawn = document.querySelector('[data-testid=stMain]');
  const links = [...document.querySelectorAll('a[href]')];
  return {
    links: links.filter(a => a.host !== location.host).map(a => a.getAttribute('href')),
    images: [...drawn.querySelectorAll('img')].map(i => i.src).filter(src => !src.startsWith('data:')),
    formulas: drawn.querySelectorAll('.katex, mjx-container').length,
    icons: [...drawn.querySelectorAll('[role=img][aria-label="delete icon"]')].length,
    tags: drawn.querySelectorAll('script, del, h1 h1, h2 ~ b').length,
    tall: document.querySelector('[data-testid=stMain]').scrollHeight,
  };
}"""


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[str, list[str]]]:
    """A host that counts who asks it: its address, and the paths asked for."""
    asked: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def address(browser: Any, canary: tuple[str, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("hostile") / "results"
    store_hostile(folder, canary[0])
    with serving(folder) as served:
        yield served


def views(host: str) -> list[str]:
    """Every screen, and the behaviour page on every kind of text."""
    paths = ["", *(Path(screen.file).stem for screen in PAGES[1:])]
    texts = kinds(host)
    for text in (texts[kind] for kind in ("markdown", "latex", "directive", "long", "lines")):
        paths.append(
            "behaviour?" + urlencode({"behaviour": next(iter(BEHAVIOURS)), "set": "hostile", "family": text[:2000]})
        )
    paths.append("behaviour?" + urlencode({"behaviour": texts["markdown"], "set": texts["html"], "family": "nobody"}))
    return paths


def test_no_text_is_more_than_text_on_any_screen(browser: Any, canary: tuple[str, list[str]], address: str) -> None:
    host, asked = canary
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    elsewhere: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for path in views(host):
        page.goto(f"{address}/{path}")
        page.locator("[data-testid=stMain] h1").first.wait_for(timeout=90_000)
        page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')", timeout=90_000)
        page.wait_for_timeout(500)
        for summary in page.locator("[data-testid=stExpander] summary").all():
            summary.click()
        page.wait_for_timeout(200)
        assert page.get_by_test_id("stException").count() == 0, path
        seen = page.evaluate(INJECTED)
        tall = seen.pop("tall")
        assert tall < 12_000, path
        assert seen == {"links": [], "images": [], "formulas": 0, "icons": 0, "tags": 0}, path
    assert dialogs == []
    assert asked == []
    own = (f"{address}/", "data:", "blob:", address.replace("http", "ws"))
    assert [url for url in elsewhere if not url.startswith(own)] == []


def test_charts_write_names_as_they_are(browser: Any, canary: tuple[str, list[str]], address: str) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{address}/agreement")
    page.locator(".js-plotly-plot .ytick text").first.wait_for(timeout=90_000)
    names = page.locator(".js-plotly-plot .ytick text").all_text_contents()
    assert any(name.startswith(kinds(canary[0])["html"]) for name in names), names
    assert page.locator(".js-plotly-plot a").count() == 0
