"""Scoring backends by name, imported when asked for."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, cast

from analysis.errors import UnknownNameError
from loaders.backends.protocol import AnswerScorer, ScorerError

BACKENDS = {
    "transformers": "loaders.backends.transformers_backend:TransformersScorer",
    "openai_compatible": "loaders.backends.openai_compatible:OpenAICompatibleScorer",
    "preference_model": "loaders.backends.transformers_backend.preference_model:PreferenceModelScorer",
    "scripted": "loaders.backends.scripted:ScriptedScorer",
}
"""Name -> module:class."""
_LOCAL_OPTIONS = ("trust_remote_code", "allow_pickle", "path", "threads")
OPTIONS = {
    "transformers": _LOCAL_OPTIONS,
    "openai_compatible": (
        "base_url", "api_key", "tokenizer", "end_of_text", "endpoint", "how", "n_samples", "seed", "concurrency",
        "timeout_s", "max_retries", "pause_s",
    ),
    "preference_model": _LOCAL_OPTIONS,
    "scripted": ("answers", "logits", "logit_per_decade", "option_mass", "seconds_per_question"),
}  # fmt: skip
"""Name -> options its class takes, known without importing it."""
NOT_OPTIONS = ("model", "revision", "device", "dtype", "batch_tokens", "backend")
"""What `open_scorer` takes itself: no backend's option may be called so."""

__all__ = ["BACKENDS", "NOT_OPTIONS", "OPTIONS", "AnswerScorer", "ScorerError", "open_scorer"]


def open_scorer(
    model: str | Path,
    revision: str | None = None,
    *,
    device: str | None = None,
    dtype: str | None = None,
    batch_tokens: int | None = None,
    backend: str = "transformers",
    **options: Any,
) -> AnswerScorer:
    """A scorer for one checkpoint: a hub id, a local folder, or whatever the backend calls a model.

    device: 'cpu', 'cuda', 'cuda:1', 'auto' (spread over GPUs); None: a GPU where there is one. dtype: 'float32',
    'bfloat16', 'float16'; None: float32 on a CPU, bfloat16 on a GPU. batch_tokens: token budget of a batch. Raises
    UnknownNameError for a backend or an option that does not exist, ScorerError where the model cannot be loaded.
    """
    if backend not in BACKENDS:
        raise UnknownNameError.of("backend", backend, BACKENDS)
    for option in options:
        if option not in OPTIONS[backend]:
            raise UnknownNameError.of(f"option of the backend '{backend}'", option, OPTIONS[backend])
    module, _, name = BACKENDS[backend].partition(":")
    scorer = getattr(importlib.import_module(module), name)
    return cast(
        "AnswerScorer",
        scorer(str(model), revision, device=device, dtype=dtype, batch_tokens=batch_tokens, **options),
    )
