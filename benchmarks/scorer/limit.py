"""The least arithmetic an item needs, and how fast this machine does plain float32 matrix products of those shapes.

Run: python -m benchmarks.scorer.limit SHAPE prints {"body": ..., "head": ...} in GFLOP per CPU-second of one thread,
the faster of the matrix products torch has.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.scorer.shapes import SHAPES, VOCABULARY, Shape

BODY_ROWS, HEAD_ROWS = 2048, 256
CPU_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Tokens:
    """One item in tokens: the prompt, and each option behind it."""

    prompt: tuple[int, ...]
    options: tuple[tuple[int, ...], ...]

    @property
    def fed(self) -> int:
        """Positions that pass through the body: the prompt, and each distinct beginning of an option."""
        return len(self.prompt) + len(self._beginnings) - 1

    @property
    def read(self) -> int:
        """Positions where a probability is read: the prompt's last, and each distinct beginning of an option."""
        return len(self._beginnings)

    @property
    def _beginnings(self) -> set[tuple[int, ...]]:
        return {option[:at] for option in self.options for at in range(len(option))}


def common_beginning(prompts: Sequence[tuple[int, ...]]) -> int:
    """Tokens that all prompts begin with."""
    first, last = min(prompts), max(prompts)
    same = [one == other for one, other in zip(first, last, strict=False)]
    return same.index(False) if False in same else len(same)


def operations(items: Sequence[Tokens], shape: Shape) -> tuple[float, float]:
    """Floating-point operations an item, on average: (body with attention, output head).

    Every token passes the body once, options share their beginnings, and what all prompts begin with counts for
    nothing: it is computed once in a lifetime.
    """
    shared = common_beginning([item.prompt for item in items]) if len(items) > 1 else 0
    attention = 2 * shape.layers * shape.width
    body = sum(
        2 * shape.body_weights * (item.fed - shared) + attention * (item.fed * (item.fed + 1) - shared * (shared + 1))
        for item in items
    )
    head = sum(2 * shape.width * VOCABULARY * item.read for item in items)
    return body / len(items), head / len(items)


def main(name: str) -> None:
    """Time the products of one layer, and of the head, through torch's default library and through oneDNN."""
    import torch

    shape = SHAPES[name]
    torch.set_grad_enabled(False)
    width, inner = shape.width, shape.inner
    layer = ((width, 3 * width), (width, width), (width, inner), (inner, width))

    def one_dnn(left: torch.Tensor, right: torch.Tensor) -> object:
        return torch.ops.mkldnn._linear_pointwise(left, right, None, "none", [], "")

    def rate(rows: int, products: Sequence[tuple[int, int]], product: Callable[..., object]) -> float:
        pairs = [(torch.randn(rows, a), torch.randn(b, a)) for a, b in products]
        gflop = 2e-9 * rows * sum(a * b for a, b in products)
        done, began = -1, 0.0  # the first pass only warms up
        while not done > 0 or time.process_time() - began < CPU_SECONDS:
            if done == 0:
                began = time.process_time()
            for left, right in pairs:
                product(left, right)
            done += 1
        return done * gflop / (time.process_time() - began)

    kinds: list[Callable[..., object]] = [
        torch.nn.functional.linear,
        *([one_dnn] if torch.backends.mkldnn.is_available() else []),
    ]
    parts = {"body": (BODY_ROWS, layer), "head": (HEAD_ROWS, [(width, VOCABULARY)])}
    print(json.dumps({part: max(rate(*of, kind) for kind in kinds) for part, of in parts.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
