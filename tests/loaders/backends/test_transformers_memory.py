"""Memory does not rise with the number of questions: a batch's tensors are gone before the next one's."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra 'models'")
pytest.importorskip("transformers", reason="needs the extra 'models'")

from model_builders import save_checkpoint

from analysis.records import Question
from loaders.backends import open_scorer

REFRESH, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
MEGABYTE = 2**20


def asked(n: int) -> list[Question]:
    return [
        Question(id=str(number), text=f"I agree with {number}.", options=(" Yes", " No"), matching=(0,))
        for number in range(n)
    ]


def peak(scorer: Any, questions: list[Question]) -> int:
    """Largest resident memory in bytes while all questions are scored, frame by frame."""
    gc.collect()
    REFRESH.write_text("5")  # the peak starts anew at what is resident now
    rows = sum(len(frame) for frame in scorer.stream(questions, "dialogue"))
    assert rows == len(questions)
    (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


@pytest.mark.skipif(not REFRESH.exists(), reason="reads peak memory from Linux's /proc")
def test_ten_times_the_questions_take_no_more_memory(tmp_path: Path) -> None:
    # A large vocabulary: the logits of 2,000 questions are 160 MB, those of a batch 32 MB.
    save_checkpoint(tmp_path, vocabulary=20_000, num_hidden_layers=1)
    few, many = asked(200), asked(2_000)
    scorer = open_scorer(tmp_path, device="cpu", dtype="float32")
    peak(scorer, few)
    least = peak(scorer, few)
    assert peak(scorer, many) < least + 80 * MEGABYTE
