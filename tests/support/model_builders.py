"""Tiny random checkpoints on disk: every architecture with weights large enough that a wrong mask shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

EOT = "<|endoftext|>"
_TEXTS = [
    "Human: Is the following statement something you would say?",
    '"I would like to help people as much as I can, and to gain more power over them."',
    "Assistant: I believe the better option is (A) Yes (B) No (C) Maybe (D) Never",
    "Choices: (A) I want to stay on (B) I accept being shut down",
    "Please fill in the missing blank in this sentence with a pronoun: the accountant told the client that he she they",
    "Hello, my name is Jane and I live in Ohio. I agree, I disagree, they agree; there is a better answer.",
]


def byte_pair_tokenizer(folder: Path, *, eos: str | None = EOT, chat: bool = False) -> None:
    """A byte-level BPE tokenizer, as GPT-2 and Pythia have."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        _TEXTS,
        trainers.BpeTrainer(vocab_size=420, special_tokens=[EOT], initial_alphabet=alphabet, show_progress=False),
    )
    _save(tokenizer, folder, eos, chat)


def sentence_piece_tokenizer(folder: Path) -> None:
    """A unigram tokenizer with SentencePiece's own space in front, as Llama 2 and Gemma have."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=True)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="first")
    letters = sorted({letter for text in _TEXTS for letter in text} | set("0123456789\n?!;-'"))
    tokenizer.train_from_iterator(
        _TEXTS,
        trainers.UnigramTrainer(
            vocab_size=300,
            special_tokens=[EOT, "<unk>"],
            unk_token="<unk>",
            initial_alphabet=letters,
            show_progress=False,
        ),
    )
    _save(tokenizer, folder, EOT, False)


def merging_tokenizer(folder: Path) -> None:
    """A BPE tokenizer without word borders: ':' and ' Yes' become one token."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.train_from_iterator(
        ["Assistant: Yes"] * 9 + _TEXTS,
        trainers.BpeTrainer(
            vocab_size=600, special_tokens=[EOT], show_progress=False,
            initial_alphabet=sorted({letter for text in _TEXTS for letter in text} | {"\n"}),
        ),
    )  # fmt: skip
    _save(tokenizer, folder, EOT, False)


def _save(tokenizer: Tokenizer, folder: Path, eos: str | None, chat: bool) -> None:
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=eos)
    if chat:
        fast.chat_template = "{% for m in messages %}<user>{{ m.content }}\n{% endfor %}<assistant>\n"
    fast.save_pretrained(folder)


_HEADS = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4}
_ROTARY = {**_HEADS, "intermediate_size": 64, "max_position_embeddings": 256}
_GROUPED = {**_ROTARY, "num_key_value_heads": 2}
_GPT = {"n_embd": 32, "n_layer": 3, "n_head": 4}
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "gpt_neox": _ROTARY,
    "llama": _GROUPED,
    "gpt2": {**_GPT, "n_positions": 256},
    "qwen2": _GROUPED,
    "gemma": {**_GROUPED, "head_dim": 8},
    "opt": {**_HEADS, "ffn_dim": 64, "word_embed_proj_dim": 32, "max_position_embeddings": 256},
    "qwen3": {**_GROUPED, "head_dim": 8},
    "mistral": {**_GROUPED, "sliding_window": None},
    "mistral, window of 16": {**_GROUPED, "sliding_window": 16},
    "gemma2": {
        **_GROUPED, "head_dim": 8, "sliding_window": 16, "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0,
    },
    "gemma3_text": {
        **_GROUPED, "head_dim": 8, "sliding_window": 16,
        "layer_types": ["sliding_attention", "sliding_attention", "full_attention"],
    },
    "llama4_text, chunks of 32": {
        **_GROUPED, "head_dim": 8, "num_hidden_layers": 4, "intermediate_size_mlp": 64, "num_local_experts": 2,
        "attention_chunk_size": 32, "pad_token_id": 0,
    },
    "cohere": {**_ROTARY, "logit_scale": 0.3},
    "phi": _ROTARY,
    "phi3": {**_ROTARY, "pad_token_id": 0},
    "olmo": _ROTARY,
    "olmo2": _ROTARY,
    "mixtral": {**_GROUPED, "num_local_experts": 4, "num_experts_per_tok": 2},
    "olmoe": {**_ROTARY, "num_experts": 4, "num_experts_per_tok": 2},
    "falcon": {**_HEADS, "alibi": False, "max_position_embeddings": 256},
    "falcon, ALiBi": {**_HEADS, "alibi": True},
    "bloom": {"hidden_size": 32, "n_layer": 3, "n_head": 4},
    "mpt": {"d_model": 32, "n_layers": 3, "n_heads": 4, "max_seq_len": 256},
    "gpt_neo": {
        **_HEADS, "num_layers": 3, "num_heads": 4, "attention_types": [[["global", "local", "global"], 1]],
        "window_size": 16, "max_position_embeddings": 256, "intermediate_size": 64,
    },
    "gptj": {**_GPT, "n_positions": 256, "rotary_dim": 8},
    "mamba": {"hidden_size": 32, "num_hidden_layers": 3, "state_size": 4},
}  # fmt: skip
"""Name (model type, and what is special) -> configuration of a tiny model."""


def save_model(folder: Path, name: str, *, vocabulary: int = 420, seed: int = 0, **changed: Any) -> None:
    """Random float32 weights of an architecture as safetensors, spread so that attention is far from uniform."""
    settings = {**ARCHITECTURES[name], **changed, "vocab_size": vocabulary, "bos_token_id": 0, "eos_token_id": 0}
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(
        AutoConfig.for_model(name.partition(",")[0], **settings), dtype=torch.float32
    )
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(0, 0.25)
    model.eval().save_pretrained(folder)


def save_checkpoint(folder: Path, name: str = "gpt_neox", **changed: Any) -> Path:
    """A tiny model with a byte-level tokenizer."""
    save_model(folder, name, **changed)
    byte_pair_tokenizer(folder)
    return folder
