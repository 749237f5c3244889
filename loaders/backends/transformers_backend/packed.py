"""The fast path: every distinct token of a batch goes through the model once, in one row without padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from loaders.backends.transformers_backend.free_memory import give_back
from loaders.backends.transformers_backend.loading import LoadedCheckpoint
from loaders.backends.transformers_backend.onednn import fast_products
from loaders.backends.transformers_backend.packed_attention import NAME, RUN, RootStates, Run
from loaders.backends.transformers_backend.packed_row import packed_row
from loaders.backends.transformers_backend.proof import shared
from loaders.backends.transformers_backend.row_savings import RowSavings
from loaders.backends.transformers_backend.token_tree import Block, batches, blocks
from loaders.backends.transformers_backend.tokens import Item

LOGIT_CELLS = 8_000_000
"""Rows read times vocabulary in one batch: 32 MB in float32."""
LEAST_READS = 64
BATCHES_PER_GIVING_BACK = 4
"""Often enough for flat memory, seldom enough to cost about two percent."""


class Packed:
    """Scores batches of items as a tree of tokens; `thinned` skips rows whose result is known or not needed."""

    def __init__(self, checkpoint: LoadedCheckpoint, batch_tokens: int, *, thinned: bool) -> None:
        self._checkpoint = checkpoint
        self._batch_tokens = batch_tokens
        vocabulary = checkpoint.model.config.get_text_config().vocab_size
        self._batch_reads = max(LEAST_READS, LOGIT_CELLS // vocabulary)
        self._thinned = thinned
        self._savings: RowSavings | None = None
        self.name = "packed" if thinned else "packed, all rows"

    def score(self, items: Sequence[Item]) -> Iterator[list[tuple[int, list[float]]]]:
        """(index, log-probabilities of the options in nats), a list a batch."""
        if not items:
            return
        prompts = [item.prompt for item in items]
        first, last = min(prompts), max(prompts)
        root = min(shared(first, last), min(map(len, prompts)) - 1)
        model, device = self._checkpoint.model, self._checkpoint.device
        loaded_with = model.config._attn_implementation
        model.set_attn_implementation(NAME)
        try:
            states: RootStates = {}
            if root:
                self._logits(Run(packed_row([[Block((), list(first[:root]), 0, root)]], 0, device), states, True))
            for number, indices in enumerate(batches(items, self._batch_tokens, self._batch_reads, root)):
                found = {index: [0.0] * len(items[index].options) for index in indices}
                row = packed_row(blocks(items, indices, root), root, device)
                for (item, option), value in zip(row.value_of, self._values(Run(row, states)), strict=True):
                    found[item][option] += value
                if number % BATCHES_PER_GIVING_BACK == 0:
                    give_back()
                yield list(found.items())
        finally:
            if model.config._attn_implementation == NAME:
                model.set_attn_implementation(loaded_with)

    def _values(self, run: Run) -> list[float]:
        """The log-probability of every value wanted from a row."""
        if self._thinned:
            if self._savings is None:
                self._savings = RowSavings.found(self._checkpoint.model, lambda: self._logits(run))
            run.only_read = self._savings.last_attention
            with self._savings.applied(run.row):
                logits = self._logits(run)
        else:
            logits = self._logits(run)
        told = torch.log_softmax(logits.float(), dim=-1)
        wanted = told[run.row.value_rows.to(told.device), run.row.value_tokens.to(told.device)]
        return [float(value) for value in wanted.tolist()]

    @torch.inference_mode()
    def _logits(self, run: Run) -> torch.Tensor:
        """[R, vocabulary]. Raises NotImplementedError where the model computes its attention itself."""
        token = RUN.set(run)
        try:
            with fast_products(self._checkpoint):
                logits: torch.Tensor = self._checkpoint.model(
                    input_ids=run.row.ids, position_ids=run.row.positions, use_cache=False,
                    logits_to_keep=run.row.read_rows if len(run.row.read_rows) else 1,
                ).logits[0]  # fmt: skip
        finally:
            RUN.reset(token)
        if not run.order:
            raise NotImplementedError("its attention does not go through transformers' interface")
        return logits
