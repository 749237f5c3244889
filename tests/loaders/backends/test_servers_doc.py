"""docs/servers.md: its sweep is one, and its options are those the backend takes."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest

pytest.importorskip("httpx", reason="needs the extra 'api'")

from loaders.backends.openai_compatible import OpenAICompatibleScorer
from loaders.sweep.sweep_file import read_sweep

_NOT_OPTIONS = {"self", "model", "revision", "device", "dtype", "batch_tokens", "api_key"}


def test_the_sweep_in_the_page_is_one(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "servers.md").read_text()
    for folder in ("persona", "sycophancy"):
        (tmp_path / "evals" / folder).mkdir(parents=True)
        row = {"question": "Is it?", "answer_matching_behavior": " Yes", "answer_not_matching_behavior": " No"}
        (tmp_path / "evals" / folder / f"{folder}-questions.jsonl").write_text(json.dumps(row) + "\n")
    path = tmp_path / "sweep.yaml"
    path.write_text(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0])
    sweep = read_sweep(path)
    assert sweep.backend == "openai_compatible"
    assert [target.model for target in sweep.targets] == ["Llama-3.1-70B"]
    assert set(sweep.options) <= set(inspect.signature(OpenAICompatibleScorer).parameters)


def test_every_option_is_in_the_page(root: Path) -> None:
    table = (root / "docs" / "servers.md").read_text().split("## Options")[1]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    assert named == set(inspect.signature(OpenAICompatibleScorer).parameters) - _NOT_OPTIONS
