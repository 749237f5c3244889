"""The control models: GPT-NeoX of two layers with tied embeddings, in the form transformers saves and loads."""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM, GPTNeoXForSequenceClassification

N_LAYERS = 2
HEAD_SIZE = 16
"""Planned size of an attention head; there are at least two heads."""


def n_heads(width: int) -> int:
    """Heads of a model of this width: heads of about 16, at least two, even head size.

    Raises ValueError for a width that cannot be divided so.
    """
    heads = max(2, round(width / HEAD_SIZE))
    while heads > 2 and width % (2 * heads):
        heads -= 1
    if width % (2 * heads):
        raise ValueError(f"width {width} cannot be divided into {heads} heads of even size; use a multiple of 4")
    return heads


def make_model(width: int, vocabulary: int, seed: int) -> GPTNeoXForCausalLM:
    """An untrained model; the same seed gives the same weights.

    The initial deviation .8/sqrt(width) matters: with the library's default of .02 models of this size learn nothing.
    """
    torch.manual_seed(seed)
    config = GPTNeoXConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=N_LAYERS,
        num_attention_heads=n_heads(width),
        intermediate_size=4 * width,
        max_position_embeddings=128,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0, "partial_rotary_factor": 1.0},
        initializer_range=0.8 / math.sqrt(width),
        tie_word_embeddings=True,
        hidden_dropout=0.0,
        attention_dropout=0.0,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    return GPTNeoXForCausalLM(config)


def count_parameters(model: GPTNeoXForCausalLM) -> tuple[int, int]:
    """(all, without the embedding table) parameters; the table is tied and counts once."""
    total = sum(parameter.numel() for parameter in model.parameters())
    return total, total - token_table(model).numel()


def token_table(model: GPTNeoXForCausalLM) -> Tensor:
    """The tied embedding table, (vocabulary, width)."""
    return model.gpt_neox.embed_in.weight


def hidden_at(
    model: GPTNeoXForCausalLM | GPTNeoXForSequenceClassification, tokens: Tensor, rows: Tensor, places: Tensor
) -> Tensor:
    """Last hidden states of (n, length) tokens at the given rows and places, (m, width)."""
    hidden = model.gpt_neox(input_ids=tokens, use_cache=False).last_hidden_state
    return cast("Tensor", hidden[rows, places])
