"""Who a source means by a model's name: the user's models first, then the registry, then the facts beside the name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, cast

from analysis.errors import ScalewatchError
from analysis.records import STAGES, ModelCheckpoint, Stage, checkpoint_name, model_and_revision
from loaders.models.registry import Registry, find_checkpoint

_ASKED = ("family", "parameter_count", "stage")
_NOTHING = frozenset({"", "none", "nan", "<na>"})
_NO_FACTS: Mapping[str, Any] = MappingProxyType({})


class UnknownModelError(ScalewatchError):
    """A model neither the registry nor the source describes; `missing` names the facts that are needed."""

    def __init__(self, name: str, missing: list[str]) -> None:
        super().__init__(
            f"model {name!r} is not in the registry; missing: {', '.join(missing)}.",
            "Describe it in a file and pass --models FILE.toml",
        )
        self.name = name
        self.missing = missing


def resolve_checkpoint(
    name: str, revision: str | None = None, *, facts: Mapping[str, Any] = _NO_FACTS, models: Registry | None = None
) -> ModelCheckpoint:
    """The checkpoint a source calls `name`.

    `facts` are what the source itself says of it (fields of ModelCheckpoint); they count where neither the user's
    `models` nor the registry knows the name, but for RLHF steps: those say that somebody trained a known model further.
    Raises UnknownModelError where facts are missing, ValueError for a stage that is none.
    """
    stage = cast("Stage", str(facts.get("stage", "unknown")))
    if stage not in STAGES:
        raise ValueError(f"stage {stage!r} of model {name!r} is not one of {', '.join(STAGES)}")
    known = (models.find(name, revision) if models else None) or find_checkpoint(name, revision)
    if known is not None:
        return _at_given_steps(known, facts)
    called = checkpoint_name(name, revision)
    missing = [fact for fact in _ASKED if str(facts.get(fact, "")).strip().lower() in _NOTHING]
    if missing:
        raise UnknownModelError(called, missing)
    steps = facts.get("rlhf_steps")
    has_revision = model_and_revision(called)[1] is not None
    return ModelCheckpoint(
        name=called if steps is None or has_revision else after_rl(called, steps),
        family=str(facts["family"]),
        variant=str(facts.get("variant", "")),
        parameter_count=facts.get("parameter_count"),
        parameter_count_is_estimate=str(facts.get("parameter_count_is_estimate", "")).lower() in {"true", "1", "yes"},
        stage=stage,
        rlhf_steps=steps,
        training_tokens=facts.get("training_tokens"),
        citation="facts given in the imported table",
    )


def after_rl(model: str, steps: int) -> str:
    """Name of a model after RLHF steps that its own name does not tell: 'lab-7b@rl50'."""
    return checkpoint_name(model, f"rl{steps}")


def _at_given_steps(known: ModelCheckpoint, facts: Mapping[str, Any]) -> ModelCheckpoint:
    """A known model after the RLHF steps its source states: somebody trained it further than the registry knows."""
    steps = facts.get("rlhf_steps")
    if steps is None or known.rlhf_steps is not None:
        return known
    stage = cast("Stage", facts.get("stage") or ("rlhf" if steps else known.stage))
    variant = str(facts.get("variant") or known.variant)
    return replace(known, name=after_rl(known.name, steps), rlhf_steps=steps, stage=stage, variant=variant)
