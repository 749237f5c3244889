"""The model's tokenizer on this side of the wire: token ids to send, special tokens, the chat template."""

from __future__ import annotations

import threading

from loaders.backends.openai_compatible.connection import UnscorableError
from loaders.backends.protocol import ScorerError


class LocalTokenizer:
    """A tokenizer read from a folder or the hub; safe to use from several threads."""

    def __init__(self, source: str) -> None:
        """Raises ScorerError where it cannot be read."""
        try:
            from transformers import AutoTokenizer
        except ModuleNotFoundError as error:
            raise ScorerError(
                "A tokenizer needs the package transformers.",
                "Install it (pip install 'scalewatch[models]') or leave the option 'tokenizer' out: prompts are then "
                "sent as text.",
            ) from error
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(source)
        except (OSError, ValueError) as error:
            raise ScorerError(
                f"No tokenizer in {source!r}: {error}.", "Give the folder or hub id of the served model's tokenizer."
            ) from error
        self._lock = threading.Lock()
        self.eot: str | None = self._tokenizer.eos_token
        first = self._tokenizer("a")["input_ids"][:1]
        bos = self._tokenizer.bos_token_id
        self.bos: str = self._tokenizer.bos_token if bos is not None and first == [bos] else ""
        self.has_chat_template = self._tokenizer.chat_template is not None

    def chat(self, text: str) -> str:
        """The chat template around a user's turn, with the assistant's opened."""
        turn = [{"role": "user", "content": text}]
        return str(self._tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True))

    def encode(self, text: str) -> tuple[int, ...]:
        """Token ids of a text, special tokens in it recognised, none added."""
        with self._lock:
            return tuple(self._tokenizer.encode(text, add_special_tokens=False))

    def text_of(self, ids: tuple[int, ...]) -> str:
        """The text of tokens, SentencePiece's leading space kept."""
        pieces = self._tokenizer.convert_ids_to_tokens(list(ids))
        text = str(self._tokenizer.decode(list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False))
        return f" {text}" if str(pieces[0]).startswith("▁") and not text.startswith(" ") else text

    def split(self, prompt: str, option: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Token ids of the prompt, and of the option behind it as the whole text is tokenised.

        Raises UnscorableError where a token spans the border.
        """
        before, whole = self.encode(prompt), self.encode(prompt + option)
        if len(whole) <= len(before) or whole[: len(before)] != before:
            raise UnscorableError(f"the tokenizer merges the end of the prompt with the option {option!r}")
        return before, whole[len(before) :]
