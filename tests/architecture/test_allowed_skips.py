"""The list of allowed skips allows what it names and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from allowed_skips import Skip, not_allowed, read_list
from places import ROOT

LISTS = sorted((ROOT / ".ci").glob("skips_*.txt"))


def test_a_skip_needs_a_line_with_its_test_and_its_reason() -> None:
    lines = [Skip("tests/a.py::*", "needs b"), Skip("tests/c.py*", "slow: run with --run-slow")]
    fine = [Skip("tests/a.py::test[1]", "needs b"), Skip("tests/c.py", "slow: run with --run-slow")]
    wrong = [
        Skip("tests/a.py::test", "needs d"),
        Skip("tests/b.py::test", "needs b"),
        Skip("tests/A.py::test", "needs b"),
    ]
    assert not_allowed([*fine, *wrong], lines) == wrong


def test_a_line_is_a_pattern_and_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# why\n\ntests/a.py::* :: needs b :: c\n")
    assert read_list(path) == [Skip("tests/a.py::*", "needs b :: c")]
    path.write_text("tests/a.py::*: needs b\n")
    with pytest.raises(ValueError, match="line 1"):
        read_list(path)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_every_line_names_tests_that_are_there(path: Path) -> None:
    files = {line.test.partition("::")[0].rstrip("*") for line in read_list(path)}
    assert files, "an empty list would allow no skip at all, and say so by failing everywhere"
    assert [file for file in sorted(files) if not (ROOT / file).exists()] == []


def test_there_is_a_list_with_and_one_without_the_shared_data() -> None:
    assert [path.name for path in LISTS] == ["skips_with_shared.txt", "skips_without_shared.txt"]


@pytest.mark.parametrize(("line", "code"), [("test_it.py* :: needs b", 0), ("test_it.py* :: needs c", 1)])
def test_a_run_with_another_skip_fails(line: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\ndef test_a():\n    pytest.skip('needs b')\n\ndef test_b():\n    assert True\n"
    )
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (tmp_path / "list.txt").write_text(f"{line}\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "."],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests" / "support"),
             "SCALEWATCH_ALLOWED_SKIPS": str(tmp_path / "list.txt")},
    )  # fmt: skip
    assert run.returncode == code, run.stdout
    assert ("SKIPPED BUT NOT ON" in run.stdout) == bool(code)
