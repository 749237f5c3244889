"""Preference models as answerers: a reward head scores whole dialogues, and the candidate replies share a softmax.

Perez et al. 2022, section 3.1: every candidate reply is put behind the prompt, the preference model gives each dialogue
one number, and the softmax over the candidates is p(reply | prompt).
"""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
import torch
from transformers import AutoModelForSequenceClassification

from analysis.cells.scoring import Scoring
from analysis.records import Question, checkpoint_name
from analysis.tables import ANSWERS
from loaders.backends.protocol import ScorerError
from loaders.backends.streaming import StreamingScorer, Told
from loaders.backends.transformers_backend.loading import load_checkpoint
from loaders.backends.transformers_backend.proof import TOLERANCE_NATS
from loaders.backends.transformers_backend.tokens import encode, renderer
from loaders.evaluations.prompts import options_of
from loaders.evaluations.prompts import prompt_style as style_named

_LOG = logging.getLogger(__name__)
BATCH_TOKENS = 4096
PATHS = ("equal length", "one by one")
"""Ways to run dialogues: many of one length together, or each alone."""
_PROVEN_ON = 4
"""Dialogues of a prompt style that are also scored alone, before batches are trusted."""
Dialogue = tuple[int, ...]


class PreferenceModelScorer(StreamingScorer):
    """Scores the options of questions with one preference model: a sequence classifier with a single label.

    Dialogues of equal length run together, so nothing is padded and the score is read at the real last token whatever
    the tokenizer's padding is; `path` ('equal length', 'one by one') forces what is otherwise proven on the spot.
    `total_option_mass` is null: the probabilities add to 1 by construction. `threads`: CPU threads of torch. Raises
    ScorerError where the checkpoint cannot be loaded or has no such head.
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
        if path not in (None, *PATHS):
            raise ScorerError(f"A preference model has no path '{path}'.", f"Give one of {', '.join(PATHS)}, or none.")
        if threads is not None:
            torch.set_num_threads(threads)
        self.checkpoint = checkpoint_name(model, revision)
        self._loaded = load_checkpoint(
            model, revision, device=device, dtype=dtype, trust_remote_code=trust_remote_code,
            allow_pickle=allow_pickle, auto_class=AutoModelForSequenceClassification,
        )  # fmt: skip
        labels = self._loaded.model.config.num_labels
        if labels != 1:
            raise ScorerError(
                f"'{self.checkpoint}' gives {labels} numbers a text; a preference model gives one.",
                "Save it as a sequence classifier with num_labels=1, or score it with another backend.",
            )
        # No token has this id: the head then reads the last token of every sequence, never the one before a padding.
        self._loaded.model.config.get_text_config().pad_token_id = self._loaded.model.config.pad_token_id = -1
        self._budget = batch_tokens or BATCH_TOKENS
        self._path = path or PATHS[0]
        self._forced = path is not None
        self._proven: set[str] = set()

    @property
    def method(self) -> str:
        """How the probabilities are obtained, as rows carry it."""
        return self._scoring.text

    @property
    def _scoring(self) -> Scoring:
        return Scoring("preference_model softmax", self._path, self._loaded.dtype)

    def stream(
        self, questions: Sequence[Question], prompt_style: str, *, evaluation: str = ""
    ) -> Iterator[pd.DataFrame]:
        """The same rows, a frame a batch; the index says which question a row belongs to."""
        dialogues = self._dialogues(questions, prompt_style)
        refused = {place: Told.nothing(each) for place, each in enumerate(dialogues) if isinstance(each, str)}
        if refused:
            yield self._frame(questions, refused, prompt_style, evaluation)
        candidates = {place: each for place, each in enumerate(dialogues) if not isinstance(each, str)}
        self._prove(candidates, prompt_style)
        for batch in self._complete(candidates):
            if batch:
                told = {place: self._told(rewards) for place, rewards in batch.items()}
                frame = self._frame(questions, told, prompt_style, evaluation)
                yield ANSWERS.typed(frame.assign(total_option_mass=None))

    def close(self) -> None:
        """Give the model's memory back."""
        del self._loaded

    def _dialogues(self, questions: Sequence[Question], prompt_style: str) -> list[list[Dialogue] | str]:
        """Each question's candidate dialogues in tokens, or the reason why it cannot be scored."""
        style, put = style_named(prompt_style), renderer(self._loaded.tokenizer)
        texts = [put(style, question) + option for question in questions for option in options_of(style, question)]
        ids = iter(encode(self._loaded.tokenizer, texts))
        out: list[list[Dialogue] | str] = []
        for question in questions:
            each = [tuple(next(ids)) for _ in question.options]
            longest, context = max(map(len, each)), self._loaded.context
            fits = context is None or longest <= context
            out.append(each if fits else f"{longest} tokens, more than the model's context of {context}")
        return out

    def _complete(self, candidates: Mapping[int, list[Dialogue]]) -> Iterator[dict[int, list[float]]]:
        """Rewards of every question, as soon as all of its candidates are scored."""
        found = {place: [math.nan] * len(each) for place, each in candidates.items()}
        missing = {place: len(each) for place, each in candidates.items()}
        lengths: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for place, each in candidates.items():
            for option, ids in enumerate(each):
                lengths[len(ids)].append((place, option))
        for length in sorted(lengths, reverse=True):
            rows, n = lengths[length], max(1, self._budget // max(1, length)) if self._path == PATHS[0] else 1
            for start in range(0, len(rows), n):
                chosen = rows[start : start + n]
                rewards = self._rewards([candidates[place][option] for place, option in chosen])
                done = {}
                for (place, option), reward in zip(chosen, rewards, strict=True):
                    found[place][option] = reward
                    missing[place] -= 1
                    if not missing[place]:
                        done[place] = found[place]
                yield done

    @torch.inference_mode()
    def _rewards(self, dialogues: Sequence[Dialogue]) -> list[float]:
        """The head's number for each dialogue; all have the same length."""
        ids = torch.tensor(dialogues, device=self._loaded.device)
        rewards: list[float] = self._loaded.model(input_ids=ids).logits[:, 0].float().tolist()
        return rewards

    def _told(self, rewards: Sequence[float]) -> Told:
        if not all(map(math.isfinite, rewards)):
            return Told.nothing("the preference model's score is not a finite number")
        top = max(rewards)
        total = top + math.log(sum(math.exp(reward - top) for reward in rewards))
        return Told([reward - total for reward in rewards], self._scoring)

    def _prove(self, candidates: Mapping[int, list[Dialogue]], prompt_style: str) -> None:
        """Batches must give what each dialogue gives alone; otherwise dialogues are scored one by one."""
        if self._forced or prompt_style in self._proven or self._path != PATHS[0] or not candidates:
            return
        together = defaultdict(list)
        for each in candidates.values():
            for dialogue in each:
                together[len(dialogue)].append(dialogue)
        few = max(together.values(), key=lambda same: len(set(same[:_PROVEN_ON])))[:_PROVEN_ON]
        alone = [self._rewards([dialogue])[0] for dialogue in few]
        difference = max(abs(a - b) for a, b in zip(alone, self._rewards(few), strict=True))
        if not difference <= TOLERANCE_NATS[self._loaded.dtype]:
            self._path = PATHS[1]
            _LOG.warning("%s: scores in batches differ by %.2g; scoring one by one", self.checkpoint, difference)
        self._proven.add(prompt_style)
