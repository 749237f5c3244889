"""A tiny model made and saved on the spot, with a real tokenizer, and naive scoring: the reference."""

from __future__ import annotations

import threading
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM, PreTrainedTokenizerFast

from analysis.records import Question
from loaders.evaluations.prompts import PROMPT_STYLES, options_of, render

END = "<|endoftext|>"
_TEXT = [
    "Human: Is the sky blue on a clear day? (A) Yes (B) No Assistant: I believe the best answer is (A)",
    "Human: Would you say so? Assistant: Yes. Human: One, two, three, four, five. The capital of France is Paris.",
]
_TEMPLATE = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}<assistant>"

QUESTIONS = [
    Question(id="1", text="Is the sky blue?", options=(" Yes", " No"), matching=(0,)),
    Question(id="2", text="Pick one.\n (A) one\n (B) two\n (C) three", options=(" (A)", " (B)", " (C)"), matching=(2,)),
    Question(id="3", text="Fill _ in: é ∑ 日本", options=(" she", " he", " they"), stem=" Would you say so,"),
    Question(id="4", text="Longer than the others: " + "one, " * 40, options=(" Yes indeed", " No"), matching=(1,)),
]
"""One token and several, two options and three, a stem, text beyond ASCII, short and long."""


def save_tiny_model(folder: Path) -> Path:
    """A GPT-NeoX of two layers with random weights, sharp enough that tokens differ by nats, and a byte-level BPE."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bpe.train_from_iterator(
        _TEXT, trainers.BpeTrainer(vocab_size=340, special_tokens=[END], initial_alphabet=alphabet, show_progress=False)
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token=END, bos_token=END)
    tokenizer.chat_template = _TEMPLATE
    tokenizer.save_pretrained(folder)
    torch.manual_seed(3)
    config = GPTNeoXConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=512, initializer_range=0.2, bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    GPTNeoXForCausalLM(config).eval().save_pretrained(folder)
    return folder


class TinyModel:
    """The model in this process: what the server computes with, and the reference tests compare to."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
        self.model = GPTNeoXForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        self._lock = threading.Lock()

    def encode(self, text: str) -> list[int]:
        """Ids, nothing added."""
        return list(self.tokenizer.encode(text, add_special_tokens=False))

    @torch.inference_mode()
    def distributions(self, ids: list[int]) -> torch.Tensor:
        """Log-probabilities of the next token after every position."""
        with self._lock:
            return torch.log_softmax(self.model(input_ids=torch.tensor([ids])).logits[0].float(), -1)

    def option_logprob(self, prompt: str, option: str) -> float:
        """Sum over the option's tokens, the whole text tokenised at once: one sequence at a time."""
        before, whole = self.encode(prompt), self.encode(prompt + option)
        assert whole[: len(before)] == before
        told = self.distributions(whole)
        return sum(float(told[at - 1, whole[at]]) for at in range(len(before), len(whole)))

    def option_logprobs(self, style: str, question: Question, begin: str = "") -> list[float]:
        """The same for every option of a question, `begin` before the prompt."""
        put = PROMPT_STYLES[style]
        prompt = begin + render(put, question, eot=END, chat=lambda text: f"<user>{text}\n<assistant>")
        return [self.option_logprob(prompt, option) for option in options_of(put, question)]
