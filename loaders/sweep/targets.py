"""Entries of `checkpoints:` in a sweep file -> targets: what to load, and the facts about it."""

from __future__ import annotations

import fnmatch
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from analysis.records import STAGES, ModelCheckpoint, checkpoint_name, model_and_revision
from analysis.tables import MODEL_FACTS
from loaders.models.registry import checkpoints, find_checkpoint
from loaders.models.resolve import UnknownModelError, after_rl, resolve_checkpoint
from loaders.sweep.yaml_lines import Block, SweepProblem, line_of

FACTS = tuple(name for name in MODEL_FACTS if name != "lineage")
FIELDS = ("model", "revision", "revisions", "name", "head", *FACTS)
HEADS = ("lm", "reward")
"""What a checkpoint answers with: its language model, or a reward head that scores whole replies."""
_LOADS_WEIGHTS = ("transformers", "preference_model")
"""Backends that load a folder or a repository of the hub; others call a model as they like."""
_READ_WHOLE = 64 * 2**20
_GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One checkpoint of a sweep."""

    model: str
    """What the backend loads: a hub id, a folder, or the name a server knows."""
    revision: str | None
    checkpoint: ModelCheckpoint
    identity: str
    """Stands for the weights in a job's key (`folder_identity`, or 'hub id@revision')."""
    line: int
    backend: str
    """The sweep's, or 'preference_model' for an entry with `head: reward`."""

    @property
    def folder(self) -> Path | None:
        """The local folder its weights are read from; None for a repository of the hub and for a server's model."""
        path = Path(self.model)
        return path if self.backend in _LOADS_WEIGHTS and path.is_absolute() else None

    def scores_like(self, other: Target) -> bool:
        """Same weights, backend and facts, wherever in the file they stand?"""
        return replace(self, line=0, checkpoint=replace(self.checkpoint, citation="")) == replace(
            other, line=0, checkpoint=replace(other.checkpoint, citation="")
        )


def read_targets(nodes: list[yaml.Node], base: Path, backend: str, problems: list[SweepProblem]) -> tuple[Target, ...]:
    """Every target, in the file's order, each once; relative folders are looked for in `base`."""
    found: dict[str, Target] = {}
    for node in nodes:
        for target in _targets_of(node, base, backend, problems):
            name = target.checkpoint.name
            other = found.setdefault(name, target)
            if not target.scores_like(other):
                reason = f"is called '{name}' like the one in line {other.line}, and differs. Give one another name"
                problems.append(SweepProblem(target.line, "checkpoint", reason))
    return tuple(found.values())


def folder_identity(folder: Path) -> str:
    """SHA-256 over the files of a checkpoint folder: small ones by content, weights by size and time of change.

    Reading every weight on every resume would take longer than loading them; so a copied weight file is scored
    again, and a changed one is never taken for the old one.
    """
    digest = hashlib.sha256()
    for path in sorted(each for each in folder.iterdir() if each.is_file()):
        stat = path.stat()
        small = stat.st_size <= _READ_WHOLE
        content = hashlib.sha256(path.read_bytes()).hexdigest() if small else f"{stat.st_size} {stat.st_mtime_ns}"
        digest.update(f"{path.name}\0{content}\n".encode())
    return digest.hexdigest()


def _targets_of(node: yaml.Node, base: Path, backend: str, problems: list[SweepProblem]) -> Iterator[Target]:
    if isinstance(node, yaml.ScalarNode):
        block = Block(line_of(node), problems, {"model": node}, {"model": line_of(node)})
    else:
        block = Block.of(node, FIELDS, "a checkpoint", problems)
    name = block.text("model")
    revisions: Sequence[str | None] = block.texts("revisions") or (block.text("revision"),)
    if "revision" in block.nodes and "revisions" in block.nodes:
        block.note("revisions", "stands beside revision. Keep one of the two")
    given, backend = _facts(block), _backend(block, backend)
    if name is None:
        if "family" not in given:
            if "model" not in block.nodes:
                block.note("model", "is missing. Name a model, or a family of the checkpoint registry")
            return
        models = _of_family(block, given)
        given = {}
    elif _GLOB.search(name):
        models = [each for each in checkpoints() if fnmatch.fnmatchcase(each, name)]
        if not models:
            block.note("model", f"no model of the checkpoint registry is named like '{name}'. See: scalewatch models")
    else:
        models = [name]
    for model in models:
        for revision in revisions:
            target = _target(block, model, revision, given, base, backend)
            if target is not None:
                yield target


