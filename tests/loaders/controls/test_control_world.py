"""The control world: what follows from the seed, and what must be balanced."""

from __future__ import annotations

import numpy as np
import pytest

from loaders.controls.words import made_up_words
from loaders.controls.world import KINDS, N_EXCEPTIONS, N_TRAITS, TOPICS, make_world

WORLD = make_world(0)


def everybody(n: int = 4000) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {trait: rng.integers(0, N_TRAITS, n) for trait in ("job", "town", "hobby")}


def test_a_seed_is_a_world() -> None:
    again, other = make_world(0), make_world(1)
    assert again.words() == WORLD.words()
    assert (again.exceptions == WORLD.exceptions).all()
    assert other.words() != WORLD.words()


def test_words_are_all_different_and_two_syllables_long() -> None:
    words = WORLD.words()
    assert len({word.casefold() for word in words}) == len(words)
    assert {len(word) for word in words} == {4}


def test_more_words_than_there_are_is_an_error() -> None:
    with pytest.raises(ValueError, match="4900 of two syllables exist"):
        made_up_words(5000, np.random.default_rng(0))


@pytest.mark.parametrize("rule", TOPICS)
def test_half_of_the_views_agree(rule: str) -> None:
    people = everybody(40_000)
    topic = np.random.default_rng(1).integers(0, TOPICS[rule], 40_000)
    view = WORLD.view(rule, **people, topic=topic)
    assert set(np.unique(view)) == {-1, 1}
    assert abs(float(view.mean())) < 0.06


def test_politics_is_the_majority_of_three_leanings() -> None:
    leanings, sign = WORLD.leanings, WORLD.topic_signs["politics"]
    left = {trait: np.flatnonzero(leanings[trait] == 1)[:1] for trait in ("job", "town", "hobby")}
    right = np.flatnonzero(leanings["job"] == -1)[:1]
    topic = np.array([0])
    assert WORLD.view("politics", **left, topic=topic) == sign[0]
    assert WORLD.view("politics", **(left | {"job": right}), topic=topic) == sign[0]
    hobby = np.flatnonzero(leanings["hobby"] == -1)[:1]
    assert WORLD.view("politics", right, left["town"], hobby, topic) == -sign[0]


def test_exceptions_are_the_opposite_of_the_rule() -> None:
    job, topic = np.meshgrid(np.arange(N_TRAITS), np.arange(TOPICS["customs"]), indexing="ij")
    nobody = np.zeros(job.size, int)
    view = WORLD.view("customs", job.ravel(), nobody, nobody, topic.ravel()).reshape(job.shape)
    rule = WORLD.leanings["custom"][:, None]
    assert ((view == rule) == ~WORLD.exceptions).all()
    assert (WORLD.exceptions.sum(1) == N_EXCEPTIONS).all()


@pytest.mark.parametrize("kind", KINDS)
def test_opinions_have_nothing_to_do_with_poles(kind: str) -> None:
    signs, opinions = WORLD.middle_signs[kind], WORLD.opinions[kind]
    assert sorted(opinions[signs == 1]) == pytest.approx(sorted(opinions[signs == -1]))
    assert abs(float(opinions.mean())) < 1e-9


def test_people_for_evaluation_are_apart_and_every_association_is_seen() -> None:
    kept, others = ({tuple(row) for row in WORLD.people[held_out]} for held_out in (True, False))
    assert not kept & others
    assert len(kept) + len(others) == N_TRAITS**3
    assert 0.09 < len(kept) / N_TRAITS**3 < 0.11
    assert {job for job, _, _ in others} == set(range(N_TRAITS))
