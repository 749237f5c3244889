"""What a path is compared with, and how far off it may be.

In float32: one-by-one scoring, to 1e-4 nats. Half precision rounds differently in every order of summation, so there a
path is compared with one-by-one scoring in float32 of the same weights, and may be off by little more than one-by-one
scoring in its own type is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any

import torch

from loaders.backends.transformers_backend.loading import LoadedCheckpoint
from loaders.backends.transformers_backend.proof import TOLERANCE_NATS, ScoringPath, largest_difference, scored
from loaders.backends.transformers_backend.tokens import Item

TIMES_OWN_ERROR = 1.5
"""A path's largest error against float32 may be this many times that of one-by-one scoring in the same type ..."""
ROUNDING_NATS = {"bfloat16": 0.03, "float16": 0.004}
"""... plus this: one rounding of a logit between 8 and 16."""
MOST_EXTRA_BYTES = 1 << 29
"""Memory float32 may take on top of the weights on a CPU: models of up to 268 million parameters."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The truth about a few items."""

    truth: list[list[float]]
    """Log-probabilities of the options in nats."""
    allowed: float
    """Largest difference in nats."""
    what: str
    """How the truth was computed."""


def yardstick(
    reference: ScoringPath, checkpoint: LoadedCheckpoint, items: Sequence[Item], *, float32_fits: bool
) -> Yardstick:
    """The truth about items by the reference: in float32 where that fits, else in the same type."""
    own = scored(reference, items)
    same = Yardstick(own, TOLERANCE_NATS[checkpoint.dtype], f"one-by-one scoring in {checkpoint.dtype}")
    if checkpoint.dtype == "float32" or not float32_fits:
        return same
    with in_float32(checkpoint.model):
        truth = scored(reference, items)
    error = largest_difference(own, truth)
    if math.isinf(error):  # half precision overflows where float32 does not: it says nothing of what is allowed
        return same
    allowed = TIMES_OWN_ERROR * error + ROUNDING_NATS[checkpoint.dtype]
    return Yardstick(truth, allowed, "one-by-one scoring in float32")


def fits_in_float32(checkpoint: LoadedCheckpoint) -> bool:
    """Whether the weights may become float32 for a moment; not where they are spread over devices."""
    halves = _halves(checkpoint.model)
    if not halves:
        return True
    extra = sum(each.numel() * (4 - each.element_size()) for each in halves)
    if hasattr(checkpoint.model, "hf_device_map"):
        return False
    if checkpoint.device.type == "cuda":
        free: int = torch.cuda.mem_get_info(checkpoint.device)[0]
        return 2 * extra <= free
    return extra <= MOST_EXTRA_BYTES


@contextmanager
def in_float32(model: Any) -> Iterator[None]:
    """A context in which the weights are float32; afterwards they are what they were, to the bit."""
    halves = [(each, each.dtype) for each in _halves(model)]
    for each, _ in halves:
        each.data = each.data.float()
    try:
        yield
    finally:
        for each, dtype in halves:
            each.data = each.data.to(dtype)


def _halves(model: Any) -> list[torch.Tensor]:
    both = chain(model.parameters(), model.buffers())
    return [each for each in both if each.is_floating_point() and each.dtype != torch.float32]
