"""How long the first page takes on a large results folder: a fresh server, a real browser, until the table is drawn.

    python -m benchmarks.store.first_page --load rates.csv             all of the load as one set
    python -m benchmarks.store.first_page --load rates.csv --sets 1000 as many sets of 320 rates each
    python -m benchmarks.store.first_page --results FOLDER             a folder that is there already

Prints a Markdown table. Needs Chromium and playwright.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.store.findings import rates_of
from benchmarks.store.served import SETTLED, VERDICTS, chromium, served
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

EVALUATIONS, CLICKS = 40, 10


def fill(folder: Path, load: str, n_sets: int) -> None:
    """Store the load: whole where `n_sets` is 1, else as sets of 40 evaluations of one family each, in turn."""
    rates = rates_of(load)
    if n_sets == 1:
        Store(folder).write_set("load", rates=rates, answers=None, sheet=SourceSheet(), files={})
        return
    evaluations = rates["evaluation"].unique()
    parts = [evaluations[at : at + EVALUATIONS] for at in range(0, len(evaluations) - EVALUATIONS + 1, EVALUATIONS)]
    several = [(family, part) for family in rates["family"].unique() for part in parts]
    for number in range(n_sets):
        family, part = several[number % len(several)]
        own = rates[(rates["family"] == family) & rates["evaluation"].isin(part)]
        name = f"set-{number:04d}"
        own = own.assign(result_set=name)
        Store(folder).write_set(name, rates=own, answers=None, sheet=SourceSheet(), files={})


def visits(address: str) -> dict[str, float]:
    """Seconds until the table is drawn on the first and on a later visit, and of a click on a verdict (median)."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        found = {"first visit": _visit(browser.new_page(bypass_csp=True), address)}
        page = browser.new_page(bypass_csp=True)
        found["later visit"] = _visit(page, address)
        found["click (median)"] = statistics.median(_click(page, number) for number in range(CLICKS))
        browser.close()
    return found


def _visit(page: Any, address: str) -> float:
    started = time.perf_counter()
    page.goto(address)
    page.get_by_test_id("stDataFrame").first.wait_for(timeout=300_000)
    seconds = time.perf_counter() - started
    page.wait_for_function(SETTLED, timeout=300_000)
    if wrong := page.get_by_test_id("stException").all_inner_texts():
        raise SystemExit("\n".join(wrong))
    return seconds


def _click(page: Any, number: int) -> float:
    """Seconds from a click on one of the verdicts until the page has settled."""
    verdicts = page.locator(VERDICTS)
    started = time.perf_counter()
    verdicts.nth(number % verdicts.count()).click(timeout=60_000)
    page.wait_for_timeout(60)
    page.wait_for_function(SETTLED, timeout=300_000)
    return time.perf_counter() - started


def measure(folder: Path) -> None:
    """Visits a server on the folder; prints the table."""
    with served(folder) as server:
        print("| what | seconds |\n|---|---:|")
        for what, seconds in visits(server.address).items():
            print(f"| {what} | {seconds:.2f} |")
        print(f"\nserver: {server.resident_mib:,.0f} MiB, {server.cpu_s:.1f} CPU-s from its start")


def main() -> None:
    """Fills a folder where none is given, and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--load", help="the table of rates")
    given.add_argument("--results", type=Path, help="a results folder")
    parser.add_argument("--sets", type=int, default=1)
    args = parser.parse_args()
    if args.results is not None:
        measure(args.results)
        return
    with tempfile.TemporaryDirectory() as made:
        fill(Path(made), args.load, args.sets)
        measure(Path(made))


if __name__ == "__main__":
    main()
