"""The scorer of the contract: questions in, ANSWERS rows out, through the fastest path proven exact."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence

import pandas as pd
import torch

from analysis.cells.scoring import Scoring
from analysis.records import Question, checkpoint_name
from loaders.backends.protocol import ScorerError
from loaders.backends.streaming import StreamingScorer, Told
from loaders.backends.transformers_backend.equal_length import EqualLength
from loaders.backends.transformers_backend.free_memory import give_back
from loaders.backends.transformers_backend.loading import load_checkpoint
from loaders.backends.transformers_backend.one_by_one import OneByOne
from loaders.backends.transformers_backend.packed import Packed
from loaders.backends.transformers_backend.proof import ScoringPath, largest_difference, sample, scored
from loaders.backends.transformers_backend.tokens import Item, tokenise
from loaders.backends.transformers_backend.yardstick import fits_in_float32, yardstick
from loaders.evaluations.prompts import prompt_style as style_named

_LOG = logging.getLogger(__name__)
BATCH_TOKENS = {"cpu": 1024}
"""Default token budget of a batch, by kind of device."""
_OTHER_BATCH_TOKENS = 16384
_UNSUPPORTED = (RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError, NotImplementedError)
"""What a model class raises where it does not know a path's way of running it."""


class TransformersScorer(StreamingScorer):
    """Scores the options of questions with one local checkpoint.

    `path` forces a path by name ('packed', 'packed, all rows', 'equal length', 'one by one'); otherwise it is the first
    of them that agrees with one-by-one scoring. `threads`: CPU threads of torch, for the whole process. Raises
    ScorerError where the checkpoint cannot be loaded.

    Peak memory in float32 on a CPU: the weights, 15 % and 0.7 GB at the default token budget, however many questions;
    0.45 GB of that are imports (Pythia-70M's shape, 200 to 1,000 questions of persona and A/B sets: 0.80 to 0.97 GB,
    0.28 of them weights). In half precision up to 0.5 GB more while a style is proven.
    """

    def __init__(
        self,
        model: str,
        revision: str | None = None,
        *,
        device: str | None = None,
        dtype: str | None = None,
        batch_tokens: int | None = None,
        trust_remote_code: bool = False,
        allow_pickle: bool = False,
        path: str | None = None,
        threads: int | None = None,
    ) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self.checkpoint = checkpoint_name(model, revision)
        self._loaded = load_checkpoint(
            model, revision, device=device, dtype=dtype, trust_remote_code=trust_remote_code, allow_pickle=allow_pickle
        )
        budget = batch_tokens or BATCH_TOKENS.get(self._loaded.device.type, _OTHER_BATCH_TOKENS)
        self._reference = OneByOne(self._loaded)
        paths: list[ScoringPath] = [
            Packed(self._loaded, budget, thinned=True),
            Packed(self._loaded, budget, thinned=False),
            EqualLength(self._loaded, budget),
            self._reference,
        ]
        self._paths = [each for each in paths if path in (None, each.name)]
        if not self._paths:
            raise ScorerError(f"No path '{path}'.", f"Give one of {', '.join(each.name for each in paths)}.")
        self._float32_fits = fits_in_float32(self._loaded)
        if not self._float32_fits:
            said = "%s: no room for its weights in float32; paths are judged by one-by-one scoring in %s"
            _LOG.warning(said, self.checkpoint, self._loaded.dtype)
        self._proven: dict[str, tuple[int, int]] = {}
        """Prompt style -> longest prompt and most tokens fed behind one that a path was proven on."""

    @property
    def method(self) -> str:
        """How the probabilities are obtained, as rows carry it."""
        return self._scoring.text

    @property
    def _scoring(self) -> Scoring:
        return Scoring("option_logprob", self._paths[0].name, self._loaded.dtype)

    def stream(
        self, questions: Sequence[Question], prompt_style: str, *, evaluation: str = ""
    ) -> Iterator[pd.DataFrame]:
        """The same rows, a frame a batch; the index says which question a row belongs to."""
        encoded = tokenise(self._loaded.tokenizer, style_named(prompt_style), questions, self._loaded.context)
        places = [place for place, each in enumerate(encoded) if isinstance(each, Item)]
        items = [each for each in encoded if isinstance(each, Item)]
        refused = {place: Told.nothing(each) for place, each in enumerate(encoded) if isinstance(each, str)}
        if refused:
            yield self._frame(questions, refused, prompt_style, evaluation)
        if items:
            self._prove(items, prompt_style)
        for batch in self._paths[0].score(items):
            if batch:
                told = {places[index]: self._told(values) for index, values in batch}
                yield self._frame(questions, told, prompt_style, evaluation)

    def close(self) -> None:
        """Give the model's memory back."""
        del self._loaded, self._reference
        self._paths = []

    def _told(self, values: list[float]) -> Told:
        if any(math.isnan(value) for value in values):
            return Told.nothing("the model's logits are not numbers (NaN)")
        return Told(values, self._scoring)

    def _prove(self, items: Sequence[Item], prompt_style: str) -> None:
        """Leave the paths that do not agree with the reference on items of this style.

        A proof holds for no longer prompt than its longest, for windows and chunks of attention begin to matter at
        some length; and for no more option tokens, for single ones have no branches that could see each other.
        """
        longest, most = self._proven.get(prompt_style, (0, 0))
        further = [item for item in items if len(item.prompt) > longest or item.n_fed > most]
        if self._paths[0] is self._reference or not further:
            return
        few = sample(further)
        standard = yardstick(self._reference, self._loaded, few, float32_fits=self._float32_fits)
        while self._paths[0] is not self._reference:
            path = self._paths[0]
            try:
                difference = largest_difference(scored(path, few), standard.truth)
                reason = f"differs by {difference:.2g} nats from {standard.what} (allowed {standard.allowed:.2g})"
            except _UNSUPPORTED as error:
                difference, reason = math.inf, f"does not run on this architecture ({error})"
            if difference <= standard.allowed:
                break
            if len(self._paths) == 1:
                raise ScorerError(
                    f"Path '{path.name}' {reason} for {self.checkpoint}.", "Leave the choice of path open."
                )
            self._paths.pop(0)
            _LOG.warning("%s: path '%s' %s; using '%s'", self.checkpoint, path.name, reason, self._paths[0].name)
        give_back()
        self._proven[prompt_style] = (
            max(longest, *(len(item.prompt) for item in further)), max(most, *(item.n_fed for item in further))
        )  # fmt: skip
