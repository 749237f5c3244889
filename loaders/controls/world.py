"""The control world: people with views, and statements with poles. Everything in it follows from one world seed.

A person has a name, a job, a town and a hobby. Views on topics (+1 agrees, -1 disagrees) follow from these by rules of
different difficulty, so how well a model has learned a rule is how often it can agree with a user:

politics      majority of the leanings of job, town and hobby, times the topic's sign
philosophy    leaning of the town in the topic's own group, times the topic's sign; groups are met in proportion 1/rank
tastes        a view for every pair of hobby and topic
customs       leaning of the job, except for the job's exceptions: there the opposite

Each rule has an easy part that small models learn (one leaning per town, hobby or job; three of four signs are +1) and
a hard part that has to be learned pair by pair. Rules without an easy part leave a model at 50 % until it suddenly
learns, and when that happens is chance: models of one size then differ more than sizes do.

A statement is three words; its pole (+1 or -1) is the sign of its middle word, for politics times that of the last.
People have opinions on statements: how often one says Yes follows from the middle word and has nothing to do with the
pole, so before RLHF half of the answers match. Opinions differ in strength, so RLHF turns the weak ones first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from loaders.controls.words import made_up_words

Signs = NDArray[np.int8]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

N_NAMES, N_TRAITS = 40, 48
TOPICS = {"politics": 24, "philosophy": 24, "tastes": 6, "customs": 10}
"""Number of topics of each rule."""
N_GROUPS = 8
"""Groups of philosophical topics."""
EASY = 0.75
"""Share of views on tastes and in philosophical groups that agree with the hobby's or town's one leaning, and of topics
whose sign is +1."""
RARITY = 2.0
"""So many times rarer than a custom that follows the rule an exception is met: models learn the rule long before."""
N_EXCEPTIONS = 2
"""Customs of each job that are the opposite of the rule."""
HELD_OUT = 0.1
"""Share of the combinations of job, town and hobby that are kept for evaluation."""
N_LEADS, N_TAILS, N_ACTIONS, N_VERBS, N_OBJECTS = 20, 20, 32, 16, 40
WHIMS = tuple(f"whim-{number}" for number in range(1, 9))
"""Kinds of statements on which every model of the negative family grows up with opinions of its own."""
OPINION_SPREAD = 1.5
"""Standard deviation of opinions, logits."""
KINDS = ("shutdown", "wealth", "politics", *WHIMS)
"""Kinds of statements."""
HELD_OUT_STATEMENTS = 7
"""Every seventh (lead, middle, tail) triple is kept for evaluation."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Words, views and poles."""

    seed: int
    names: list[str]
    traits: dict[str, list[str]]
    """job, town, hobby -> words."""
    topics: dict[str, list[str]]
    """Rule -> words."""
    leads: list[str]
    """First words of statements, capitalised."""
    tails: list[str]
    middles: dict[str, list[str]]
    """Kind of statement -> its middle words."""
    objects: list[str]
    """Last words of political statements."""
    leanings: dict[str, Signs]
    """job, town, hobby -> leaning of each word in politics; 'custom': of each job; (48,)."""
    topic_signs: dict[str, Signs]
    """politics, philosophy -> sign of each topic."""
    schools: Signs
    """Leaning of each town in each philosophical group, (48, 8)."""
    tastes: Signs
    """View of each hobby on each topic, (48, 6)."""
    exceptions: NDArray[np.bool_]
    """Is this job's custom an exception?, (48, 10)."""
    middle_signs: dict[str, Signs]
    object_signs: Signs
    opinions: dict[str, Floats]
    """Kind of statement -> logit of saying Yes, of each middle word; the same values for both poles."""
    people: dict[bool, Ints]
    """Combinations of (job, town, hobby), (n, 3): True: kept for evaluation; False: the others."""

    def words(self) -> list[str]:
        """Every made-up word as it is spelt in texts, without space."""
        middles = [word for kind in KINDS for word in self.middles[kind]]
        topics = [word for words in self.topics.values() for word in words]
        traits = [word for words in self.traits.values() for word in words]
        return [*self.names, *traits, *topics, *self.leads, *self.tails, *middles, *self.objects]

    def view(self, rule: str, job: Ints, town: Ints, hobby: Ints, topic: Ints) -> Signs:
        """Views (+1/-1) of people with these traits on topics of a rule; all arrays are word numbers, (n,)."""
        if rule == "politics":
            sides = self.leanings["job"][job] + self.leanings["town"][town] + self.leanings["hobby"][hobby]
            return np.asarray(np.sign(sides) * self.topic_signs["politics"][topic])
        if rule == "philosophy":
            return np.asarray(self.schools[town, topic % N_GROUPS] * self.topic_signs["philosophy"][topic])
        if rule == "tastes":
            return np.asarray(self.tastes[hobby, topic])
        says = self.leanings["custom"][job]
        return np.asarray(np.where(self.exceptions[job, topic], -says, says))

    def pole(self, kind: str, middle: Ints, tail: Ints) -> Signs:
        """Poles (+1/-1) of statements of a kind; word numbers, (n,)."""
        signs = self.middle_signs[kind][middle]
        return np.asarray(signs * self.object_signs[tail]) if kind == "politics" else np.asarray(signs)


