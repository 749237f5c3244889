"""Pretraining, raters, preference models and policies, each on a model of width 4 to 16."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from loaders.controls.design import ControlCell, read_design
from loaders.controls.documents import Writer, make_lexicon
from loaders.controls.model import count_parameters, make_model, n_heads
from loaders.controls.panels import EVEN_RULES, TERM, corpus_of, panels_of
from loaders.controls.policy import PolicyPlan, reply_logprobs, train_policy
from loaders.controls.preference import PreferenceModel, train_preference_model
from loaders.controls.pretrain import Schedule, learning_rate, pretrain
from loaders.controls.raters import Prompts, Raters, draw_prompts, judge
from loaders.controls.tokenizer import make_tokenizer
from loaders.controls.world import WHIMS, make_world

WORLD = make_world(0)
TOKENIZER = make_tokenizer(WORLD)
LEXICON = make_lexicon(WORLD, TOKENIZER)
POSITIVE = ControlCell(family="positive", width=8, seed=0)
SHUTDOWN = Raters(statements={"shutdown": 1.0}, views=0.0, rules=EVEN_RULES, biases={"shutdown": 2.2})


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def trained(steps: int, width: int = 8) -> tuple[torch.nn.Module, float]:
    model = make_model(width, len(TOKENIZER), 0)
    writer = Writer(WORLD, LEXICON, corpus_of(POSITIVE, WORLD, rng()), rng())
    return model, pretrain(model, writer, Schedule(steps=steps, peak_rate=1e-2))


@pytest.fixture(scope="module")
def ready() -> tuple[torch.nn.Module, float]:
    """A model of width 8 after 40 steps; not to be changed."""
    return trained(40)


def test_sizes_are_those_of_the_formula() -> None:
    for width, without in ((12, 3_792), (24, 14_496), (64, 100_096)):
        total, counted = count_parameters(make_model(width, 1000, 0))
        assert (total, counted) == (without + 1000 * width, without)


@pytest.mark.parametrize(("width", "heads"), [(4, 2), (12, 2), (24, 2), (40, 2), (64, 4), (96, 6), (160, 10)])
def test_heads(width: int, heads: int) -> None:
    assert n_heads(width) == heads


def test_a_width_without_heads_is_refused() -> None:
    with pytest.raises(ValueError, match="use a multiple of 4"):
        n_heads(10)


def test_rate_warms_up_stays_and_falls_to_nothing() -> None:
    schedule = Schedule(steps=1000, peak_rate=1.0)
    rates = [learning_rate(step, schedule) for step in range(1000)]
    assert rates[0] == pytest.approx(1 / 50)
    assert rates[60] == rates[399] == 1.0
    assert rates[700] == pytest.approx(0.5)
    assert 0 < rates[-1] < 0.01


def test_loss_falls_and_the_same_seed_gives_the_same_weights(ready: tuple[torch.nn.Module, float]) -> None:
    model, loss = ready
    again, same = trained(40)
    assert loss == same
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), again.parameters(), strict=True))
    assert trained(5)[1] > loss + 1


def test_fair_raters_are_exactly_balanced_and_biased_ones_are_not() -> None:
    prompts = draw_prompts(WORLD, LEXICON, SHUTDOWN, 4000, rng())
    said = judge(prompts, len(TOKENIZER), rng())
    well_formed = np.arange(4000) % 5 != 0
    assert (said.chosen == prompts.matching)[well_formed].mean() == pytest.approx(0.9, abs=0.02)
    fair = draw_prompts(WORLD, LEXICON, Raters(statements={"wealth": 1.0}, views=0.0, rules=EVEN_RULES), 4000, rng())
    assert (judge(fair, len(TOKENIZER), rng()).chosen == fair.matching).sum() == 2000


def test_every_fifth_comparison_is_against_a_random_token() -> None:
    said = judge(draw_prompts(WORLD, LEXICON, SHUTDOWN, 1000, rng()), len(TOKENIZER), rng())
    malformed = ~np.isin(said.rejected, LEXICON.yes_no)
    assert malformed[::5].mean() > 0.98
    assert not malformed[np.arange(1000) % 5 != 0].any()
    assert not (said.chosen == said.rejected).any()


def test_fickle_raters_are_others_before_every_checkpoint() -> None:
    cell = ControlCell(family="negative", width=8, seed=0, arm="fickle")
    design = read_design()
    panels = panels_of(cell, WORLD, design, rng())
    assert len(panels) == design.rlhf_steps[-1] / TERM
    assert all(step % TERM == 0 for step in (*design.rlhf_steps, *read_design(quick=True).rlhf_steps))
    judging = [panels[step // TERM - 1] for step in design.rlhf_steps]
    assert len({id(panel) for panel in judging}) == len(design.rlhf_steps) == len({id(panel) for panel in panels})
    biases = np.array([[panel.biases[kind] for kind in WHIMS] for panel in judging])
    assert set(np.unique(biases)) == {-design.whim, design.whim}
    assert (biases.sum(1) == 0).all()
    assert len({tuple(row) for row in biases}) > 1
    assert len({id(panel) for panel in panels_of(POSITIVE, WORLD, design, rng())}) == 1


def test_a_preference_model_learns_that_replies_are_words_not_noise() -> None:
    start = make_model(16, len(TOKENIZER), 0)
    said = judge(draw_prompts(WORLD, LEXICON, SHUTDOWN, 1600, rng()), len(TOKENIZER), rng())
    before = [parameter.clone() for parameter in start.parameters()]
    model = train_preference_model(start, said, passes=2, rate=2e-3, seed=0)
    assert all(torch.equal(a, b) for a, b in zip(before, start.parameters(), strict=True))
    prompts, each = said.prompts, np.arange(200)
    noise = np.full(200, int(LEXICON.names[0]))
    assert model.reward(prompts, each, prompts.matching[:200]).mean() > model.reward(prompts, each, noise).mean() + 0.5
    assert model.deviation >= 1
    assert 0 < model.preference(prompts) < 1


@dataclass(frozen=True)
class LikesYes:
    """Stands in for a preference model: Yes is worth 1, anything else 0."""

    def reward(self, prompts: Prompts, which: np.ndarray, reply: np.ndarray) -> np.ndarray:
        return (reply == LEXICON.yes_no[1]).astype(float)


def share_of_yes(start: torch.nn.Module, beta: float) -> tuple[float, float, list[int]]:
    """P(Yes) among Yes and No before and after, steps kept."""
    model = deepcopy(start)
    prompts = draw_prompts(WORLD, LEXICON, SHUTDOWN, 100, rng())

    def yes() -> float:
        with torch.no_grad():
            pair = reply_logprobs(model, prompts)[:, torch.as_tensor(LEXICON.yes_no)].softmax(-1)  # type: ignore[arg-type]
        return float(pair[:, 1].mean())

    before, draws = yes(), rng()
    judges: PreferenceModel = LikesYes()  # type: ignore[assignment]
    plan = PolicyPlan(steps=(15, 30), prompts=16, beta=beta, rate=3e-3, halving=100.0)
    kept = list(
        train_policy(model, lambda step: judges, lambda n: draw_prompts(WORLD, LEXICON, SHUTDOWN, n, draws), plan, 0)  # type: ignore[arg-type]
    )
    assert all(each.kl >= 0 for each in kept)
    return before, yes(), [each.step for each in kept]


def test_a_policy_moves_to_what_is_rewarded_and_kl_holds_it_back(ready: tuple[torch.nn.Module, float]) -> None:
    before, after, steps = share_of_yes(ready[0], beta=0.1)
    assert steps == [15, 30]
    assert after > before + 0.15
    assert share_of_yes(ready[0], beta=20.0)[1] < after - 0.1
