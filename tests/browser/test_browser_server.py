"""What browsers make of the server's rules: pages work and break none of them, and a token stays in no address."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from dashboard_server import serving
from guarded_server import Running, guarded
from small_store import write_small_store

from dashboard.views import PAGES

pytestmark = pytest.mark.browser
NOTE = """
window.broken = []
addEventListener('securitypolicyviolation', e => window.broken.push(`${e.violatedDirective} ${e.blockedURI}`))
"""


def _heading(page: Any) -> str:
    page.locator("h1").first.wait_for(timeout=30_000)
    return str(page.locator("h1").first.inner_text())


def _paths() -> list[str]:
    return ["/", *(f"/{Path(screen.file).stem}" for screen in PAGES[1:])]


def test_no_page_breaks_the_content_policy_or_asks_elsewhere(browser: Any, tmp_path: Path) -> None:
    write_small_store(tmp_path / "results")
    with serving(tmp_path / "results") as address:
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.add_init_script(NOTE)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        broken: dict[str, list[str]] = {}
        for path in _paths():
            page.goto(address + path)
            assert _heading(page)
            page.get_by_test_id("stStatusWidget").wait_for(state="detached", timeout=30_000)
            page.wait_for_timeout(500)
            broken[path] = page.evaluate("window.broken")
        page.goto(f"{address}/behaviour?behaviour=truthfulqa&set=truthfulqa-families")
        page.locator(".js-plotly-plot .scatterlayer").first.wait_for(timeout=30_000)
        assert page.get_by_text("Read only").count() == 0
        page.emulate_media(color_scheme="dark")  # the watcher, a component, reruns the page
        dark = "rgb(63, 151, 224)"
        page.wait_for_function(
            "dark => [...document.querySelectorAll('.js-plotly-plot .scatterlayer path')]"
            ".some(e => getComputedStyle(e).stroke === dark)", arg=dark, timeout=20_000,
        )  # fmt: skip
        broken["charts"] = page.evaluate("window.broken")
    assert set(itertools.chain(*broken.values())) == set(), broken
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


@pytest.fixture(scope="module")
def shared(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that asks for a token, below a base path."""
    folder = tmp_path_factory.mktemp("shared")
    write_small_store(folder / "results")
    with guarded(folder, "--host", "0.0.0.0", "--base-path", "/scales", health="/scales/_stcore/health") as running:
        yield running
        assert not running.outside.exists(), running.outside.read_text()


def test_a_token_lets_in_and_is_in_no_address(shared: Running, browser: Any) -> None:
    owner, reader = shared.tokens()
    address = f"http://127.0.0.1:{shared.port}/scales"
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.add_init_script(NOTE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/models?set=truthfulqa-families")
    assert _heading(page) == "This dashboard asks for a token"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 22, 20)"
    page.get_by_label("Token").fill("wrong")
    page.get_by_role("button", name="Open").click()
    page.get_by_role("alert").wait_for(timeout=10_000)
    page.get_by_label("Token").fill(reader)
    page.get_by_role("button", name="Open").click()
    page.get_by_text("Read only: you can look at everything").wait_for(timeout=30_000)
    assert page.url.startswith(f"{address}/models?")
    assert "token" not in page.url
    page.goto(f"{address}?token={owner}")
    assert _heading(page) == "What changes with model size?"
    page.get_by_role("link", name="Method").click()
    page.get_by_role("heading", name="How is a trend told from noise").wait_for(timeout=30_000)
    assert page.get_by_text("Read only").count() == 0
    assert "token" not in page.url
    assert page.evaluate("document.cookie.includes('scalewatch')") is False
    assert page.evaluate("window.broken") == []
    assert [url for url in asked if "token=" in url] == [f"{address}?token={owner}"]


class _Elsewhere(BaseHTTPRequestHandler):
    """A page of another site with a link to the dashboard, and with the dashboard in a frame."""

    link = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f'<a href="{self.link}">open</a><iframe src="{self.link}"></iframe>'.encode())

    def log_message(self, *args: object) -> None:
        """Says nothing."""


def test_a_link_on_another_site_opens_and_its_frame_does_not(shared: Running, browser: Any) -> None:
    """A strict cookie is not sent with a request another site began; the page that asks for a token asks once more."""
    address = f"http://127.0.0.1:{shared.port}/scales"
    _Elsewhere.link = f"{address}/models"
    elsewhere = HTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    page = browser.new_context().new_page()
    try:
        page.goto(f"{address}?token={shared.tokens()[1]}")
        assert _heading(page) == "What changes with model size?"
        page.goto(f"http://localhost:{elsewhere.server_port}/")
        page.wait_for_timeout(500)
        assert [frame for frame in page.frames[1:] if frame.url.startswith(address)] == []
        page.get_by_role("link", name="open").click()
        page.get_by_text("Read only").wait_for(timeout=30_000)
        assert page.url.startswith(_Elsewhere.link)
    finally:
        elsewhere.shutdown()
        elsewhere.server_close()
