"""The reference: one whole sequence at a time, nothing shared. Every other path is judged by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from loaders.backends.transformers_backend.loading import LoadedCheckpoint
from loaders.backends.transformers_backend.tokens import Item


class OneByOne:
    """Scores an option by running prompt and option through the model as it was loaded."""

    name = "one by one"

    def __init__(self, checkpoint: LoadedCheckpoint) -> None:
        self._checkpoint = checkpoint

    @torch.inference_mode()
    def score(self, items: Sequence[Item]) -> Iterator[list[tuple[int, list[float]]]]:
        """(index, log-probabilities of the options in nats), a list an item."""
        for index, item in enumerate(items):
            yield [(index, [self._option(item.prompt, option) for option in item.options])]

    def _option(self, prompt: tuple[int, ...], option: tuple[int, ...]) -> float:
        ids = torch.tensor([prompt + option], device=self._checkpoint.device)
        kept = {"logits_to_keep": len(option) + 1} if self._checkpoint.keeps_logits else {}
        logits = self._checkpoint.model(input_ids=ids, use_cache=False, **kept).logits[0, -len(option) - 1 : -1]
        told = torch.log_softmax(logits.float(), dim=-1)
        return float(told.gather(1, ids[0, len(prompt) :, None].to(told.device)).sum())