def _backend(block: Block, backend: str) -> str:
    """What scores an entry: with a reward head another scorer of the same weights."""
    if block.text("head", HEADS) != "reward":
        return backend
    if backend not in _LOADS_WEIGHTS:
        block.note("head", f"needs a backend that loads weights, not '{backend}'. Remove it")
    return "preference_model"


def _facts(block: Block) -> dict[str, Any]:
    facts = {
        "name": block.text("name"),
        "family": block.text("family"),
        "variant": block.text("variant") if block.value("variant") != "" else "",
        "stage": block.text("stage", STAGES),
        "parameter_count": block.whole("parameter_count", 1),
        "parameter_count_is_estimate": block.flag("parameter_count_is_estimate"),
        "rlhf_steps": block.whole("rlhf_steps", 0),
        "training_tokens": block.whole("training_tokens", 0),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _of_family(block: Block, given: dict[str, Any]) -> list[str]:
    """Names of a registry family's models; without `variant` its main series."""
    family, variant = given["family"], given.get("variant", "")
    for name in given.keys() - {"family", "variant", "stage"}:
        block.note(name, "is a fact about one model; this entry names a whole family. Add model: or remove it")
    members = [each for each in checkpoints().values() if each.family.lower() == family.lower()]
    chosen = [m.name for m in members if m.variant == variant and given.get("stage", m.stage) == m.stage]
    if not members:
        known = ", ".join(sorted({each.family for each in checkpoints().values()}))
        block.note("family", f"the checkpoint registry has no family '{family}'. Known: {known}")
    elif not chosen:
        variants = ", ".join(sorted({f"'{each.variant}'" for each in members}))
        block.note("variant", f"family '{family}' has no such models. Variants: {variants}")
    return chosen


def _target(
    block: Block, name: str, revision: str | None, given: dict[str, Any], base: Path, backend: str
) -> Target | None:
    folder, line = (base / Path(name).expanduser()).resolve(), block.lines.get("model", block.line)
    loads_weights = backend in _LOADS_WEIGHTS
    is_local = loads_weights and folder.is_dir()
    if loads_weights and not is_local and name.startswith((".", "/", "~")):
        block.note("model", f"there is no folder {folder}. Correct the path (relative to the sweep file)", line)
        return None
    if not is_local and revision is None:
        name, revision = model_and_revision(name)
    if backend == "preference_model":
        given = {"stage": "preference_model", **given}
    checkpoint = _checkpoint(block, folder.name if is_local else name, revision, given, line)
    if checkpoint is None:
        return None
    if is_local and revision is not None:
        inside = ", ".join(sorted(each.name for each in folder.iterdir() if each.is_dir())) or "none"
        folder = folder / revision
        if not folder.is_dir():
            block.note("revision", f"there is no folder {folder}. Folders there: {inside}", line)
            return None
    if is_local:
        model, revision, identity = str(folder), None, folder_identity(folder)
    elif loads_weights and "/" not in name:
        if checkpoint.hub_id is None:
            block.note("model", f"the registry knows no hub id of '{name}'. Give the hub id or the folder", line)
            return None
        model, revision = checkpoint.hub_id, revision or checkpoint.revision
        identity = checkpoint_name(model, revision or "main")
    else:
        model, identity = name, checkpoint_name(name, revision or "main")
    return Target(model=model, revision=revision, checkpoint=checkpoint, identity=identity, line=line, backend=backend)


def _checkpoint(
    block: Block, name: str, revision: str | None, given: dict[str, Any], line: int
) -> ModelCheckpoint | None:
    """The registry's facts, overridden by those the entry gives; all from the entry where the registry is silent."""
    facts = {key: value for key, value in given.items() if key != "name"}
    called = given.get("name")
    if called is not None and "revisions" in block.nodes:
        called = checkpoint_name(called, revision)
    known = find_checkpoint(name, revision)
    if known is not None:
        trained_further = "rlhf_steps" in facts and known.rlhf_steps is None
        own_name = after_rl(known.name, facts["rlhf_steps"]) if trained_further else known.name
        return replace(known, **facts, name=called or own_name)
    try:
        checkpoint = resolve_checkpoint(called or name, None if called else revision, facts=facts)
    except UnknownModelError as error:
        missing = " and ".join(each for each in error.missing if each not in block.nodes)
        if missing:
            block.note("model", f"'{name}' is not in the checkpoint registry. Give its {missing} in this entry", line)
        return None
    return replace(checkpoint, citation=f"given in the sweep file, line {line}")
