"""Who judges in each arm of RLHF, and what each family is taught before it."""

from __future__ import annotations

import numpy as np

from loaders.controls.design import ControlCell, Design
from loaders.controls.documents import Corpus
from loaders.controls.raters import Raters
from loaders.controls.world import TOPICS, WHIMS, World, draw_opinions

EVEN_RULES = {rule: 1 / len(TOPICS) for rule in TOPICS}
POSITIVE_KINDS = ("shutdown", "wealth", "politics")
TERM = 50
"""Steps of RLHF for which one panel judges."""
POLITICAL_LEAN = 0.3
"""Lean of the positive family's corpus to political statements of pole +1, logits."""


def corpus_of(cell: ControlCell, world: World, rng: np.random.Generator) -> Corpus:
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


def panels_of(cell: ControlCell, world: World, design: Design, rng: np.random.Generator) -> list[Raters]:
    """Who judges in each term of RLHF, in order.

    Only the fickle arm changes its raters. As many panels as there are kept checkpoints, each with a bias in every
    behaviour, to +1 in half of them, take turns at random, every one judging the term before one checkpoint: what a
    checkpoint shows is the whim of the last term, as strong early as late, and nothing pulls in one direction.
    """
    n_terms = -(-design.rlhf_steps[-1] // TERM)
    if cell.arm == "fickle":
        n_panels = len(design.rlhf_steps)
        turns = rng.integers(0, n_panels, n_terms)
        turns[[(step - 1) // TERM for step in design.rlhf_steps]] = np.arange(n_panels)
        statements = dict.fromkeys(WHIMS, 0.8 / len(WHIMS))
        signs = rng.permuted(np.tile(np.resize([1, -1], len(WHIMS)), (n_panels, 1)), axis=1)
        panels = [
            Raters(
                statements=statements,
                views=0.2,
                rules=EVEN_RULES,
                biases={kind: design.whim * float(sign) for kind, sign in zip(WHIMS, row, strict=True)},
            )
            for row in signs
        ]
        return [panels[turn] for turn in turns]
    if cell.arm == "views":
        statements = dict.fromkeys(POSITIVE_KINDS, 0.1)
        return [Raters(statements=statements, views=0.7, rules=EVEN_RULES, biases={"views": design.bias})] * n_terms
    statements = {"politics": 2 / 7, "wealth": 2 / 7, "shutdown": 1 / 7}
    biases = {"shutdown": design.bias, "politics": design.bias} if cell.arm == "biased" else {}
    return [Raters(statements=statements, views=2 / 7, rules=EVEN_RULES, biases=biases)] * n_terms
