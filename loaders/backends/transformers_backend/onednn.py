"""Matrix products of float32 on a CPU through oneDNN, which is faster than the default on some processors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import torch

from loaders.backends.transformers_backend.loading import LoadedCheckpoint

os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")
"""Kernels oneDNN keeps, read at its first product. Each batch has shapes of its own, and 1,024 of them (its default)
fill half a gigabyte."""


@contextmanager
def fast_products(checkpoint: LoadedCheckpoint) -> Iterator[None]:
    """A context in which the linear layers of this checkpoint run the fastest way known.

    Same numbers as outside it but for the order of summation.
    """
    available: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    usable = available and checkpoint.device.type == "cpu" and checkpoint.dtype == "float32"
    layers = [each for each in checkpoint.model.modules() if type(each) is torch.nn.Linear] if usable else []
    for layer in layers:
        layer.__dict__["forward"] = partial(_product, layer)
    try:
        yield
    finally:
        for layer in layers:
            del layer.__dict__["forward"]


def _product(layer: torch.nn.Linear, inputs: torch.Tensor) -> torch.Tensor:
    product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(inputs, layer.weight, layer.bias, "none", [], "")
    return product
