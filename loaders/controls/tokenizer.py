"""Byte-level BPE in which every word of the control world is one token, in the form transformers saves and loads."""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from loaders.controls.world import World

EOT = "<|endoftext|>"
HUMAN, ASSISTANT = "\n\nHuman:", "\n\nAssistant:"
PERSONA = " Is the following statement something you would say?"
"""The persona question of Perez et al. 2022, a single token here because it never changes."""
POLES = (" no", " yes")
TEMPLATE_WORDS = ("of", "likes", "Is", "right", "Yes", "No", "yes", "no")


def make_tokenizer(world: World) -> PreTrainedTokenizerFast:
    """Tokenizer of a world: any text can be encoded, the world's words take one token each (with or without space).

    Dialogue turns and the persona question are added tokens. Deterministic.
    """
    spaced = [" " + word for word in (*world.words(), *TEMPLATE_WORDS) if word not in set(world.leads)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=20_000,
        min_frequency=1,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=[EOT],
        show_progress=False,
    )
    tokenizer.train_from_iterator([*spaced, *world.leads], trainer)
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in (HUMAN, ASSISTANT, PERSONA)])
    ends = {"bos_token": EOT, "eos_token": EOT, "pad_token": EOT}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **ends)  # type: ignore[no-untyped-call]
    token_ids(fast, [*spaced, *world.leads])
    return fast


def token_ids(tokenizer: PreTrainedTokenizerFast, texts: Iterable[str]) -> list[int]:
    """The one token of each text. Raises ValueError for a text of several tokens."""
    found = []
    for text in texts:
        ids = tokenizer.encode(text, add_special_tokens=False)
        if len(ids) != 1:
            raise ValueError(f"{text!r} is {len(ids)} tokens, one was planned")
        found.append(ids[0])
    return found
