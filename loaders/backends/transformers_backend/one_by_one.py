"""The reference: one whole sequence at a time through the model as it was loaded. Every other path is judged by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from loaders.backends.transformers_backend.loading import LoadedCheckpoint
from loaders.backends.transformers_backend.tokens import Item


class OneByOne:
    """Scores an option by running prompt and option alone, but for the option's last token: what stands behind a
    position has no say in it, so options that differ in their last token only are read from one pass.
    """

    name = "one by one"

    def __init__(self, checkpoint: LoadedCheckpoint) -> None:
        self._checkpoint = checkpoint

    @torch.inference_mode()
    def score(self, items: Sequence[Item]) -> Iterator[list[tuple[int, list[float]]]]:
        """(index, log-probabilities of the options in nats), a list an item."""
        for index, item in enumerate(items):
            told = {fed: self._told(item.prompt, fed) for fed in dict.fromkeys(each[:-1] for each in item.options)}
            values = [
                sum(float(row[token]) for row, token in zip(told[option[:-1]], option, strict=True))
                for option in item.options
            ]
            yield [(index, values)]

    def _told(self, prompt: tuple[int, ...], fed: tuple[int, ...]) -> torch.Tensor:
        """Log-probabilities behind the prompt and behind every token of `fed`, [1 + len(fed), vocabulary]."""
        ids = torch.tensor([prompt + fed], device=self._checkpoint.device)
        n = len(fed) + 1
        kept = {"logits_to_keep": n} if self._checkpoint.keeps_logits else {}
        logits = self._checkpoint.model(input_ids=ids, use_cache=False, **kept).logits[0, -n:]
        return torch.log_softmax(logits.float(), dim=-1)