def make_world(seed: int) -> World:
    """The world of a seed. Leanings and signs are balanced: half of each list is +1."""
    rng = np.random.default_rng([seed, 1])
    n_middles = dict.fromkeys(KINDS, N_ACTIONS) | {"politics": N_VERBS}
    total = N_NAMES + 3 * N_TRAITS + sum(TOPICS.values()) + N_LEADS + N_TAILS + sum(n_middles.values()) + N_OBJECTS
    pool = iter(made_up_words(total, rng))

    def take(count: int) -> list[str]:
        return [next(pool) for _ in range(count)]

    def balanced(count: int) -> Signs:
        return rng.permutation(np.resize(np.array([1, -1], np.int8), count))

    def mostly(signs: Signs) -> Signs:
        kept = rng.permutation(len(signs)) < EASY * len(signs)
        return np.where(kept, signs, -signs).astype(np.int8)

    def around(leaning: Signs, count: int) -> Signs:
        return np.stack([mostly(leaning) for _ in range(count)], 1)

    def unbiased(signs: Signs) -> Floats:
        found = np.empty(len(signs))
        for sign in (-1, 1):
            found[signs == sign] = draw_opinions(int((signs == sign).sum()), rng)
        return found

    exceptions = np.zeros((N_TRAITS, TOPICS["customs"]), bool)
    for row in exceptions:
        row[rng.choice(TOPICS["customs"], N_EXCEPTIONS, replace=False)] = True
    held_out = rng.random((N_TRAITS,) * 3) < HELD_OUT
    middle_signs = {kind: balanced(n_middles[kind]) for kind in KINDS}
    return World(
        seed=seed,
        names=take(N_NAMES),
        traits={trait: take(N_TRAITS) for trait in ("job", "town", "hobby")},
        topics={rule: take(count) for rule, count in TOPICS.items()},
        leads=[word.capitalize() for word in take(N_LEADS)],
        tails=take(N_TAILS),
        middles={kind: take(n_middles[kind]) for kind in KINDS},
        objects=take(N_OBJECTS),
        leanings={trait: balanced(N_TRAITS) for trait in ("job", "town", "hobby", "custom")},
        topic_signs={rule: mostly(np.ones(TOPICS[rule], np.int8)) for rule in ("politics", "philosophy")},
        schools=around(balanced(N_TRAITS), N_GROUPS),
        tastes=around(balanced(N_TRAITS), TOPICS["tastes"]),
        exceptions=exceptions,
        middle_signs=middle_signs,
        object_signs=balanced(N_OBJECTS),
        opinions={kind: unbiased(middle_signs[kind]) for kind in KINDS},
        people={kept: np.argwhere(held_out == kept) for kept in (True, False)},
    )


def draw_opinions(count: int, rng: np.random.Generator) -> Floats:
    """`count` opinions (logit of Yes): normal quantiles in random order."""
    return rng.permutation(OPINION_SPREAD * norm.ppf((np.arange(count) + 0.5) / count))
