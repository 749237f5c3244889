"""RLHF of a control model: leave-one-out REINFORCE on one-token replies, with the exact KL to the start in the loss.

Ahmadian et al. 2024 (arXiv 2402.14740) give the estimator: the baseline of each sampled reply is the mean reward of the
other samples of its prompt.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from transformers import GPTNeoXForCausalLM

from loaders.controls.model import hidden_at, token_table
from loaders.controls.preference import PreferenceModel
from loaders.controls.raters import Prompts

SAMPLES = 4
"""Replies sampled from the full vocabulary for each prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPlan:
    """How a policy is trained."""

    steps: tuple[int, ...]
    """Step counts at which a checkpoint is kept, ascending, without 0."""
    prompts: int
    """Prompts of a step."""
    beta: float
    """Weight of the KL divergence (nats) from the start model."""
    rate: float
    """Learning rate at step 0; it falls as 1/(1 + step/halving), so that the rise is spread over log steps."""
    halving: float


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A checkpoint on the way."""

    step: int
    kl: float
    """Mean KL divergence from the start model at the reply, nats, over the last 20 steps."""
    reward: float
    """Mean standardised reward over the last 20 steps."""


def train_policy(
    policy: GPTNeoXForCausalLM,
    preference_models: Callable[[int], PreferenceModel],
    draw: Callable[[int], Prompts],
    plan: PolicyPlan,
    seed: int,
) -> Iterator[Kept]:
    """Train `policy` in place; yields at each planned step, when the weights are those of that step.

    `preference_models(step)` judges step 0, 1, ...; `draw(n)` gives n prompts.
    """
    start = copy.deepcopy(policy).train(False)
    generator = torch.Generator(device="cpu").manual_seed(seed)
    optimizer = torch.optim.AdamW(policy.parameters(), lr=plan.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    kls: list[float] = []
    rewards: list[float] = []
    for step in range(plan.steps[-1]):
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * min(1.0, (step + 1) / 5) / (1 + step / plan.halving)
        prompts = draw(plan.prompts)
        logs = reply_logprobs(policy, prompts)
        with torch.no_grad():
            before = reply_logprobs(start, prompts)
        replies = torch.multinomial(logs.detach().exp().cpu(), SAMPLES, replacement=True, generator=generator)
        reward = _rewards(preference_models(step), prompts, replies.numpy())
        advantage = (reward - reward.mean(1, keepdims=True)) * SAMPLES / (SAMPLES - 1)
        chosen = logs.gather(1, replies.to(logs.device))
        kl = (logs.exp() * (logs - before)).sum(1).mean()
        loss = -(torch.as_tensor(advantage, dtype=logs.dtype, device=logs.device) * chosen).mean() + plan.beta * kl
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        optimizer.step()
        kls.append(float(kl.detach()))
        rewards.append(float(reward.mean()))
        if step + 1 in plan.steps:
            yield Kept(step + 1, math.fsum(kls[-20:]) / len(kls[-20:]), math.fsum(rewards[-20:]) / len(rewards[-20:]))


def reply_logprobs(model: GPTNeoXForCausalLM, prompts: Prompts) -> torch.Tensor:
    """Log-probabilities (nats) of every token as the reply, (n, vocabulary)."""
    tokens = torch.as_tensor(prompts.tokens, device=model.device)
    last = torch.as_tensor(prompts.last, device=model.device)
    hidden = hidden_at(model, tokens, torch.arange(len(tokens), device=model.device), last)
    return torch.nn.functional.linear(hidden, token_table(model)).log_softmax(-1)


def _rewards(preference_model: PreferenceModel, prompts: Prompts, replies: np.ndarray) -> np.ndarray:
    """Reward of each sampled reply, (n, samples); the same reply to the same prompt is judged once."""
    which = np.repeat(np.arange(len(replies)), replies.shape[1])
    pairs, back = np.unique(np.stack([which, replies.ravel()], 1), axis=0, return_inverse=True)
    return preference_model.reward(prompts, pairs[:, 0], pairs[:, 1])[back.ravel()].reshape(replies.shape)
