"""Twenty people whose browsers run on machines of their own: what a page says to its server, without the page.

    python -m benchmarks.store.messages --results FOLDER [--people 20] [--minutes 3]

Each person keeps a WebSocket and asks for a random page every five seconds, as a click on the navigation does. An
answer is measured from the request until the last message of the run has come. Drawing is not measured, and what the
browsers of benchmarks.store.clicks take of the same two cores (0.5 to 1.3 CPU-s a click) is left out.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.store.people import clicks, report, run
from benchmarks.store.served import Server

ALONE_CLICKS = 20
LARGEST = 64 * 2**20
"""Bytes of a message."""


class Person:
    """One WebSocket; knows the pages it may ask for."""

    def __init__(self, socket: ClientConnection, seed: int) -> None:
        self._socket, self._random = socket, random.Random(seed)
        self._pages: list[str] = []
        self.answers: list[float] = []
        self.errors: list[str] = []

    async def ask(self, page: str) -> None:
        """One run of the page, to its last message."""
        message = BackMsg()
        message.rerun_script.page_script_hash = page
        started = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        async for frame in self._socket:
            heard = ForwardMsg.FromString(frame if isinstance(frame, bytes) else frame.encode())
            if heard.HasField("navigation"):
                self._pages = [each.page_script_hash for each in heard.navigation.app_pages]
            if heard.delta.new_element.HasField("exception"):
                self.errors.append(heard.delta.new_element.exception.message)
            if heard.WhichOneof("type") == "script_finished":
                break
        self.answers.append(time.perf_counter() - started)

    async def click(self) -> None:
        """A random page."""
        await self.ask(self._random.choice(self._pages))


async def measure(server: Server, people: int, minutes: float) -> int:
    """One alone, then all; prints a Markdown table; 1 where anybody saw an error."""
    stream = server.address.replace("http", "ws", 1) + "/_stcore/stream"
    sockets = [await connect(stream, origin=server.address, max_size=LARGEST) for _ in range(people)]  # type: ignore[arg-type]
    everybody = [Person(socket, number) for number, socket in enumerate(sockets)]
    for person in everybody:
        await person.ask("")
    first = everybody[0]
    first.answers = []
    for _ in range(ALONE_CLICKS):
        await first.click()
    alone, first.answers = first.answers, []
    for person in everybody:
        person.answers = []
    began, ends = server.cpu_s, time.monotonic() + 60 * minutes
    await asyncio.gather(
        *(clicks(one.click, random.Random(number).random(), ends) for number, one in enumerate(everybody))
    )
    cores = (server.cpu_s - began) / (60 * minutes)
    for socket in sockets:
        await socket.close()
    together = [each for person in everybody for each in person.answers]
    errors = [each for person in everybody for each in person.errors]
    took = f"the server used {cores:.2f} of a core and {server.resident_mib:.0f} MiB"
    return report(people, alone, together, errors, took)


if __name__ == "__main__":
    sys.exit(run(__doc__, measure))
