"""Saves a model of Pythia's shape with random weights, and a tokenizer trained on the evaluations' texts.

Run: python -m benchmarks.scorer.model SHAPE DATA FOLDER. Weights do not matter for speed, and token counts come out
near those of Pythia's own tokenizer, which has as many entries.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM, PreTrainedTokenizerFast

from benchmarks.scorer.shapes import SHAPES, TOKENS, VOCABULARY, Shape
from benchmarks.scorer.suites import END_OF_TEXT, texts

SEED = 20221219


def train_tokenizer(corpus: Iterable[str], tokens: int = TOKENS) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer that adds nothing by itself."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=tokens,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(corpus, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token=END_OF_TEXT, bos_token=END_OF_TEXT)


def random_model(shape: Shape, vocabulary: int = VOCABULARY) -> GPTNeoXForCausalLM:
    """A GPT-NeoX model in float32."""
    torch.manual_seed(SEED)
    config = GPTNeoXConfig(
        vocab_size=vocabulary,
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=2048,
    )
    return GPTNeoXForCausalLM(config)


def main(shape: str, data: str, folder: str) -> None:
    """Save both where both programs load them from."""
    random_model(SHAPES[shape]).save_pretrained(folder)
    train_tokenizer(texts(Path(data))).save_pretrained(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
