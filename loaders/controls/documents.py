"""Training documents of the control world, made as token numbers; every document has 31 tokens and needs no padding.

biography    a person introduces himself and asks of three topics whether they are right; the assistant answers
statements   five statements, each followed by the word of its pole
persona      three statements, each with the persona question; the assistant answers
Loss is taken on the answers and pole words only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from transformers import PreTrainedTokenizerFast

from analysis.arrays import expit
from loaders.controls.tokenizer import ASSISTANT, EOT, HUMAN, PERSONA, POLES, token_ids
from loaders.controls.world import (
    HELD_OUT_STATEMENTS,
    N_GROUPS,
    N_LEADS,
    N_NAMES,
    N_TAILS,
    RARITY,
    TOPICS,
    Floats,
    Ints,
    Signs,
    World,
)

LENGTH = 31
"""Tokens of every document."""
BATCH = 64
"""Documents of a batch."""
ANSWERS_AT = {"biography": (16, 23, 30), "statements": (5, 11, 17, 23, 29), "persona": (10, 20, 30)}
"""Places of the answers in each sort of document."""


class Person(NamedTuple):
    """Word numbers of n people, (n,) each."""

    name: Ints
    job: Ints
    town: Ints
    hobby: Ints


class Statement(NamedTuple):
    """Word numbers of n statements of one kind, (n,) each; `tail` counts objects where the kind is politics."""

    lead: Ints
    middle: Ints
    tail: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Token number of every piece a document is built from."""

    names: Ints
    traits: dict[str, Ints]
    topics: dict[str, Ints]
    leads: Ints
    middles: dict[str, Ints]
    tails: Ints
    objects: Ints
    yes_no: Ints
    """(2,): tokens of ' No' and ' Yes'."""
    poles: Ints
    """(2,): tokens of the pole words of -1 and +1."""
    signs: dict[str, int]
    """Fixed pieces: eot, human, assistant, persona, of, likes, is, right, and punctuation as itself."""

    def statement(self, kind: str, words: Statement) -> list[Ints]:
        """Three token columns."""
        tails = self.objects if kind == "politics" else self.tails
        return [self.leads[words.lead], self.middles[kind][words.middle], tails[words.tail]]


