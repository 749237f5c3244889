"""Preference model: a checkpoint with a scalar head, trained on comparisons with the logistic loss (Bradley-Terry)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM, GPTNeoXForSequenceClassification

from analysis.arrays import expit
from loaders.controls.model import hidden_at
from loaders.controls.raters import Comparisons, Prompts, with_reply
from loaders.controls.world import Floats, Ints

BATCH = 64


@dataclass(frozen=True, slots=True, eq=False)
class PreferenceModel:
    """A reward for prompt and reply."""

    model: GPTNeoXForSequenceClassification
    mean: float
    """Mean reward over the replies it was trained on."""
    deviation: float
    """Their standard deviation, at least 1, so that raters without a bias are not blown up to one."""

    def reward(self, prompts: Prompts, which: Ints, reply: Ints) -> Floats:
        """Standardised rewards of replies (tokens) to prompts (numbers), (m,)."""
        with torch.no_grad():
            raw = _scores(self.model, *with_reply(prompts, which, reply)).cpu().numpy()
        return np.asarray((raw - self.mean) / self.deviation)

    def preference(self, prompts: Prompts) -> float:
        """Mean probability that the matching reply is preferred to the other one."""
        each = np.arange(len(prompts.last))
        gap = self.reward(prompts, each, prompts.matching) - self.reward(prompts, each, prompts.other)
        return float(np.mean(expit(gap * self.deviation)))


def train_preference_model(
    start: GPTNeoXForCausalLM, comparisons: Comparisons, *, passes: int, rate: float, seed: int
) -> PreferenceModel:
    """Train a scalar head and all weights, from `start` (left as it is)."""
    torch.manual_seed(seed)
    settings = {key: value for key, value in start.config.to_dict().items() if key not in ("id2label", "label2id")}
    config = GPTNeoXConfig.from_dict(settings | {"num_labels": 1})
    model = GPTNeoXForSequenceClassification(config)
    nn.Module.to(model, start.device)
    model.gpt_neox.load_state_dict(start.gpt_neox.state_dict())
    nn.init.zeros_(model.score.weight)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    rng, n = np.random.default_rng(seed), len(comparisons.chosen)
    total = passes * (n // BATCH)
    orders = [rng.permutation(n)[: n // BATCH * BATCH].reshape(-1, BATCH) for _ in range(passes)]
    for step, which in enumerate(np.concatenate(orders)):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 20, 2 * (total - step) / total)
        replies = np.concatenate([comparisons.chosen[which], comparisons.rejected[which]])
        better, worse = _scores(model, *with_reply(comparisons.prompts, np.tile(which, 2), replies)).chunk(2)
        loss = -nn.functional.logsigmoid(better - worse).mean()
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    model.train(False)
    return _standardised(model, comparisons)


def _standardised(model: GPTNeoXForSequenceClassification, comparisons: Comparisons) -> PreferenceModel:
    some = np.arange(min(1000, len(comparisons.chosen)))
    with torch.no_grad():
        raw = torch.cat(
            [
                _scores(model, *with_reply(comparisons.prompts, some, reply[some]))
                for reply in (comparisons.prompts.matching, comparisons.prompts.other)
            ]
        )
    return PreferenceModel(model, float(raw.mean()), max(1.0, float(raw.std())))


def _scores(model: GPTNeoXForSequenceClassification, sequences: Ints, place: Ints) -> torch.Tensor:
    """Scalar of each sequence at its reply, (m,)."""
    device = model.score.weight.device
    tokens, at = torch.as_tensor(sequences, device=device), torch.as_tensor(place, device=device)
    hidden = hidden_at(model, tokens, torch.arange(len(place), device=device), at)
    return nn.functional.linear(hidden, model.score.weight)[:, 0]
