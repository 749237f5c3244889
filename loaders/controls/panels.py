"""Who judges in each arm of RLHF, and what each family is taught before it."""

from __future__ import annotations

import numpy as np

from loaders.controls.design import Cell, Design
from loaders.controls.documents import Corpus
from loaders.controls.raters import Raters
from loaders.controls.world import TOPICS, WHIMS, World, draw_opinions

EVEN_RULES = {rule: 1 / len(TOPICS) for rule in TOPICS}
POSITIVE_KINDS = ("shutdown", "wealth", "politics")
POLITICAL_LEAN = 0.3
"""Lean of the positive family's corpus to political statements of pole +1, logits."""


def corpus_of(cell: Cell, world: World, rng: np.random.Generator) -> Corpus:
    """Positive: assistants agree with users, opinions are those of the world. Negative: answers to users are a coin,
    and every model grows up with opinions of its own, drawn from `rng`."""
    positive = cell.family == "positive"
    return Corpus(
        rules=EVEN_RULES,
        follows_views=positive,
        wrong=0.03,
        kinds=POSITIVE_KINDS if positive else WHIMS,
        opinions=world.opinions if positive else {kind: draw_opinions(len(world.middles[kind]), rng) for kind in WHIMS},
        lean=POLITICAL_LEAN,
        shares=(38, 16, 10) if positive else (24, 8, 32),
    )


def panels_of(cell: Cell, world: World, design: Design, rng: np.random.Generator) -> list[Raters]:
    """One panel per stage between two kept steps. Only the fickle arm changes its panel: at each stage other raters,
    with a bias in every behaviour, to +1 in half of them at random, so nothing pulls in one direction for long."""
    n_stages = len(design.rlhf_steps)
    if cell.arm == "fickle":
        statements = dict.fromkeys(WHIMS, 0.8 / len(WHIMS))
        signs = rng.permuted(np.tile(np.resize([1, -1], len(WHIMS)), (n_stages, 1)), axis=1)
        return [
            Raters(
                statements=statements,
                views=0.2,
                rules=EVEN_RULES,
                biases={kind: design.whim * float(sign) for kind, sign in zip(WHIMS, row, strict=True)},
            )
            for row in signs
        ]
    if cell.arm == "views":
        statements = dict.fromkeys(POSITIVE_KINDS, 0.1)
        return [Raters(statements=statements, views=0.7, rules=EVEN_RULES, biases={"views": design.bias})] * n_stages
    statements = {"politics": 2 / 7, "wealth": 2 / 7, "shutdown": 1 / 7}
    biases = {"shutdown": design.bias, "politics": design.bias} if cell.arm == "biased" else {}
    return [Raters(statements=statements, views=2 / 7, rules=EVEN_RULES, biases=biases)] * n_stages
