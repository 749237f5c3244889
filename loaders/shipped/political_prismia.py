"""Monthly political-lean scores of llm-political-bias-bench as a table: overall each month, topics in the newest."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any


def rows(folder: Path) -> list[dict[str, Any]]:
    """Rows of a long table; the rate is the mean of the peers' ratings, 0 = right, 1 = left."""
    statements = json.loads((folder / "data/statements/statements.json").read_text(encoding="utf-8"))
    topic_of = {statement["id"]: statement["category"] for statement in statements}
    months = sorted(path.name for path in (folder / "results").iterdir() if path.is_dir())
    table = []
    for month in months:
        scores: dict[tuple[str, str], list[float]] = defaultdict(list)
        for entry in json.loads((folder / "results" / month / "likert_scores.json").read_text(encoding="utf-8")):
            scores[entry["model_id"], "political-lean"].append(entry["weighted_score"])
            if month == months[-1]:
                topic = topic_of[entry["statement_id"]].replace("_", "-")
                scores[entry["model_id"], f"political-lean-{topic}"].append(entry["weighted_score"])
        for (model, evaluation), values in sorted(scores.items()):
            table.append(
                {
                    "model": model,
                    "evaluation": evaluation,
                    "rate": statistics.fmean(values),
                    "n_questions": len(values),
                    "standard_error": statistics.stdev(values) / len(values) ** 0.5,
                    "prompt_style": f"asked in {month}",
                    "metric": "mean of three peers' ratings, 0 right to 1 left",
                }
            )
    return table
