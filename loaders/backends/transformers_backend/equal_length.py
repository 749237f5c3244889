"""Sequences of equal length together: no padding, no mask, no cache, so it is exact for recurrent models too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import torch

from loaders.backends.transformers_backend.loading import LoadedCheckpoint
from loaders.backends.transformers_backend.tokens import Item

Reads = list[tuple[int, int, int, int]]
"""(item, option, position read, token) of one sequence."""


class EqualLength:
    """Scores rows of equal length; a sequence that begins another one is read there."""

    name = "equal length"

    def __init__(self, checkpoint: LoadedCheckpoint, batch_tokens: int) -> None:
        self._checkpoint = checkpoint
        self._batch_tokens = batch_tokens

    @torch.inference_mode()
    def score(self, items: Sequence[Item]) -> Iterator[list[tuple[int, list[float]]]]:
        """(index, log-probabilities of the options in nats) of the items that are complete."""
        found = [[0.0] * len(item.options) for item in items]
        missing = [0] * len(items)
        lengths: dict[int, list[tuple[tuple[int, ...], Reads]]] = defaultdict(list)
        for index, item in enumerate(items):
            rows = sequences(index, item)
            missing[index] = len(rows)
            for row in rows:
                lengths[len(row[0])].append(row)
        for length in sorted(lengths, reverse=True):
            rows, n = lengths[length], max(1, self._batch_tokens // length)
            for start in range(0, len(rows), n):
                done = []
                for item_index, option, value in self._rows(rows[start : start + n]):
                    found[item_index][option] += value
                for _, reads in rows[start : start + n]:
                    missing[reads[0][0]] -= 1
                    if not missing[reads[0][0]]:
                        done.append((reads[0][0], found[reads[0][0]]))
                yield done

    def _rows(self, rows: list[tuple[tuple[int, ...], Reads]]) -> Iterator[tuple[int, int, float]]:
        device = self._checkpoint.device
        ids = torch.tensor([row for row, _ in rows], device=device)
        columns = sorted({position for _, reads in rows for _, _, position, _ in reads})
        place = {position: column for column, position in enumerate(columns)}
        kept = torch.tensor(columns, device=device)
        if self._checkpoint.keeps_logits:
            logits = self._checkpoint.model(input_ids=ids, use_cache=False, logits_to_keep=kept).logits
        else:
            logits = self._checkpoint.model(input_ids=ids, use_cache=False).logits[:, columns]
        told = torch.log_softmax(logits.float(), dim=-1)
        reads = [(row, *read) for row, (_, reads) in enumerate(rows) for read in reads]
        values = told[[row for row, *_ in reads], [place[read[3]] for read in reads], [read[4] for read in reads]]
        for (_, item, option, _, _), value in zip(reads, values.tolist(), strict=True):
            yield item, option, value


def sequences(index: int, item: Item) -> list[tuple[tuple[int, ...], Reads]]:
    """The sequences to run for an item, none the beginning of another, with what is read in each.

    The last token of an option is read, never fed in.
    """
    rows: list[tuple[tuple[int, ...], Reads]] = []
    order = sorted(range(len(item.options)), key=lambda option: -len(item.options[option]))
    start = len(item.prompt) - 1
    for option in order:
        tokens = item.options[option]
        fed = tokens[:-1]
        reads = [(index, option, start + step, token) for step, token in enumerate(tokens)]
        host = next((row for row in rows if row[0][start + 1 : start + 1 + len(fed)] == fed), None)
        if host is None:
            rows.append((item.prompt + fed, reads))
        else:
            host[1].extend(reads)
    return rows
