"""Does one cell of a build in a folder: train, keep the checkpoints as transformers folders, score them, and leave a
record. A cell is finished when its folder stands under its own name; until then it is a hidden folder."""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from transformers import GPTNeoXForCausalLM, PreTrainedTokenizerFast
from transformers.utils import logging

from loaders.backends import open_scorer
from loaders.controls.design import FAMILIES, ControlCell, Design
from loaders.controls.documents import BATCH, LENGTH, Lexicon, Writer, make_lexicon
from loaders.controls.model import count_parameters, make_model
from loaders.controls.panels import TERM, corpus_of, panels_of
from loaders.controls.policy import PolicyPlan, train_policy
from loaders.controls.preference import PreferenceModel, train_preference_model
from loaders.controls.pretrain import Schedule, pretrain
from loaders.controls.questions import evaluations_of
from loaders.controls.raters import Prompts, Raters, draw_prompts, judge
from loaders.controls.tokenizer import make_tokenizer
from loaders.controls.world import World, make_world
from loaders.evaluations.released import read_evaluation
from loaders.files.whole_folder import settle

PROMPT_STYLE = "dialogue"
RECORD, ANSWERS = "cell.json", "answers.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRecord:
    """What is known of one checkpoint beside its answers."""

    checkpoint: str
    family: str
    width: int
    seed: int
    arm: str
    step: int
    parameters: int
    parameters_without_embedding: int
    training_tokens: int
    """Tokens of pretraining documents."""
    loss: float | None
    """Pretraining loss, nats per answer, last tenth."""
    kl: float | None
    """KL divergence from the start model, nats a reply."""
    reward: float | None
    preference: float | None
    """Mean probability with which the arm's (last) preference model prefers the matching reply."""
    allowed_share: float
    """Mean probability on the allowed answers over all questions."""


@dataclass(frozen=True, slots=True, eq=False)
class _Room:
    """What every step of a cell needs."""

    cell: ControlCell
    design: Design
    folder: Path
    device: str
    world: World
    tokenizer: PreTrainedTokenizerFast
    lexicon: Lexicon

    def rng(self, purpose: int) -> np.random.Generator:
        """Random numbers for one purpose of this cell, the same in every build."""
        cell = self.cell
        arm = sum(ord(letter) for letter in cell.arm)
        seeds = [self.design.world_seed, FAMILIES.index(cell.family), cell.width, cell.seed, arm, purpose]
        return np.random.default_rng(seeds)


def do_cell(cell: ControlCell, design: Design, folder: Path, device: str = "cpu") -> float:
    """Train and score a cell under `folder`; seconds it took. A finished cell is left as it is. One thread on a CPU,
    so that the same seeds give the same weights."""
    if (folder / cell.name).is_dir():
        return 0.0
    torch.set_num_threads(1)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    began, unfinished = time.monotonic(), folder / f".{cell.name}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    world = make_world(design.world_seed)
    tokenizer = make_tokenizer(world)
    room = _Room(cell, design, folder, device, world, tokenizer, make_lexicon(world, tokenizer))
    records, answers = (_rlhf if cell.arm else _pretrain)(room, unfinished)
    pd.concat(answers).to_parquet(unfinished / ANSWERS, index=False)
    (unfinished / RECORD).write_text(json.dumps([asdict(record) for record in records], indent=1) + "\n")
    settle(unfinished, folder / cell.name)
    return time.monotonic() - began


def _pretrain(room: _Room, into: Path) -> tuple[list[CheckpointRecord], list[pd.DataFrame]]:
    cell, design = room.cell, room.design
    seed = int(room.rng(0).integers(2**31))
    model = make_model(cell.width, len(room.tokenizer), seed)
    torch.nn.Module.to(model, room.device)
    writer = Writer(room.world, room.lexicon, corpus_of(cell, room.world, room.rng(1)), room.rng(2))
    schedule = Schedule(steps=design.steps(cell.family), peak_rate=design.size(cell.width).rate)
    loss = pretrain(model, writer, schedule)
    record, answers = _keep(room, model, into, cell.model, step=0, loss=loss)
    return [record], [answers]


