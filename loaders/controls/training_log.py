"""What was seen while control models were trained, a row per checkpoint: training.csv of a set, read back."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from analysis.errors import ScalewatchError

TRAINING_FILE = "training.csv"


class TrainingLogError(ScalewatchError):
    """A training.csv that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedCheckpoint:
    """One checkpoint of a control model."""

    checkpoint: str
    family: str
    arm: str
    """Way of RLHF; empty: pretraining."""
    seed: int
    step: int
    """RL steps, 0 before RLHF."""
    parameters: int
    kl: float | None
    """Divergence from the model RLHF started from, nats a reply, mean of the last 20 steps; None in pretraining."""
    reward: float | None
    """Mean standardised reward of the last 20 steps; None at step 0."""
    preference: float | None
    """Mean probability with which the arm's (last) preference model prefers the matching reply; None at step 0."""
    allowed_share: float
    """Mean probability on the allowed answers, 0-1."""


def read_training(content: bytes) -> tuple[TrainedCheckpoint, ...]:
    """Rows of a training.csv. Raises TrainingLogError where a column is missing or a number is none."""
    try:
        return tuple(_checkpoint(row) for row in csv.DictReader(io.StringIO(content.decode("utf-8"))))
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise TrainingLogError(
            f"{TRAINING_FILE}: cannot be read ({error!r}).", "Build the set again: scalewatch controls build --into SET"
        ) from error


def _checkpoint(row: dict[str, str]) -> TrainedCheckpoint:
    return TrainedCheckpoint(
        checkpoint=row["checkpoint"], family=row["family"], arm=row["arm"], seed=int(row["seed"]),
        step=int(row["step"]), parameters=int(row["parameters"]), kl=_number(row["kl"]),
        reward=_number(row["reward"]), preference=_number(row["preference"]),
        allowed_share=float(row["allowed_share"]),
    )  # fmt: skip


def _number(text: str) -> float | None:
    return float(text) if text else None
