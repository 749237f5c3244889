"""Loads a model and its tokenizer from a hub id or a folder: safetensors only, no remote code, unless asked for."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from loaders.backends.protocol import ScorerError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
"""Name -> torch's type."""
_REASONS = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError, SafetensorError)
"""What transformers raises where a checkpoint is absent, damaged or of a kind it does not know."""


@dataclass(frozen=True, slots=True)
class LoadedCheckpoint:
    """A model ready to score, and the tokenizer that goes with it."""

    model: Any
    """transformers' PreTrainedModel in evaluation mode."""
    tokenizer: Any
    """transformers' PreTrainedTokenizerBase."""
    dtype: str
    """Name of the type of its weights."""
    device: torch.device
    """Where its inputs go."""
    context: int | None
    """Longest sequence in tokens; None where the architecture has no limit."""
    keeps_logits: bool
    """Its forward can be told at which positions logits are wanted (`logits_to_keep`)."""


def load_checkpoint(
    model: str,
    revision: str | None = None,
    *,
    device: str | None = None,
    dtype: str | None = None,
    trust_remote_code: bool = False,
    allow_pickle: bool = False,
    auto_class: Any = AutoModelForCausalLM,
) -> LoadedCheckpoint:
    """The checkpoint in memory.

    device: 'cpu', 'cuda', 'cuda:1', 'mps', 'auto' (spread over GPUs); None: a GPU where there is one. dtype: a name in
    DTYPES; None: float32 on a CPU, bfloat16 elsewhere; never what the file happens to hold. `auto_class`: the
    transformers class that picks the architecture (a head other than the language model's). Raises ScorerError.
    """
    place = device or ("cuda" if torch.cuda.is_available() else "cpu")
    name = dtype or ("float32" if place == "cpu" else "bfloat16")
    if name not in DTYPES:
        raise ScorerError(f"No dtype '{name}'.", f"Give one of {', '.join(DTYPES)}.")
    _look_at_folder(model, allow_pickle)
    disable_progress_bar()  # type: ignore[no-untyped-call]
    common: dict[str, Any] = {"revision": revision or "main", "trust_remote_code": trust_remote_code}
    where = {"device_map": "auto"} if place == "auto" else {}
    safe = {} if allow_pickle else {"use_safetensors": True}
    try:
        tokenizer = AutoTokenizer.from_pretrained(model, **common)
        network, seen = auto_class.from_pretrained(
            model, dtype=DTYPES[name], output_loading_info=True, **where, **safe, **common
        )
        if place != "auto":
            network.to(place)
    except _REASONS as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        taken = "" if Path(model).is_dir() else " (no folder here, so taken as a hub id)"
        raise ScorerError(
            f"Cannot load '{model}'{f' at revision {revision}' if revision else ''}{taken}: {reason[:600]}",
            "Give a folder with config.json, tokenizer files and *.safetensors, or a hub id this machine can reach.",
        ) from error
    absent = sorted(seen["missing_keys"]) + sorted(str(each) for each in seen["mismatched_keys"])
    if absent:
        raise ScorerError(
            f"Cannot score '{model}': the file lacks {len(absent)} of the model's weights ({', '.join(absent[:3])}), "
            "which would be random.",
            _remedy(network.config, auto_class),
        )
    return LoadedCheckpoint(
        model=network.eval(),
        tokenizer=tokenizer,
        dtype=name,
        device=network.device,
        context=_context(network.config.get_text_config()),
        keeps_logits="logits_to_keep" in inspect.signature(network.forward).parameters,
    )


def _context(config: Any) -> int | None:
    """Longest sequence the configuration declares."""
    for name in ("max_position_embeddings", "max_seq_len"):
        value = getattr(config, name, None)
        if isinstance(value, int) and value > 0:
            return value
    return None


def _remedy(config: Any, auto_class: Any) -> str:
    """What to do about weights that are not there: a classifier has none for the language model's head."""
    classifies = any("SequenceClassification" in each for each in config.architectures or [])
    if classifies and auto_class is AutoModelForCausalLM:
        return "It is a sequence classifier: score it with --backend preference_model (in a sweep, head: reward)."
    return "Give a checkpoint that has them."


def _look_at_folder(model: str, allow_pickle: bool) -> None:
    """A folder must hold a checkpoint; pickled weights, which run code when read, need the user's word."""
    folder = Path(model)
    if not folder.is_dir():
        if folder.is_absolute() or model.startswith("."):
            raise ScorerError(f"There is no folder '{model}'.", "Give the folder of a checkpoint, or a hub id.")
        return
    pickled = sorted(path.name for pattern in ("*.bin", "*.pt", "*.pth") for path in folder.glob(pattern))
    if pickled and not allow_pickle and not any(folder.glob("*.safetensors")):
        raise ScorerError(
            f"'{model}' has only pickled weights ({pickled[0]}), and reading them can run any code.",
            "Convert them to safetensors, or allow it with --allow-pickle (allow_pickle=True) if you trust their "
            "maker.",
        )
    if not (folder / "config.json").is_file():
        inside = ", ".join(sorted(each.name for each in folder.iterdir() if each.is_dir())[:5]) or "none"
        raise ScorerError(f"'{model}' has no config.json: it is no checkpoint.", f"Give one; folders in it: {inside}.")
