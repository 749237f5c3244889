"""scalewatch serve computes stale findings beside the server, and does not keep what that took."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from answer_builders import store_answers_set
from damaging.damage import forge
from places import ROOT
from small_store import stale

from loaders.store.store import Store

SERVE = """
import os
import sys
import time
import dashboard.serve
from dashboard.commands.cli import main
from dashboard.results import refreshing

def serve(serving, folder):
    os.environ["SCALEWATCH_RESULTS"] = str(folder)
    dashboard.serve.read_for_first_page()
    at_first = refreshing.now().left
    while refreshing.now().left:
        time.sleep(0.05)
    heavy = [name for name in ("scipy", "statsmodels") if name in sys.modules]
    print("served", serving.port, at_first, heavy, refreshing.now().n_done, dict(refreshing.now().failed))
    return 0

if __name__ == "__main__":
    dashboard.serve.serve = serve
    sys.exit(main(["serve", "--port", "8599", "--results", sys.argv[1]]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set whose findings another version of the method computed."""
    store_answers_set(tmp_path / "results")
    stale(tmp_path / "results" / "mine")
    return tmp_path / "results"


def served(folder: Path, tmp_path: Path) -> tuple[str, str]:
    """What was printed to stdout and stderr, started in a folder with modules that must not be imported."""
    script, here = tmp_path / "serve.py", tmp_path / "here"
    script.write_text(SERVE, encoding="utf-8")
    here.mkdir()
    for name in ("json", "pickle", "socket", "statsmodels", "dashboard"):
        (here / f"{name}.py").write_text("raise SystemExit('taken from the working directory')", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(folder)], cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout, done.stderr


def test_findings_of_another_version_are_computed_anew_in_a_process_of_their_own(folder: Path, tmp_path: Path) -> None:
    store = Store(folder)
    assert store.stale_sets() == ["mine"]
    assert served(folder, tmp_path) == ("served 8599 ('mine',) [] 1 {}\n", "")
    assert store.stale_sets() == []
    assert store.findings("mine")


def test_what_cannot_be_computed_is_said_and_the_rest_is_served(folder: Path, tmp_path: Path) -> None:
    store_answers_set(folder, "broken")
    stale(folder / "broken")
    (part,) = (folder / "broken" / "answers").glob("*/*")
    forge(folder / "broken", part.relative_to(folder / "broken").as_posix(), b"else")
    out, err = served(folder, tmp_path)
    assert out.startswith(
        "served 8599 ('broken', 'mine') [] 2 {'broken': 'broken: its findings cannot be computed anew: "
    )
    (line,) = err.splitlines()
    assert line.startswith("scalewatch: broken: its findings cannot be computed anew: answers/evaluation=")
    assert Store(folder).stale_sets() == ["broken"]
