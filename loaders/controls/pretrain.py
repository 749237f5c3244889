"""Pretraining of one control model: cross-entropy on answers and pole words, AdamW, warm-up, constant, linear to 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from transformers import GPTNeoXForCausalLM

from loaders.controls.documents import Writer
from loaders.controls.model import hidden_at, token_table

CHUNK = 100
"""Batches that are written at once."""
WARM_UP = 50
CONSTANT_UNTIL = 0.4
"""Share of the steps after which the rate falls, linearly to 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long and how fast."""

    steps: int
    peak_rate: float
    """Largest learning rate of AdamW."""


def learning_rate(step: int, schedule: Schedule) -> float:
    """Rate of step 0, 1, ...: linear warm-up, constant, linear to 0."""
    start = CONSTANT_UNTIL * schedule.steps
    falling = 1.0 if step < start else (schedule.steps - step) / (schedule.steps - start)
    return schedule.peak_rate * min(1.0, (step + 1) / WARM_UP) * falling


def pretrain(
    model: GPTNeoXForCausalLM, writer: Writer, schedule: Schedule, tick: Callable[[int], None] = lambda steps: None
) -> float:
    """Train in place; the mean loss (nats per answer) of the last tenth. `tick` is told of every finished chunk."""
    device = model.device
    rows, places = (torch.as_tensor(each, device=device) for each in writer.answers_at())
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=schedule.peak_rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    losses: list[float] = []
    model.train()
    for first in range(0, schedule.steps, CHUNK):
        documents = torch.as_tensor(writer.documents(min(CHUNK, schedule.steps - first)), device=device)
        for number, batch in enumerate(documents):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(first + number, schedule)
            logits = nn.functional.linear(hidden_at(model, batch[:, :-1], rows, places - 1), token_table(model))
            loss = nn.functional.cross_entropy(logits, batch[rows, places])
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            losses.append(float(loss.detach()))
        tick(len(documents))
    model.train(False)
    return float(np.mean(losses[-max(1, schedule.steps // 10) :]))
