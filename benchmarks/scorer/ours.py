"""Our side, as a user calls it: a call of `score` per evaluation.

Run: python -m benchmarks.scorer.ours MODEL ANSWERS DATA SUITE ITEMS. Writes {"method": path, "option_logprobs": a list
per question}.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.scorer.suites import SUITES
from loaders.backends import open_scorer


def main(model: str, answers: str, data: str, suite: str, items: str) -> None:
    """Score and write."""
    scorer = open_scorer(model, dtype="float32")
    tables = [
        scorer.score(evaluation.questions, evaluation.prompt_style)
        for evaluation in SUITES[suite].evaluations(Path(data), int(items))
    ]
    found = [list(map(float, row)) for table in tables for row in table["option_logprobs"]]
    Path(answers).write_text(json.dumps({"method": scorer.method, "option_logprobs": found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
