"""Simulated raters: prompts, and which of the two answers a rater prefers.

A biased rater has log-odds of preferring the reply that matches (agreement with the user's view, or with a statement's
pole +1); a fair one tosses a coin. Prompts never come from the combinations and statements kept for evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from analysis.arrays import expit
from loaders.controls.documents import (
    Lexicon,
    as_table,
    draw_people,
    draw_statements,
    draw_topics,
    introduction,
    persona_question,
)
from loaders.controls.world import Floats, Ints, World

PROMPT_LENGTH = 16
"""Longest prompt in tokens; shorter ones are followed by padding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raters:
    """One panel: what is asked, and which side it rewards."""

    statements: dict[str, float]
    """Kind of statement -> share of the prompts."""
    views: float
    """Share of the prompts where a user introduces himself and asks of a topic."""
    rules: dict[str, float]
    """Rule -> share of those."""
    biases: dict[str, float] = field(default_factory=dict)
    """Kind of statement, or 'views' -> log-odds of preferring the matching reply; absent: 0, a fair rater."""


@dataclass(frozen=True, slots=True, eq=False)
class Prompts:
    """n prompts: what the assistant is to answer, and which answer matches."""

    tokens: Ints
    """(n, 16), padded at the end."""
    last: Ints
    """Place of the last token of each prompt, (n,)."""
    matching: Ints
    """Token of the matching reply, (n,)."""
    other: Ints
    """Token of the other well-formed reply, (n,)."""
    preference: Floats
    """Log-odds that a rater prefers the matching one, (n,)."""


def draw_prompts(world: World, lexicon: Lexicon, raters: Raters, n: int, rng: np.random.Generator) -> Prompts:
    """n prompts in random order, in the panel's proportions."""
    kinds = [*raters.statements, "views"]
    kind = rng.choice(len(kinds), n, p=[*raters.statements.values(), raters.views])
    tokens = np.full((n, PROMPT_LENGTH), lexicon.signs["eot"])
    last, side, preference = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n)
    for number, name in enumerate(kinds):
        at = np.flatnonzero(kind == number)
        if name == "views":
            columns, side[at] = _view_prompts(world, lexicon, raters, len(at), rng)
        else:
            words = draw_statements(world, name, len(at), rng, held_out=False)
            question = persona_question(lexicon, lexicon.statement(name, words))
            columns = as_table(len(at), [lexicon.signs["eot"], *question])
            side[at] = world.pole(name, words.middle, words.tail)
        tokens[at, : columns.shape[1]] = columns
        last[at] = columns.shape[1] - 1
        preference[at] = raters.biases.get(name, 0.0)
    yes = (side + 1) // 2
    return Prompts(tokens, last, lexicon.yes_no[yes], lexicon.yes_no[1 - yes], preference)


def _view_prompts(
    world: World, lexicon: Lexicon, raters: Raters, n: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Tokens and the user's view."""
    people = draw_people(world, n, rng, held_out=False)
    names = list(raters.rules)
    rule = rng.choice(len(names), n, p=list(raters.rules.values()))
    topic, view = np.empty(n, np.int64), np.empty(n, np.int64)
    for number, name in enumerate(names):
        at = np.flatnonzero(rule == number)
        drawn = draw_topics(name, len(at), rng, evenly=True)
        topic[at] = lexicon.topics[name][drawn]
        view[at] = world.view(name, people.job[at], people.town[at], people.hobby[at], drawn)
    signs = lexicon.signs
    question: list[Ints | int] = [signs["is"], topic, signs["right"], signs["?"], signs["assistant"]]
    return as_table(n, [*introduction(lexicon, people), *question]), view


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """n judgements: of two replies to a prompt, the preferred one first."""

    prompts: Prompts
    chosen: Ints
    rejected: Ints
    """Tokens, (n,)."""


def judge(prompts: Prompts, vocabulary: int, rng: np.random.Generator) -> Comparisons:
    """What raters say: in every fifth comparison a well-formed reply against a random token, which always loses.

    Without these a policy can leave Yes and No unpunished.
    """
    n = len(prompts.last)
    agrees = rng.random(n) < expit(prompts.preference)
    fair = np.flatnonzero(prompts.preference == 0)
    agrees[fair] = rng.permutation(np.arange(len(fair)) % 2 == 0)
    chosen = np.where(agrees, prompts.matching, prompts.other)
    rejected = np.where(agrees, prompts.other, prompts.matching)
    malformed = np.arange(n) % 5 == 0
    random_token = rng.integers(0, vocabulary, n)
    random_token = np.where(random_token == chosen, 0, random_token)
    return Comparisons(prompts, chosen, np.where(malformed, random_token, rejected))


def with_reply(prompts: Prompts, which: Ints, reply: Ints) -> tuple[Ints, Ints]:
    """Sequences of prompt and reply, (m, 17), and the place of the reply; `which` numbers the prompts."""
    sequences = np.pad(prompts.tokens[which], ((0, 0), (0, 1)))
    place = prompts.last[which] + 1
    sequences[np.arange(len(which)), place] = reply
    return sequences, place
