"""The checkpoint registry: names of models -> family, size, stage. The facts stand in checkpoints.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from analysis.records import ModelCheckpoint, checkpoint_name
from loaders.models.models_file import Entry, ModelsFile, ModelsFileError, read_models_file
from loaders.models.names import model_from_args, name_key, readings

__all__ = [
    "ModelsFileError",
    "Registry",
    "checkpoints",
    "find_checkpoint",
    "lineage_of",
    "lineages",
    "load_models_file",
    "model_from_args",
]

_ORGANISATIONS = frozenset({"meta", "google", "openai", "anthropic", "mistralai", "xai", "hugging-quants", "unsloth"})
"""Organisations other sites put before a model's name, beside those of the hub ids."""
_STEPS = re.compile(r"^(?:rl|rlhf)?[-_ ]?(?:step|checkpoint)?s?[-_ ]?(\d+)$", re.IGNORECASE)
_TOKENS = re.compile(r"tokens(\d+)B$")
_COMMIT = re.compile(r"^(?=.*[a-f])[0-9a-f]{7,40}$")


@dataclass(frozen=True, slots=True)
class _Found:
    entry: Entry
    revision: str | None


class Registry(Mapping[str, ModelCheckpoint]):
    """Checkpoints by name. Iterating gives each model once; look-up knows aliases, hub ids, revisions."""

    def __init__(self, file: ModelsFile) -> None:
        """Raises ModelsFileError where two models of the file share a name or alias."""
        self.lineages = dict(file.lineages)
        """Family -> lineage."""
        self._entries = {entry.checkpoint.name: entry for entry in file.entries}
        self._by_key: dict[str, Entry] = {}
        organisations = set(_ORGANISATIONS)
        for entry in file.entries:
            for name in entry.names:
                other = self._by_key.setdefault(name_key(name), entry)
                if other is not entry:
                    raise ModelsFileError.same_name(file.path, name, entry.checkpoint.name, other.checkpoint.name)
            if entry.checkpoint.hub_id:
                organisations.add(entry.checkpoint.hub_id.partition("/")[0].lower())
        self._organisations = frozenset(organisations)

    def find(self, name: str, revision: str | None = None) -> ModelCheckpoint | None:
        """The checkpoint a source means by `name` (and `revision`), or None where the file does not name it.

        The organisation is optional, case does not matter, '@revision' and a step at the end of a path are
        understood.
        """
        found = self._find(name, revision)
        return None if found is None else _at_revision(found.entry, found.revision)

    def _find(self, name: str, revision: str | None) -> _Found | None:
        for reading, read_revision in readings(name, self._organisations):
            entry = self._by_key.get(name_key(reading))
            if entry is not None:
                return _Found(entry, revision or read_revision)
        return None

    def __getitem__(self, name: str) -> ModelCheckpoint:
        checkpoint = self.find(name) if isinstance(name, str) else None
        if checkpoint is None:
            raise KeyError(name)
        return checkpoint

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _at_revision(entry: Entry, revision: str | None) -> ModelCheckpoint:
    """The checkpoint at a branch or commit of its repository.

    A commit pins the published weights and keeps their name; any other revision is part of the name. What a
    revision changes and nobody says (tokens seen so far) becomes None.
    """
    checkpoint = entry.checkpoint
    if not revision or revision == "main":
        return checkpoint
    steps = _STEPS.match(revision)
    if steps and entry.revision_counts == "rlhf_steps":
        n_steps = int(steps[1])
        stage = entry.before_rl if n_steps == 0 else "rlhf"
        label = f"step{n_steps}"
        name = checkpoint_name(checkpoint.name, label)
        return replace(checkpoint, name=name, revision=label, rlhf_steps=n_steps, stage=stage)
    if steps and entry.tokens_per_step is not None:
        label = f"step{int(steps[1])}"
        tokens = int(steps[1]) * entry.tokens_per_step
        name = checkpoint_name(checkpoint.name, label)
        return replace(checkpoint, name=name, revision=label, training_tokens=tokens)
    if _COMMIT.match(revision):
        return replace(checkpoint, revision=revision)
    seen = _TOKENS.search(revision)
    tokens_seen = int(seen[1]) * 10**9 if seen else None
    if checkpoint.stage != "pretrained":
        tokens_seen = checkpoint.training_tokens
    name = checkpoint_name(checkpoint.name, revision)
    return replace(checkpoint, name=name, revision=revision, training_tokens=tokens_seen)


@cache
def _registry() -> Registry:
    return Registry(read_models_file(Path(__file__).with_name("checkpoints.toml")))


def checkpoints() -> Mapping[str, ModelCheckpoint]:
    """Every checkpoint the project knows, by name; read once."""
    return _registry()


def find_checkpoint(name: str, revision: str | None = None) -> ModelCheckpoint | None:
    """The checkpoint a source means by `name` (and `revision`), or None where it is not known.

    `name` may carry an organisation, a local path, a step suffix or '@revision': 'EleutherAI/pythia-70m',
    'pythia-70m@step1000', '/models/pythia-70m'. A Pythia 'stepN' sets the tokens seen; a step of a model
    trained by RL sets `rlhf_steps`.
    """
    return _registry().find(name, revision)


def load_models_file(path: Path | str) -> Registry:
    """Checkpoints a user describes in a TOML file: [[family]] blocks as in checkpoints.toml, or [[model]].

    A [[model]] has name and family, and may have parameter_count, stage, rlhf_steps, variant, aliases, ...
    Raises ModelsFileError naming file, entry, field and what is allowed.
    """
    return Registry(read_models_file(Path(path)))


def lineage_of(family: str) -> str:
    """The maker's line of families that `family` belongs to; an unknown family is its own line."""
    return _registry().lineages.get(family, family)


def lineages() -> tuple[str, ...]:
    """Every lineage of the registry, each once, in the order of its file."""
    return tuple(dict.fromkeys(_registry().lineages.values()))
