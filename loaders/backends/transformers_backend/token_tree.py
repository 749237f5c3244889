"""A batch as a tree of tokens laid out in one row: every beginning that prompts share, and every beginning that options
share, stands there once.

A block is a run of tokens with the same ancestors: a shared beginning, or the rest of one prompt with its options'
tokens behind it as a trie. Blocks of equal shape lie side by side and attend together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from loaders.backends.transformers_backend.proof import shared
from loaders.backends.transformers_backend.tokens import Item

WORTH_SHARING = 8
"""Tokens a shared beginning must save in a batch before it becomes a block of its own."""


@dataclass(slots=True)
class Block:
    """Tokens with the same ancestors."""

    above: tuple[Block, ...]
    """Blocks before it, the outermost first; the root that all prompts share is not among them."""
    tokens: list[int]
    depth: int
    """Tokens before its first one, the root's included: that token's position."""
    chain: int
    """Number of leading tokens that follow one another; the rest are the trie's."""
    parents: tuple[int, ...] = ()
    """For each token of the trie, its parent's place in the block."""
    reads: list[tuple[int, int, int, int]] = field(default_factory=list)
    """(place, token, item, option): probabilities to read."""
    row: int = 0
    """Where its first token stands in the row."""

    @property
    def shape(self) -> tuple[int, int, tuple[int, ...], tuple[int, ...]]:
        """Blocks of equal shape have equal masks and are read at the same places."""
        return self.depth, self.chain, self.parents, tuple(sorted({place for place, *_ in self.reads}))

    @property
    def positions(self) -> list[int]:
        """Position of each token in its sequence."""
        positions = list(range(self.depth, self.depth + self.chain))
        for parent in self.parents:
            positions.append(positions[parent] + 1)
        return positions


def batches(items: Sequence[Item], batch_tokens: int, batch_reads: int, root: int) -> Iterator[list[int]]:
    """Indices of items that go together, in the order of their prompts, about `batch_tokens` distinct tokens each.

    `root`: number of tokens all prompts begin with, not counted; `batch_reads` bounds the probabilities read.
    """
    order = sorted(range(len(items)), key=lambda index: items[index].prompt)
    batch: list[int] = []
    n_tokens = n_reads = 0
    for index in order:
        item = items[index]
        before = shared(items[batch[-1]].prompt, item.prompt) if batch else root
        nodes = sum(len(option) - 1 for option in item.options)
        if batch and (n_tokens + len(item.prompt) - before + nodes > batch_tokens or n_reads + 1 + nodes > batch_reads):
            yield batch
            batch, n_tokens, n_reads, before = [], 0, 0, root
        batch.append(index)
        n_tokens += len(item.prompt) - before + nodes
        n_reads += 1 + nodes
    if batch:
        yield batch


def blocks(items: Sequence[Item], indices: Sequence[int], root: int) -> list[list[Block]]:
    """Groups of blocks of equal shape for one batch (`indices` in the order of their prompts), placed in the row."""
    prompts = [items[index].prompt for index in indices]
    common = [0, *(_common(a, b) for a, b in pairwise(prompts))]
    groups: dict[object, list[Block]] = defaultdict(list)
    open_ranges: list[tuple[int, int, int, tuple[Block, ...]]] = [(0, len(prompts), root, ())]
    while open_ranges:
        low, high, depth, above = open_ranges.pop()
        if high - low == 1:
            leaf = _leaf(items[indices[low]], indices[low], depth, above)
            groups[leaf.shape].append(leaf)
            continue
        least = min(common[low + 1 : high])
        if (least - depth) * (high - low - 1) >= WORTH_SHARING:
            inner = Block(above, list(prompts[low][depth:least]), depth, least - depth)
            groups[inner.shape].append(inner)
            above, depth = (*above, inner), least
        cuts = [low, *(at for at in range(low + 1, high) if common[at] == least), high]
        open_ranges += [(start, end, depth, above) for start, end in pairwise(cuts)]
    row = 0
    for group in groups.values():
        for block in group:
            block.row = row
            row += len(block.tokens)
    return list(groups.values())


def _common(first: tuple[int, ...], second: tuple[int, ...]) -> int:
    """Tokens two prompts may share: the last of each stays its own, for something is read there."""
    return min(shared(first, second), len(first) - 1, len(second) - 1)


def _leaf(item: Item, index: int, depth: int, above: tuple[Block, ...]) -> Block:
    """The rest of a prompt and its options' tokens but the last of each."""
    tokens = list(item.prompt[depth:])
    chain = len(tokens)
    parents: list[int] = []
    reads: list[tuple[int, int, int, int]] = []
    children: dict[tuple[int, int], int] = {}
    for number, option in enumerate(item.options):
        place = chain - 1
        for token in option[:-1]:
            reads.append((place, token, index, number))
            child = children.get((place, token))
            if child is None:
                child = children[place, token] = len(tokens)
                tokens.append(token)
                parents.append(place)
            place = child
        reads.append((place, option[-1], index, number))
    return Block(above, tokens, depth, chain, tuple(parents), reads)
