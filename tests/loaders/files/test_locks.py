"""One writer at a time: the second waits until the first is done, or is refused, and a dead one holds nothing."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from rate_builders import sweep

from analysis.errors import ScalewatchError
from loaders.files.locks import LockError, only_writer
from loaders.files.whole_folder import Contents, write_whole
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

RISING = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
WATCHDOG_S = 60.0
"""Nothing waits so long unless something is broken."""


class Waits(logging.Handler):
    """Notices that somebody waits for a lock."""

    def __init__(self, noticed: threading.Event) -> None:
        super().__init__(logging.DEBUG)
        self._noticed = noticed

    def emit(self, record: logging.LogRecord) -> None:
        if "waiting" in record.getMessage():
            self._noticed.set()


def test_a_second_writer_of_a_set_waits_until_the_first_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store, seen, second_is_there = Store(tmp_path), list[str](), threading.Event()

    def watched(path: Path, contents: Contents, last: Any) -> None:
        name = threading.current_thread().name
        seen.append(f"{name} begins")
        if name == "first":
            writers["second"].start()
            assert second_is_there.wait(WATCHDOG_S), "it neither waits nor writes"
        else:
            second_is_there.set()
        write_whole(path, contents, last)
        seen.append(f"{name} ends")

    def write(rates: tuple[float, ...]) -> None:
        store.write_set("small", rates=sweep(rates), answers=None, sheet=SourceSheet(), files={})

    writers = {
        "first": threading.Thread(target=write, args=(RISING[:4],), name="first"),
        "second": threading.Thread(target=write, args=(RISING,), name="second"),
    }
    monkeypatch.setattr("loaders.store.writing.write_whole", watched)
    caplog.set_level(logging.DEBUG, logger="filelock")
    handler = Waits(second_is_there)
    logging.getLogger("filelock").addHandler(handler)
    try:
        writers["first"].start()
        for writer in (writers["first"], writers["second"]):
            writer.join(WATCHDOG_S)
    finally:
        logging.getLogger("filelock").removeHandler(handler)
    assert seen == ["first begins", "first ends", "second begins", "second ends"]
    assert store.info("small").n_rates == 6
    assert not store.damage("small")


def test_a_second_writer_is_refused_where_it_shall_not_wait(tmp_path: Path) -> None:
    busy = ScalewatchError("Somebody writes.", "Wait.")
    with only_writer(tmp_path):
        with (
            pytest.raises(ScalewatchError, match=r"Somebody writes\. Wait\.") as caught,
            only_writer(tmp_path, busy=busy),
        ):
            pass
        assert caught.value is busy
    with only_writer(tmp_path, busy=busy):
        assert (tmp_path / ".lock").is_file()


def test_a_lock_is_given_back_where_the_writing_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), only_writer(tmp_path):
        raise ZeroDivisionError
    with only_writer(tmp_path, busy=ScalewatchError("still held")):
        pass


def test_a_killed_writer_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from loaders.files.locks import only_writer\n"
        "with only_writer(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    held = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with held:
        assert held.stdout is not None
        assert held.stdout.readline() == "held\n"
        busy = ScalewatchError("held by another process")
        with pytest.raises(ScalewatchError, match="held by another process"), only_writer(tmp_path, busy=busy):
            pass
        held.kill()
    with only_writer(tmp_path, busy=busy):
        pass


def test_a_folder_is_made_and_one_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with only_writer(tmp_path / "new" / "folder"):
        assert (tmp_path / "new" / "folder").is_dir()
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "odd" / ".lock").mkdir(parents=True)
    for folder in ("file", "odd"):
        with pytest.raises(LockError, match="cannot be written") as caught, only_writer(tmp_path / folder):
            pass
        assert caught.value.reason.startswith(f"{tmp_path / folder}: cannot be written (")
        assert caught.value.remedy == "Choose another folder with --results."
    with pytest.raises(LockError, match=r"Say another\."), only_writer(tmp_path / "file", remedy="Say another."):
        pass
