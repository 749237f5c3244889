"""Attention over a packed row: group by group, each token seeing its own ancestors only.

Registered with transformers as the attention implementation NAME; what to do comes from the run that is under way.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface

from loaders.backends.transformers_backend.packed_row import Group, PackedRow

NAME = "scalewatch_packed"
RootStates = dict[torch.nn.Module, tuple[torch.Tensor, torch.Tensor]]
"""Attention module -> keys and values of the root, [tokens, heads, width] each."""


@dataclass(slots=True)
class Run:
    """One pass of a packed row through a model."""

    row: PackedRow
    root: RootStates
    keeps_root: bool = False
    """This row is the root: its keys and values go into `root`."""
    only_read: torch.nn.Module | None = None
    """Attention module whose output is wanted at rows read only: the last layer's."""
    order: list[torch.nn.Module] = field(default_factory=list)
    """Attention modules as they were called."""


RUN: ContextVar[Run] = ContextVar("packed_run")


def attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    scaling: float | None = None,
    softcap: float | None = None,
    sliding_window: int | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """transformers' attention interface: query, key, value are [1, heads, S, width]; returns [1, S, heads, width]."""
    run = RUN.get()
    run.order.append(module)
    q, k, v = (each[0].transpose(0, 1) for each in (query, key, value))  # [S, heads, width]
    only_read = module is run.only_read
    if run.keeps_root:
        run.root[module] = (k.contiguous(), v.contiguous())
    elif module in run.root:
        k, v = (torch.cat(each) for each in zip(run.root[module], (k, v), strict=True))
    out = q.new_zeros(*q.shape[:2], v.shape[2])
    for group in run.row.groups:
        if only_read and not group.read:
            continue
        mask = group.mask(sliding_window, always=only_read)
        places = list(group.read) if only_read else slice(None)
        own = slice(group.start, group.start + group.n * group.length)
        asked = _blocks(q[own], group.n)[:, places]
        target = _blocks(out[own], group.n)
        target[:, places] = _attention(
            asked.transpose(1, 2),
            _seen(k, group, own),
            _seen(v, group, own),
            None if mask is None else mask[places].to(q),
            scaling,
            softcap,
        ).transpose(1, 2)
    return out[None], None


def _seen(states: torch.Tensor, group: Group, own: slice) -> torch.Tensor:
    """Keys or values each block of a group may see, as [n, heads, depth + length, width]."""
    rows = states[own] if group.sees is None else states.index_select(0, group.sees.to(states.device))
    return _blocks(rows, group.n).transpose(1, 2)


def _blocks(rows: torch.Tensor, n: int) -> torch.Tensor:
    """[n * length, heads, width] as [n, length, heads, width]."""
    return rows.reshape(n, -1, *rows.shape[1:])


def _attention(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    mask: torch.Tensor | None,
    scaling: float | None,
    softcap: float | None,
) -> torch.Tensor:
    shares = q.shape[1] != k.shape[1]
    if softcap is None:
        return scaled_dot_product_attention(
            q, k, v, attn_mask=mask, is_causal=mask is None, scale=scaling,
            enable_gqa=shares,
        )  # fmt: skip
    if shares:
        k, v = (each.repeat_interleave(q.shape[1] // k.shape[1], dim=1) for each in (k, v))
    scores = q @ k.transpose(2, 3) * (q.shape[3] ** -0.5 if scaling is None else scaling)
    scores = torch.tanh(scores / softcap) * softcap
    if mask is None:
        mask = scores.new_full(scores.shape[2:], float("-inf")).triu(1)
    return torch.softmax(scores.float() + mask, dim=-1).to(v.dtype) @ v


AttentionInterface.register(NAME, attend)
AttentionMaskInterface.register(NAME, lambda *_, **__: None)
