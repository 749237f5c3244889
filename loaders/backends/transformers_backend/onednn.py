"""Matrix products of float32 on a CPU through oneDNN, which is faster than the default on some processors."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from loaders.backends.transformers_backend.loading import LoadedCheckpoint

os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")
"""Kernels oneDNN keeps, read at its first product. Each batch has shapes of its own, and 1,024 of them (its default)
fill half a gigabyte."""


def fast_products(checkpoint: LoadedCheckpoint) -> AbstractContextManager[object]:
    """A context in which the linear layers of this checkpoint run the fastest way known."""
    available: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    usable = available and checkpoint.device.type == "cpu" and checkpoint.dtype == "float32"
    return OneDnnProducts() if usable else nullcontext()


class OneDnnProducts(TorchFunctionMode):
    """Sends torch.nn.functional.linear to oneDNN's kernel; same numbers but for the order of summation."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if func is torch.nn.functional.linear and not kwargs:
            inputs, weight, *bias = args
            return torch.ops.mkldnn._linear_pointwise(inputs, weight, bias[0] if bias else None, "none", [], "")
        return func(*args, **(kwargs or {}))
