"""Sets of control models: verdicts beside what was planted, and what was seen in training."""

from __future__ import annotations

from analysis.planted import Score, scoreboard
from dashboard.results.sets import Results, opened
from loaders.controls.design import VARIANTS, read_truth
from loaders.controls.training_log import TRAINING_FILE, TrainedCheckpoint, read_training


def planted_scores(found: Results) -> dict[str, list[Score]]:
    """Set -> its verdicts beside the planted truth; sets in which nothing was planted are absent."""
    truth = read_truth()
    scores = {
        name: scoreboard((each for each in found.findings if each.result_set == name), truth, VARIANTS)
        for name, info in found.infos.items()
        if info.is_control
    }
    return {name: mine for name, mine in scores.items() if mine}


def training_of(found: Results, result_set: str) -> tuple[TrainedCheckpoint, ...]:
    """What was seen while the set's models were trained; empty where it was not kept.

    Raises ScalewatchError for a file that cannot be read.
    """
    content = opened(str(found.folder)).extra(result_set, TRAINING_FILE)
    return () if content is None else read_training(content)
