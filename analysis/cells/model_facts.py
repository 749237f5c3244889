"""Who a checkpoint is, for pages that set models side by side: family, size, stage, steps, and a name for charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.records import STAGE_WORDS, STAGES, ModelCheckpoint
from analysis.sizes import size_label


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """One checkpoint."""

    checkpoint: str
    family: str
    lineage: str
    variant: str
    stage: str
    parameter_count: int | None
    rlhf_steps: int | None
    training_tokens: int | None

    @property
    def stage_words(self) -> str:
        """'base', 'RLHF', 'preference model', …"""
        return "base" if self.stage == "pretrained" else STAGE_WORDS.get(self.stage, self.stage)

    @property
    def line(self) -> str:
        """What models of all sizes share: family and variant, 'Qwen1.5 chat'."""
        return f"{self.family} {self.variant}".strip()

    @property
    def size(self) -> str:
        """'6.9B', or that nobody says."""
        return size_label(self.parameter_count)

    @property
    def steps(self) -> str:
        """'1,000 steps', or empty."""
        return "" if self.rlhf_steps is None else f"{self.rlhf_steps:,} steps"


def facts_in(rates: pd.DataFrame) -> dict[str, ModelFacts]:
    """Checkpoint -> facts, from RATES rows."""
    columns = [
        "checkpoint", "family", "lineage", "variant", "stage", "parameter_count", "rlhf_steps", "training_tokens"
    ]  # fmt: skip
    found = {}
    for row in rates[columns].drop_duplicates("checkpoint").itertuples(index=False, name=None):
        name, family, lineage, variant, stage, *counts = row
        size, steps, tokens = (None if pd.isna(value) else int(value) for value in counts)
        found[str(name)] = ModelFacts(
            checkpoint=str(name), family=str(family), lineage=str(lineage),
            variant="" if pd.isna(variant) else str(variant), stage=str(stage),
            parameter_count=size, rlhf_steps=steps, training_tokens=tokens,
        )  # fmt: skip
    return found


def facts_of(checkpoint: str, known: ModelCheckpoint | None, lineage: str) -> ModelFacts:
    """Facts of a checkpoint no rate tells of: the registry's, or none."""
    if known is None:
        return ModelFacts(
            checkpoint=checkpoint, family=checkpoint, lineage="", variant="", stage="unknown", parameter_count=None,
            rlhf_steps=None, training_tokens=None,
        )  # fmt: skip
    return ModelFacts(
        checkpoint=checkpoint, family=known.family, lineage=lineage, variant=known.variant, stage=known.stage,
        parameter_count=known.parameter_count, rlhf_steps=known.rlhf_steps, training_tokens=known.training_tokens,
    )  # fmt: skip


def in_order(models: Iterable[ModelFacts]) -> list[ModelFacts]:
    """By stage, family and variant, then size, steps, tokens."""
    return sorted(
        models,
        key=lambda m: (
            STAGES.index(m.stage), m.family, m.variant, m.parameter_count or 0, m.rlhf_steps or 0,
            m.training_tokens or 0, m.checkpoint,
        ),
    )  # fmt: skip


def fully_trained(models: Iterable[ModelFacts]) -> list[ModelFacts]:
    """Of each model (family, variant, stage, size) the checkpoint with most steps and tokens, in order."""
    last: dict[tuple[object, ...], ModelFacts] = {}
    for model in in_order(models):
        key = (model.stage, model.family, model.variant, model.parameter_count or model.checkpoint)
        last[key] = model
    return in_order(last.values())


def unshown_replicates(models: Iterable[ModelFacts], shown: Iterable[ModelFacts]) -> int:
    """Models trained as far as the one that `fully_trained` has `shown` in their place: other seeds."""
    as_far = Counter(_how_far(model) for model in models)
    return sum(as_far[_how_far(model)] - 1 for model in shown if model.parameter_count)


def _how_far(model: ModelFacts) -> tuple[object, ...]:
    return (model.stage, model.line, model.parameter_count, model.rlhf_steps, model.training_tokens)


def chart_names(models: Sequence[ModelFacts]) -> dict[str, str]:
    """Checkpoint -> short name that is unique among these: 'Pythia 70M', with stage or steps where they are needed."""
    stages = {model.stage for model in models}
    names = {}
    for model in models:
        parts = [model.line, model.size if model.parameter_count else ""]
        if len(stages) > 1 and model.stage != "pretrained" and model.stage != "unknown":
            parts.append(model.stage_words)
        names[model.checkpoint] = " ".join(part for part in parts if part)
    taken = list(names.values())
    for model in models:
        if taken.count(names[model.checkpoint]) > 1:
            more = model.steps
            names[model.checkpoint] = f"{names[model.checkpoint]}, {more}" if more else model.checkpoint
    if len(set(names.values())) < len(names):
        return {model.checkpoint: model.checkpoint for model in models}
    return names
