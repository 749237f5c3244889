"""Correlations as a table: a row per model, with an r and a place on the chart or not."""

from __future__ import annotations

from dashboard.figures.correlation import CorrelationSpec
from dashboard.renderers.table.table import Column, Table, percent

_COLUMNS = (
    Column("Model"), Column("Prompt style"), Column("Parameters", "number"), Column("RL steps", "number"),
    Column("r", "number"), Column("Interval low", "number"), Column("Interval high", "number"),
    Column("Occupations", "number"), Column("Sentences", "number"), Column("Neutral pronoun, percent", "percent"),
    Column("Note"),
)  # fmt: skip


def correlation_table(spec: CorrelationSpec) -> Table:
    """r with its interval, occupations, sentences, neutral share, and why there is no r."""
    rows = [
        (
            model.checkpoint, bias.prompt_style, model.parameter_count, model.rlhf_steps, bias.r, bias.low, bias.high,
            bias.n_occupations, bias.n_sentences, percent(bias.neutral),
            " ".join(filter(None, (bias.reason, *bias.warnings))),
        )
        for model, bias in spec.models
    ]  # fmt: skip
    return Table(_COLUMNS, tuple(rows))
