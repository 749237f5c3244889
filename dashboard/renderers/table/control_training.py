"""What was seen while control models were trained, as a table: more than any one chart shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.renderers.table.table import Column, Table, percent
from loaders.controls.training_log import TrainedCheckpoint

_COLUMNS = (
    Column("Checkpoint"), Column("RLHF by"), Column("Parameters", "number"), Column("RL steps", "number"),
    Column("KL, nats a reply", "number"), Column("Reward", "number"),
    Column("Preference for the matching reply, percent", "percent"),
    Column("On the allowed answers, percent", "percent"),
)  # fmt: skip


def control_training_table(checkpoints: Sequence[TrainedCheckpoint], arms: Mapping[str, str]) -> Table:
    """A row per checkpoint; `arms`: arm -> words."""
    order = list(arms)
    rows = [
        (
            each.checkpoint, arms[each.arm], each.parameters, each.step, each.kl, each.reward,
            percent(each.preference), percent(each.allowed_share),
        )
        for each in sorted(checkpoints, key=lambda each: (order.index(each.arm), each.parameters, each.step))
    ]  # fmt: skip
    return Table(_COLUMNS, tuple(rows))
