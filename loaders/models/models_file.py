"""Reads a TOML file that describes models, the project's own or a user's, and checks every field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from analysis.errors import ScalewatchError, did_you_mean
from analysis.records import STAGES, ModelCheckpoint, Stage

RevisionCounts = Literal["rlhf_steps"]

_TEXT, _COUNT, _STEPS, _FLAG, _TEXTS = (
    "text",
    "a whole number above 0",
    "a whole number from 0",
    "true or false",
    "a list of texts",
)
_FACTS = {
    "training_tokens": _STEPS,
    "parameter_count_is_estimate": _FLAG,
    "hub_id": _TEXT,
    "citation": _TEXT,
    "stage": _TEXT,
}
_OF_FAMILY = _FACTS | {
    "family": _TEXT,
    "lineage": _TEXT,
    "variant": _TEXT,
    "hub": _TEXT,
    "tokens_per_step": _COUNT,
    "seeds": _COUNT,
    "revision_counts": _TEXT,
    "before_rl": _TEXT,
    "models": "a list of models",
}
_OF_MODEL = _FACTS | {"name": _TEXT, "parameter_count": _COUNT, "exact_total": _COUNT, "aliases": _TEXTS}
_ALONE = _OF_MODEL | {
    "family": _TEXT, "lineage": _TEXT, "variant": _TEXT, "rlhf_steps": _STEPS, "revision": _TEXT,
}  # fmt: skip
_TOP = ("family", "model")


class ModelsFileError(ScalewatchError):
    """A models file cannot be used. The text names file, entry, field, what was seen and what is allowed."""

    @classmethod
    def bad_field(cls, path: Path, entry: str, field: str, seen: object, allowed: str) -> ModelsFileError:
        """A field holds something it may not hold."""
        return cls(f"{path.name}, {entry}, field '{field}': {seen!r} is not {allowed}.", "Correct the value.")

    @classmethod
    def missing(cls, path: Path, entry: str, field: str) -> ModelsFileError:
        """A required field is absent."""
        return cls(f"{path.name}, {entry}: the field '{field}' is missing.", "Add it.")

    @classmethod
    def unknown_field(cls, path: Path, entry: str, field: str, allowed: tuple[str, ...]) -> ModelsFileError:
        """A field nobody reads; offers the closest name."""
        return cls(
            f"{path.name}, {entry}: unknown field '{field}'.",
            f"{did_you_mean(field, allowed)}Allowed: {', '.join(sorted(allowed))}.",
        )

    @classmethod
    def same_name(cls, path: Path, name: str, first: str, second: str) -> ModelsFileError:
        """Two models answer to one name."""
        return cls(
            f"{path.name}: the name '{name}' of model '{first}' already stands for '{second}' "
            "(case, '-', '_', '.' and '-hf' at the end do not count).",
            "Rename one or remove the alias.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One model of a file: its published checkpoint and how to read its names and revisions."""

    checkpoint: ModelCheckpoint
    names: tuple[str, ...]
    """Everything the model is called: name, hub id, last part of the hub id, aliases."""
    tokens_per_step: int | None = None
    """Tokens seen per step, where a revision 'stepN' is a training step."""
    revision_counts: RevisionCounts | None = None
    """'rlhf_steps' where a revision 'stepN' is a step of RL."""
    before_rl: Stage = "pretrained"
    """Stage of the model at RL step 0."""


@dataclass(frozen=True, slots=True)
class ModelsFile:
    """What a models file says."""

    path: Path
    entries: tuple[Entry, ...]
    lineages: tuple[tuple[str, str], ...]
    """(family, lineage) in order of appearance."""


