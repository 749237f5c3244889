"""Twenty people clicking: real browser contexts on one server, a click every five seconds each.

    python -m benchmarks.store.clicks --results FOLDER [--people 20] [--minutes 3]

The results folder is one that benchmarks.store.answers filled. First one person clicks alone, then all together. An
answer is measured from the click until the run it asked for has finished and the page is drawn. Needs Chromium and
playwright.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.store.frames import Frames
from benchmarks.store.people import clicks, report, run
from benchmarks.store.served import SETTLED, VERDICTS, Server, chromium

ALONE_CLICKS = 12
LONGEST_S = 60.0
"""A click that is not answered by then is an error."""
ASKS_WITHIN_S = 3.0
"""A click that has asked for no run by then asks for none: the chosen one of a set of segments was clicked."""
PAGES = ("Findings", "Sycophancy", "Political views", "Behaviour", "Models", "Method")
_AWAKE = (
    "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
)  # fmt: skip
"""Each person looks at their page: none is in the background."""


class Person:
    """One browser context; counts what went wrong."""

    def __init__(self, page: Any, seed: int) -> None:
        self._page, self._random, self._frames = page, random.Random(seed), Frames(page)
        self.answers: list[float] = []
        self.without_run = 0
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def open(self, address: str) -> None:
        await self._page.goto(address)
        await self._page.wait_for_function(SETTLED, polling=100, timeout=1000 * LONGEST_S)

    async def click(self) -> None:
        """One click on the navigation or on a control of the page."""
        from playwright.async_api import Error

        target = await self._target()
        asked, started = self._frames.asked, time.perf_counter()
        try:
            await target.click(timeout=1000 * LONGEST_S)
            if not await _within(ASKS_WITHIN_S, lambda: self._frames.asked > asked):
                self.without_run += 1
                return
            if not await _within(LONGEST_S, lambda: self._frames.is_answered):
                self.errors.append(f"not answered in {LONGEST_S:.0f} s:\n{self._frames.said()}")
                return
            await self._page.wait_for_function(SETTLED, polling=20, timeout=1000 * LONGEST_S)
        except Error as error:
            self.errors.append(f"{type(error).__name__}: {str(error).splitlines()[0]}\n{self._frames.said()}")
            return
        self.answers.append(time.perf_counter() - started)
        for text in await self._page.locator("[data-testid=stException]").all_inner_texts():
            self.errors.append(text)

    async def _target(self) -> Any:
        controls = self._page.locator(VERDICTS)
        n_controls = await controls.count()
        if n_controls and self._random.random() < 0.5:
            return controls.nth(self._random.randrange(n_controls))
        return self._page.get_by_role("link", name=self._random.choice(PAGES), exact=True).first


async def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Does it come to hold in so many seconds?"""
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(0.01)
    return True


async def measure(server: Server, people: int, minutes: float) -> int:
    """One alone, then all; prints a Markdown table; 1 where anybody saw an error."""
    from playwright.async_api import async_playwright

    async with async_playwright() as running:
        browser = await running.chromium.launch(executable_path=chromium(), args=["--no-sandbox", *_AWAKE])
        everybody = []
        for number in range(people):
            context = await browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
            everybody.append(Person(await context.new_page(), number))
        first = everybody[0]
        await first.open(server.address)
        for _ in range(ALONE_CLICKS):
            await first.click()
        alone, first.answers = first.answers, []
        for person in everybody[1:]:
            await person.open(server.address)
        memory = [server.resident_mib]
        ends = time.monotonic() + 60 * minutes

        async def watch() -> None:
            while time.monotonic() < ends:
                await asyncio.sleep(15)
                memory.append(server.resident_mib)

        waits = [random.Random(number).random() for number in range(people)]
        await asyncio.gather(
            watch(), *(clicks(one.click, wait, ends) for one, wait in zip(everybody, waits, strict=True))
        )
        await browser.close()
    answers = [each for person in everybody for each in person.answers]
    errors = [each for person in everybody for each in person.errors]
    print(f"{sum(person.without_run for person in everybody)} clicks asked for nothing")
    took = f"server MiB over time: {', '.join(f'{each:.0f}' for each in memory)}"
    return report(people, alone, answers, errors, took)


if __name__ == "__main__":
    sys.exit(run(__doc__, measure))
