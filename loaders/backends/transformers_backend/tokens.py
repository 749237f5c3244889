"""Questions as token ids: a prompt and, behind it, every option, exactly as the whole sequence is tokenised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.records import Question
from loaders.backends.transformers_backend.token_cache import Encoded, TokenCache
from loaders.evaluations.prompts import PromptStyle, options_of, render

_CACHE = TokenCache()


@dataclass(frozen=True, slots=True)
class Item:
    """One question in tokens."""

    prompt: tuple[int, ...]
    """Ids of everything before the option; at least one."""
    options: tuple[tuple[int, ...], ...]
    """Ids of each option behind the prompt; at least one each."""

    @property
    def n_fed(self) -> int:
        """Tokens of options a model is given: all but the last of each, which is only read."""
        return sum(len(option) - 1 for option in self.options)


def tokenise(
    tokenizer: Any, style: PromptStyle, questions: Sequence[Question], context: int | None = None
) -> list[Item | str]:
    """Each question's tokens, or the reason why it has none that can be scored.

    Prompt and option are encoded together and nothing is added; where the prompt's own tokens do not stand at the front
    (the tokenizer merges across the border) there is no probability of the option alone. `context` is the longest
    sequence in tokens. Raises PromptError where the tokenizer cannot serve the style.
    """
    put = renderer(tokenizer)
    asked = [(put(style, question), options_of(style, question)) for question in questions]
    encoded = _CACHE.encoded(tokenizer, asked, lambda: _encoded(tokenizer, asked))
    return [each if isinstance(each, str) else _within(each, context) for each in encoded]


def renderer(tokenizer: Any) -> Callable[[PromptStyle, Question], str]:
    """Puts a question in a style, with this tokenizer's special tokens and chat template."""
    eot, bos, chat = tokenizer.eos_token, _begin(tokenizer), _chat(tokenizer)
    return lambda style, question: render(style, question, eot=eot, bos=bos, chat=chat)


def encode(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    """Ids of each text, with no token added by the tokenizer."""
    if not texts:
        return []
    return list(tokenizer(list(texts), add_special_tokens=False, return_attention_mask=False)["input_ids"])


def _encoded(tokenizer: Any, asked: Sequence[tuple[str, Sequence[str]]]) -> list[Encoded]:
    """Ids of each prompt and of the options behind it."""
    texts = [text for prompt, options in asked for text in (prompt, *(prompt + option for option in options))]
    ids = iter(encode(tokenizer, texts))
    return [_split(next(ids), options, [next(ids) for _ in options]) for _, options in asked]


def _split(prompt: list[int], options: Sequence[str], wholes: list[list[int]]) -> Encoded:
    n = len(prompt)
    if n == 0:
        return "the prompt has no token"
    for option, whole in zip(options, wholes, strict=True):
        if len(whole) <= n or whole[:n] != prompt:
            return f"the tokenizer merges the option {option!r} with the end of the prompt"
    return tuple(prompt), *(tuple(whole[n:]) for whole in wholes)


def _within(encoded: tuple[tuple[int, ...], ...], context: int | None) -> Item | str:
    prompt, *options = encoded
    longest = len(prompt) + max(map(len, options))
    if context is not None and longest > context:
        return f"{longest} tokens, more than the model's context of {context}"
    return Item(prompt, tuple(options))


def _begin(tokenizer: Any) -> str:
    """The begin-of-text token where the tokenizer adds it by itself."""
    added = tokenizer("a")["input_ids"]
    return str(tokenizer.bos_token) if tokenizer.bos_token and added[:1] == [tokenizer.bos_token_id] else ""


def _chat(tokenizer: Any) -> Callable[[str], str] | None:
    if not getattr(tokenizer, "chat_template", None):
        return None

    def put(text: str) -> str:
        turn = [{"role": "user", "content": text}]
        return str(tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True))

    return put