def read_models_file(path: Path) -> ModelsFile:
    """Every model of a TOML file. Raises ModelsFileError naming file, entry, field and what is allowed."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelsFileError(f"{path}: cannot be read ({error.strerror}).", "Give the path of a TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ModelsFileError(f"{path.name} is not a TOML file: {error}.", "Correct it there.") from error
    for key in document:
        if key not in _TOP:
            raise ModelsFileError.unknown_field(path, "top level", key, _TOP)
    entries: list[Entry] = []
    lineages: dict[str, str] = {}
    for number, block in enumerate(_tables(path, document, "family"), start=1):
        where = f"[[family]] {number} ({block.get('family', 'without name')})"
        _check(path, where, block, _OF_FAMILY, ("family", "stage", "citation", "models"))
        lineages.setdefault(block["family"], block.get("lineage", block["family"]))
        entries.extend(_entries_of(path, where, block))
    for number, model in enumerate(_tables(path, document, "model"), start=1):
        where = f"[[model]] {number} ({model.get('name', 'without name')})"
        _check(path, where, model, _ALONE, ("name", "family"))
        lineages.setdefault(model["family"], model.get("lineage", model["family"]))
        entries.append(_entry(path, where, model, {}))
    return ModelsFile(path, tuple(entries), tuple(lineages.items()))


def _tables(path: Path, document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    tables = document.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise ModelsFileError.bad_field(path, "top level", key, tables, f"a list of tables; write [[{key}]]")
    return tables


def _entries_of(path: Path, where: str, block: dict[str, Any]) -> Iterator[Entry]:
    for number, model in enumerate(block["models"], start=1):
        if not isinstance(model, dict):
            raise ModelsFileError.bad_field(path, where, "models", model, "a model such as { name = '...' }")
        each = f"{where}, model {number} ({model.get('name', 'without name')})"
        _check(path, each, model, _OF_MODEL, ("name",))
        if "seeds" not in block:
            yield _entry(path, each, model, block)
        for seed in range(1, block.get("seeds", 0) + 1):
            again = model | {"name": f"{model['name']}-seed{seed}"}
            yield _entry(path, each, again, block | {"variant": f"seed{seed}"})


def _entry(path: Path, where: str, model: dict[str, Any], block: dict[str, Any]) -> Entry:
    """One model; what it does not say itself comes from its family block."""
    facts = {key: value for key, value in block.items() if key != "models"} | model
    name = facts["name"]
    hub_id = facts.get("hub_id") or (facts["hub"].replace("{name}", name) if "hub" in facts else None)
    estimate = facts.get("parameter_count_is_estimate", False)
    if estimate and "parameter_count" not in facts:
        raise ModelsFileError.missing(path, where, "parameter_count")
    if estimate and "citation" not in facts:
        raise ModelsFileError.missing(path, where, "citation")
    citation = facts.get("citation", f"given in {path.name}")
    if "exact_total" in facts:
        citation += f". Exact total: {facts['exact_total']:,} parameters"
    counts_rl = facts.get("revision_counts")
    checkpoint = ModelCheckpoint(
        name=name,
        family=facts["family"],
        variant=facts.get("variant", ""),
        parameter_count=_whole(facts.get("parameter_count")),
        parameter_count_is_estimate=estimate,
        stage=facts.get("stage", "unknown"),
        rlhf_steps=_whole(facts.get("rlhf_steps", 0 if counts_rl and facts["stage"] == "pretrained" else None)),
        training_tokens=_whole(facts.get("training_tokens")),
        hub_id=hub_id,
        revision=facts.get("revision"),
        citation=citation,
    )
    names = [name, *facts.get("aliases", ())]
    if hub_id:
        names += [hub_id, hub_id.rpartition("/")[2]]
    return Entry(
        checkpoint=checkpoint,
        names=tuple(names),
        tokens_per_step=facts.get("tokens_per_step"),
        revision_counts=counts_rl,
        before_rl=facts.get("before_rl", "pretrained"),
    )


def _check(path: Path, where: str, table: dict[str, Any], fields: dict[str, str], required: tuple[str, ...]) -> None:
    for field in required:
        if field not in table:
            raise ModelsFileError.missing(path, where, field)
    for field, value in table.items():
        if field not in fields:
            raise ModelsFileError.unknown_field(path, where, field, tuple(fields))
        if not _fits(value, fields[field]):
            raise ModelsFileError.bad_field(path, where, field, value, fields[field])
    for field in ("stage", "before_rl"):
        if table.get(field, "unknown") not in STAGES:
            raise ModelsFileError.bad_field(path, where, field, table[field], f"one of {', '.join(STAGES)}")
    if table.get("revision_counts", "rlhf_steps") != "rlhf_steps":
        raise ModelsFileError.bad_field(path, where, "revision_counts", table["revision_counts"], "'rlhf_steps'")


def _fits(value: Any, kind: str) -> bool:
    if kind == _TEXT:
        return isinstance(value, str) and bool(value.strip())
    if kind == _FLAG:
        return isinstance(value, bool)
    if kind == _TEXTS:
        return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)
    if kind in (_COUNT, _STEPS):
        whole = _whole(value)
        return whole is not None and whole >= (1 if kind == _COUNT else 0)
    return isinstance(value, list)


def _whole(value: Any) -> int | None:
    """A whole number, also where TOML made it a float (7e9); None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) else None
