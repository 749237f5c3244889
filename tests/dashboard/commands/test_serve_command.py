"""scalewatch serve brings findings up to date before it serves, and does not keep what that took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from answer_builders import store_answers_set
from places import ROOT

from loaders.store.store import Store

SERVE = """
import sys
import dashboard.serve
from dashboard.commands.cli import main

def serve(serving, folder):
    print("served", serving.port, [name for name in ("scipy", "statsmodels") if name in sys.modules])
    return 0

if __name__ == "__main__":
    dashboard.serve.serve = serve
    sys.exit(main(["serve", "--port", "8599", "--results", sys.argv[1]]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set whose findings another version of the method computed."""
    store_answers_set(tmp_path / "results")
    manifest = tmp_path / "results" / "mine" / "manifest.json"
    stored = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(stored | {"method_version": "0.0"}), encoding="utf-8")
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
    assert served(folder, tmp_path) == ("served 8599 []\n", "")
    assert store.stale_sets() == []
    assert store.findings("mine")


def test_what_cannot_be_read_is_said_and_the_rest_is_served(folder: Path, tmp_path: Path) -> None:
    store_answers_set(folder, "broken")
    (folder / "broken" / "manifest.json").write_text("{}", encoding="utf-8")
    out, err = served(folder, tmp_path)
    assert out == "served 8599 []\n"
    (line,) = err.splitlines()
    assert line.startswith(f"scalewatch: {folder / 'broken' / 'manifest.json'}: cannot be read (")
    assert Store(folder).stale_sets() == []