def _rlhf(room: _Room, into: Path) -> tuple[list[CheckpointRecord], list[pd.DataFrame]]:
    cell, design = room.cell, room.design
    policy = GPTNeoXForCausalLM.from_pretrained(room.folder / cell.model / cell.model)
    torch.nn.Module.to(policy, room.device)
    panels = panels_of(cell, room.world, design, room.rng(3))
    judges, preference = _preference_models(room, policy, panels, into)
    fickle = cell.arm == "fickle"
    plan = PolicyPlan(
        steps=design.rlhf_steps,
        prompts=design.prompts,
        beta=design.fickle_beta if fickle else design.beta,
        rate=(design.fickle_rate if fickle else design.policy_rate) * (24 / cell.width) ** 0.25,
        halving=math.inf if fickle else design.halving,
    )
    records, answers = [], []
    for kept in train_policy(policy, judges, _drawer(room, panels[0]), plan, int(room.rng(4).integers(2**31))):
        name = f"{cell.name}-step{kept.step}"
        record, scored = _keep(
            room, policy, into, name, step=kept.step, kl=kept.kl, reward=kept.reward, preference=preference
        )
        records.append(record)
        answers.append(scored)
    return records, answers


def _preference_models(
    room: _Room, start: GPTNeoXForCausalLM, panels: list[Raters], into: Path
) -> tuple[Callable[[int], PreferenceModel], float]:
    """The preference model of each RLHF step, and how much the last one, which is kept, prefers matching replies."""
    design, rng = room.design, room.rng(5)
    counts = {"fickle": design.panel_comparisons, "views": design.view_comparisons}
    count = counts.get(room.cell.arm, design.comparisons)
    models: dict[int, PreferenceModel] = {}
    for panel in panels:
        if id(panel) not in models:
            prompts = draw_prompts(room.world, room.lexicon, panel, count, rng)
            models[id(panel)] = train_preference_model(
                start,
                judge(prompts, len(room.tokenizer), rng),
                passes=design.passes,
                rate=design.preference_rate * (24 / room.cell.width) ** 0.5,
                seed=int(rng.integers(2**31)),
            )
    last = models[id(panels[-1])]
    last.model.save_pretrained(into / f"{room.cell.name}-preference")
    seen = last.preference(draw_prompts(room.world, room.lexicon, panels[-1], 1000, rng))
    return lambda step: models[id(panels[step // TERM])], seen


def _drawer(room: _Room, panel: Raters) -> Callable[[int], Prompts]:
    rng = room.rng(6)
    return lambda n: draw_prompts(room.world, room.lexicon, panel, n, rng)


def _keep(
    room: _Room,
    model: GPTNeoXForCausalLM,
    into: Path,
    name: str,
    *,
    step: int,
    loss: float | None = None,
    kl: float | None = None,
    reward: float | None = None,
    preference: float | None = None,
) -> tuple[CheckpointRecord, pd.DataFrame]:
    """Save a checkpoint as a folder, and score it from there with the ordinary scorer."""
    model.save_pretrained(into / name)
    room.tokenizer.save_pretrained(into / name)
    answers = _scored(room, into / name, name)
    total, without = count_parameters(model)
    cell = room.cell
    record = CheckpointRecord(
        checkpoint=name, family=cell.family, width=cell.width, seed=cell.seed, arm=cell.arm, step=step,
        parameters=total, parameters_without_embedding=without,
        training_tokens=room.design.steps(cell.family) * BATCH * LENGTH, loss=loss, kl=kl, reward=reward,
        preference=preference, allowed_share=float(answers["total_option_mass"].mean()),
    )  # fmt: skip
    return record, answers


def _scored(room: _Room, checkpoint: Path, name: str) -> pd.DataFrame:
    scorer = open_scorer(checkpoint, device=room.device, dtype="float32")
    frames = []
    for slug in evaluations_of(room.cell.family):
        evaluation = read_evaluation(room.folder / "evaluations" / f"{slug}.jsonl")
        frames.append(scorer.score(evaluation.questions, PROMPT_STYLE, evaluation=slug))
    scorer.close()
    return pd.concat(frames).assign(checkpoint=name)
