"""Asks a running dashboard for its first page as a reader does: its script runs, and Findings draws its table.

Run: first_page.py ADDRESS. Exit code 1 with what was seen where there is no table, or where an error is on the page.
"""

from __future__ import annotations

import re
import shutil
import sys

from playwright.sync_api import Error, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(address: str) -> int:
    """0 where the page is as it should be."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        print("no Chromium on this machine", file=sys.stderr)
        return 1
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        try:
            page.goto(address)
            page.get_by_role("heading", name="What changes with model size?").wait_for(timeout=60_000)
            page.get_by_test_id("stDataFrame").first.wait_for(timeout=60_000)
            shown = re.search(r"[\d,]+ of [\d,]+ rows", page.inner_text("body"))
        except Error as error:
            print(f"{address}: {error}\n{page.inner_text('body')}", file=sys.stderr)
            return 1
        wrong = page.get_by_test_id("stException").all_inner_texts()
        browser.close()
    if wrong or shown is None:
        print("\n".join(wrong) or "the caption under the table counts no rows", file=sys.stderr)
        return 1
    print(f"Findings draws its table: {shown[0]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