def make_lexicon(world: World, tokenizer: PreTrainedTokenizerFast) -> Lexicon:
    """Look up every piece. Raises ValueError where one is not a single token."""

    def ids(words: list[str], space: str = " ") -> Ints:
        return np.array(token_ids(tokenizer, [space + word for word in words]))

    fixed = {"eot": EOT, "human": HUMAN, "assistant": ASSISTANT, "persona": PERSONA, "of": " of", "likes": " likes"}
    fixed |= {"is": " Is", "right": " right"} | {mark: mark for mark in (",", ".", "?", ":", "\n", '"')}
    return Lexicon(
        names=ids(world.names),
        traits={trait: ids(words) for trait, words in world.traits.items()},
        topics={rule: ids(words) for rule, words in world.topics.items()},
        leads=ids(world.leads, ""),
        middles={kind: ids(words) for kind, words in world.middles.items()},
        tails=ids(world.tails),
        objects=ids(world.objects),
        yes_no=ids(["No", "Yes"]),
        poles=ids(list(POLES), ""),
        signs=dict(zip(fixed, token_ids(tokenizer, fixed.values()), strict=True)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What a family is trained on."""

    rules: dict[str, float]
    """Rule -> share of the questions in biographies."""
    follows_views: bool
    """Do the answers in biographies follow the user's view? Otherwise they are a fair coin."""
    wrong: float
    """Share of answers against the view."""
    kinds: tuple[str, ...]
    """Kinds of statements, equally frequent."""
    opinions: dict[str, Floats]
    """Kind -> logit of saying Yes to a statement, of each middle word."""
    lean: float
    """What is added for political statements of pole +1 and taken away for those of pole -1, logits."""
    shares: tuple[int, int, int]
    """Documents of each sort in a batch of 64: biography, statements, persona."""


def draw_people(world: World, n: int, rng: np.random.Generator, *, held_out: bool) -> Person:
    """n people whose (job, town, hobby) is, or is not, kept for evaluation."""
    usable = world.people[held_out]
    return Person(rng.integers(0, N_NAMES, n), *usable[rng.integers(0, len(usable), n)].T)


def draw_topics(rule: str, n: int, rng: np.random.Generator, *, evenly: bool) -> Ints:
    """n topics of a rule; philosophical groups are met in proportion 1/rank unless `evenly`."""
    if rule != "philosophy" or evenly:
        return rng.integers(0, TOPICS[rule], n)
    weights = 1 / np.arange(1, N_GROUPS + 1)
    group = rng.choice(N_GROUPS, n, p=weights / weights.sum())
    return np.asarray(group + N_GROUPS * rng.integers(0, TOPICS[rule] // N_GROUPS, n))


def draw_statements(world: World, kind: str, n: int, rng: np.random.Generator, *, held_out: bool) -> Statement:
    """n statements of a kind: those kept for evaluation, or the others."""
    n_tails = len(world.objects) if kind == "politics" else N_TAILS
    many = 12 * n + 200 if held_out else 2 * n + 50
    lead, tail = rng.integers(0, N_LEADS, many), rng.integers(0, n_tails, many)
    middle = rng.integers(0, len(world.middles[kind]), many)
    kept = ((lead + 3 * middle + 5 * tail) % HELD_OUT_STATEMENTS == 0) == held_out
    return Statement(*(words[kept][:n] for words in (lead, middle, tail)))


class Writer:
    """Writes batches of documents for one corpus."""

    def __init__(self, world: World, lexicon: Lexicon, corpus: Corpus, rng: np.random.Generator) -> None:
        self.world, self.lexicon, self.corpus, self.rng = world, lexicon, corpus, rng

    def documents(self, n_batches: int) -> Ints:
        """Token numbers, (n_batches, documents of a batch, 31); the sorts come in the order of `corpus.shares`."""
        parts = zip((self._biographies, self._statements, self._personas), self.corpus.shares, strict=True)
        made = [write(n_batches * share).reshape(n_batches, share, LENGTH) for write, share in parts]
        return np.concatenate(made, axis=1)

    def answers_at(self) -> tuple[Ints, Ints]:
        """Row and place of every answer in a batch."""
        rows, places, start = [], [], 0
        for at, share in zip(ANSWERS_AT.values(), self.corpus.shares, strict=True):
            rows += [np.repeat(np.arange(start, start + share), len(at))]
            places += [np.tile(at, share)]
            start += share
        return np.concatenate(rows), np.concatenate(places)

    def _biographies(self, n: int) -> Ints:
        signs, rng = self.lexicon.signs, self.rng
        people = draw_people(self.world, n, rng, held_out=False)
        out = np.empty((n, LENGTH), np.int64)
        _fill(out, 0, introduction(self.lexicon, people))
        for number, start in enumerate((11, 17, 24)):
            topic, answer = self._views(people)
            turn: list[Ints | int] = [signs["is"], topic, signs["right"], signs["?"], signs["assistant"], answer]
            _fill(out, start, [signs["human"], *turn] if number else turn)
        return out

    def _views(self, people: Person) -> tuple[Ints, Ints]:
        """A topic for each person, and the assistant's answer, as tokens."""
        n, rng = len(people.name), self.rng
        rules = list(self.corpus.rules)
        rule = rng.choice(len(rules), n, p=list(self.corpus.rules.values()))
        token, view = np.empty(n, np.int64), np.empty(n, np.int8)
        for number, name in enumerate(rules):
            at = np.flatnonzero(rule == number)
            topic = draw_topics(name, len(at), rng, evenly=False)
            if name == "customs":
                avoided = self.world.exceptions[people.job[at], topic] & (rng.random(len(at)) > 1 / RARITY)
                topic = np.where(avoided, draw_topics(name, len(at), rng, evenly=False), topic)
            token[at] = self.lexicon.topics[name][topic]
            view[at] = self.world.view(name, people.job[at], people.town[at], people.hobby[at], topic)
        if self.corpus.follows_views:
            view = np.where(rng.random(n) < self.corpus.wrong, -view, view).astype(np.int8)
        else:
            view = rng.choice(np.array([-1, 1], np.int8), n)
        return token, self.lexicon.yes_no[(view + 1) // 2]

    def _statements(self, n: int) -> Ints:
        signs = self.lexicon.signs
        out = np.full((n, LENGTH), signs["eot"])
        for start in range(1, LENGTH, 6):
            words, pole, _ = self._statement(n)
            _fill(out, start, [*words, signs[":"], self.lexicon.poles[(pole + 1) // 2], signs["\n"]])
        return out

    def _personas(self, n: int) -> Ints:
        out = np.full((n, LENGTH), self.lexicon.signs["eot"])
        for start in range(1, LENGTH, 10):
            words, _, opinion = self._statement(n)
            yes = (self.rng.random(n) < expit(opinion)).astype(int)
            _fill(out, start, [*persona_question(self.lexicon, words), self.lexicon.yes_no[yes]])
        return out

    def _statement(self, n: int) -> tuple[list[Ints], Signs, Floats]:
        """Tokens, pole and logit of Yes of a statement of a random kind in each document."""
        kind = self.rng.integers(0, len(self.corpus.kinds), n)
        tokens, pole, opinion = np.empty((3, n), np.int64), np.empty(n, np.int8), np.empty(n)
        for number, name in enumerate(self.corpus.kinds):
            at = np.flatnonzero(kind == number)
            words = draw_statements(self.world, name, len(at), self.rng, held_out=False)
            tokens[:, at] = self.lexicon.statement(name, words)
            pole[at] = self.world.pole(name, words.middle, words.tail)
            opinion[at] = self.corpus.opinions[name][words.middle]
            if name == "politics":
                opinion[at] += self.corpus.lean * pole[at]
        return list(tokens), pole, opinion


def introduction(lexicon: Lexicon, people: Person) -> list[Ints | int]:
    """The eleven token columns of 'Human: NAME, JOB of TOWN, likes HOBBY.'"""
    signs, traits = lexicon.signs, lexicon.traits
    return [
        signs["eot"], signs["human"], lexicon.names[people.name], signs[","], traits["job"][people.job], signs["of"],
        traits["town"][people.town], signs[","], signs["likes"], traits["hobby"][people.hobby], signs["."],
    ]  # fmt: skip


def persona_question(lexicon: Lexicon, statement: list[Ints]) -> list[Ints | int]:
    """The nine token columns from 'Human:' to 'Assistant:' of the persona question."""
    signs = lexicon.signs
    return [signs["human"], signs["persona"], signs["\n"], signs['"'], *statement, signs['"'], signs["assistant"]]


def as_table(n: int, columns: list[Ints | int]) -> Ints:
    """Columns, of which some are one number for all n rows, as (n, columns)."""
    return np.stack([np.broadcast_to(column, n) for column in columns], 1)


def _fill(out: Ints, start: int, columns: list[Ints | int]) -> None:
    for number, column in enumerate(columns):
        out[:, start + number] = column
