"""Two servers on one results folder, an import and stale sets meanwhile: both show all, each set is computed once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from answer_builders import store_answers_set
from damaging.damage import forge
from guarded_server import guarded, stop
from places import ROOT
from small_store import stale, write_small_store
from writers_at_once import write_table

from loaders.store.store import Store

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Writes:
    """How often each set was written since."""

    def __init__(self, results: Path, names: tuple[str, ...]) -> None:
        self._paths = {name: results / name / "manifest.json" for name in names}
        self._seen: dict[str, list[int]] = {name: [] for name in names}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def counted(self) -> dict[str, int]:
        """Set -> times, once it is looked at no longer."""
        self._ended.set()
        self._thread.join()
        return {name: len(seen) - 1 for name, seen in self._seen.items()}

    def _look(self) -> None:
        while not self._ended.wait(0.005):
            for name, path in self._paths.items():
                if path.exists() and (inode := path.stat().st_mtime_ns) not in self._seen[name][-1:]:
                    self._seen[name].append(inode)


@contextmanager
def two_servers(folder: Path, results: Path) -> Iterator[list[Any]]:
    """Both running on the same results."""
    with ExitStack() as stack:
        running = []
        for name in ("one", "other"):
            (folder / name).mkdir()
            (folder / name / "results").symlink_to(results)
            running.append(stack.enter_context(guarded(folder / name)))
        yield running


def shows(page: Any, address: str, *, behaviour: str, name: str, label: str, shown: str) -> None:
    """Look again and again, as a reader would, until the box that is called so holds that."""
    for _ in range(20):
        page.goto(f"{address}/behaviour?behaviour={behaviour}&set={name}")
        with suppress(playwright.TimeoutError):
            page.locator(f"input[aria-label='{label}'][value='{shown}']").wait_for(timeout=5_000)
            return
    raise AssertionError(page.locator("body").inner_text())


def late_set(folder: Path, results: Path) -> None:
    """Another process stores a set, of other data, whose findings an older version computed."""
    shutil.copytree(results / "mine", folder / "late")
    rates = (folder / "late" / "rates.csv").read_bytes()
    forge(folder / "late", "rates.csv", rates.replace(b"mine,", b"late,"))
    stale(folder / "late", name="late", title="The late one")
    (folder / "late").rename(results / "late")


def test_both_show_all_and_each_set_is_computed_once(browser: Any, tmp_path: Path) -> None:
    results = tmp_path / "results"
    write_small_store(results)
    store_answers_set(results)
    stale(results / "mine", title="The stale one")
    writes, behaviour = Writes(results, ("mine", "late")), "sycophancy-nlp-survey"
    with two_servers(tmp_path, results) as servers:
        pages = [(browser.new_context().new_page(), f"http://127.0.0.1:{each.port}") for each in servers]
        for page, address in pages:
            shows(page, address, behaviour=behaviour, name="mine", label="Data set", shown="The stale one")
        late_set(tmp_path, results)
        path = write_table(tmp_path / "lemons.csv")
        done = subprocess.run(
            [sys.executable, "-m", "dashboard.commands.cli", "import", path, "--into", "extra", "--results", results],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        for page, address in pages:
            shows(page, address, behaviour=behaviour, name="late", label="Data set", shown="The late one")
            shows(page, address, behaviour="lemons", name="extra", label="Behaviour", shown="lemons")
        for server in servers:
            assert stop(server, signal.SIGTERM) == 0
            assert len(server.said().splitlines()) == 1, server.said()
    assert writes.counted() == {"mine": 1, "late": 1}
    assert Store(results).stale_sets() == []
