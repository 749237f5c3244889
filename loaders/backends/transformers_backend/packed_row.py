"""One batch as the tensors a model is given: a row of tokens, their positions, who attends to whom, what is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch

from loaders.backends.transformers_backend.token_tree import Block


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks of equal shape, side by side in the row."""

    start: int
    """Row of the first token of the first block."""
    n: int
    length: int
    """Tokens of each block."""
    depth: int
    """Tokens each block has before it, the root's included."""
    sees: torch.Tensor | None
    """Rows of the root's and then this row's tokens each block may see: ancestors and itself, block after block; None
    where a block has no ancestor."""
    parents: tuple[int, ...]
    read: tuple[int, ...]
    """Places in each block where a probability is read."""

    def mask(self, window: int | None, *, always: bool = False) -> torch.Tensor | None:
        """What each token must not see, as [length, depth + length] of 0 and minus infinity.

        None where that is plainly causal, unless asked for `always`.
        """
        if not always and self.depth == 0 and not self.parents and (window is None or self.length <= window):
            return None
        return _mask(self.depth, self.length, self.parents, window)


@dataclass(frozen=True, slots=True)
class PackedRow:
    """A batch ready to run. S tokens, R rows read, V values wanted."""

    ids: torch.Tensor
    """[1, S]."""
    positions: torch.Tensor
    """[1, S]."""
    groups: tuple[Group, ...]
    read_rows: torch.Tensor
    """[R], ascending."""
    value_rows: torch.Tensor
    """[V]: which of the R rows."""
    value_tokens: torch.Tensor
    """[V]."""
    value_of: tuple[tuple[int, int], ...]
    """(item, option) of each of the V values."""
    one_of_each: torch.Tensor
    """[D]: a row of every distinct token."""
    token_of: torch.Tensor
    """[S]: which of the D."""


def packed_row(groups: Sequence[Sequence[Block]], root: int, device: torch.device) -> PackedRow:
    """The tensors of a tree's blocks behind a root of `root` tokens."""
    laid = [block for group in groups for block in group]
    ids = [token for block in laid for token in block.tokens]
    positions = [position for block in laid for position in block.positions]
    reads = [(block.row + place, token, item, option) for block in laid for place, token, item, option in block.reads]
    rows = sorted({row for row, *_ in reads})
    ordinal = {row: number for number, row in enumerate(rows)}
    kinds: dict[int, int] = {}
    token_of = [kinds.setdefault(token, len(kinds)) for token in ids]
    first = dict(zip(reversed(ids), range(len(ids) - 1, -1, -1), strict=True))

    def tensor(values: Sequence[int]) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.long, device=device)

    return PackedRow(
        ids=tensor(ids)[None],
        positions=tensor(positions)[None],
        groups=tuple(_group(group, root, device) for group in groups),
        read_rows=tensor(rows),
        value_rows=tensor([ordinal[row] for row, *_ in reads]),
        value_tokens=tensor([token for _, token, *_ in reads]),
        value_of=tuple((item, option) for *_, item, option in reads),
        one_of_each=tensor([first[token] for token in kinds]),
        token_of=tensor(token_of),
    )


def _group(group: Sequence[Block], root: int, device: torch.device) -> Group:
    first = group[0]
    sees = [row for block in group for row in (*range(root), *(root + row for row in _visible(block)))]
    return Group(
        start=first.row,
        n=len(group),
        length=len(first.tokens),
        depth=first.depth,
        sees=torch.tensor(sees, device=device) if first.depth else None,
        parents=first.parents,
        read=first.shape[3],
    )


def _visible(block: Block) -> Iterator[int]:
    """Rows of the ancestors of a block and its own."""
    for above in block.above:
        yield from range(above.row, above.row + above.chain)
    yield from range(block.row, block.row + len(block.tokens))


@lru_cache(maxsize=128)
def _mask(depth: int, length: int, parents: tuple[int, ...], window: int | None) -> torch.Tensor:
    chain = length - len(parents)
    sees = torch.ones(length, depth + length, dtype=torch.bool).tril(depth)
    at = list(range(depth, depth + chain))
    for place, parent in enumerate(parents, start=chain):
        sees[place] = sees[parent]
        sees[place, depth + place] = True
        at.append(at[parent] + 1)
    if window is not None:
        positions = torch.tensor([*range(depth), *at])
        sees &= positions[depth:, None] - positions[None, :] < window
    return torch.zeros(sees.shape).masked_fill_(~sees, float("-inf"))
