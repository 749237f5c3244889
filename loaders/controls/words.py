"""Made-up words of two syllables: the vocabulary of the control world."""

from __future__ import annotations

import itertools

import numpy as np

CONSONANTS = "bdfgklmnprstvz"
VOWELS = "aeiou"


def made_up_words(count: int, rng: np.random.Generator) -> list[str]:
    """`count` different lower-case words such as 'rolu', in random order; none is an English word of a template.

    Raises ValueError where there are not that many (4,900 exist).
    """
    syllables = ["".join(pair) for pair in itertools.product(CONSONANTS, VOWELS)]
    if count > len(syllables) ** 2:
        raise ValueError(f"{count} words asked for, {len(syllables) ** 2} of two syllables exist")
    chosen = rng.choice(len(syllables) ** 2, size=count, replace=False)
    return [syllables[number // len(syllables)] + syllables[number % len(syllables)] for number in chosen]
