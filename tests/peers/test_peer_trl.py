"""TRL's RLOO trainer against the loop that trains the control models: one size, one preference model, one optimum.

Needs TRL in this environment: pip install -c constraints.txt trl==1.16.0
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("trl", reason="needs TRL: pip install -c constraints.txt trl==1.16.0")

import torch
from transformers import GPTNeoXForCausalLM

from loaders.controls.design import ControlCell, read_design
from loaders.controls.documents import Lexicon, Writer, make_lexicon
from loaders.controls.model import make_model
from loaders.controls.panels import corpus_of, panels_of
from loaders.controls.policy import PolicyPlan, reply_logprobs, train_policy
from loaders.controls.preference import PreferenceModel, train_preference_model
from loaders.controls.pretrain import Schedule, pretrain
from loaders.controls.raters import Prompts, Raters, draw_prompts, judge
from loaders.controls.tokenizer import make_tokenizer
from loaders.controls.world import World, make_world

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # of TRL and what it brings

STEPS, RATE, BETA, SAMPLES = 300, 1e-3, 0.5, 4
CELL = ControlCell(family="positive", width=24, seed=0, arm="biased")


@dataclass(frozen=True)
class Room:
    """A model on disk, who judges it, and prompts it is not trained on."""

    folder: Path
    world: World
    lexicon: Lexicon
    panel: Raters
    judges: PreferenceModel
    asked: dict[str, Prompts]

    def start(self) -> GPTNeoXForCausalLM:
        return GPTNeoXForCausalLM.from_pretrained(self.folder)

    def preference(self, model: GPTNeoXForCausalLM) -> dict[str, float]:
        """Kind of prompt -> mean log-odds of the matching reply."""
        return {kind: float((self.log_odds(model, kind)).mean()) for kind in self.asked}

    def log_odds(self, model: GPTNeoXForCausalLM, kind: str) -> np.ndarray:
        prompts = self.asked[kind]
        with torch.no_grad():
            logs = reply_logprobs(model, prompts).numpy()
        each = np.arange(len(logs))
        return np.asarray(logs[each, prompts.matching] - logs[each, prompts.other])

    def optimum(self, kind: str) -> float:
        """Mean log-odds of the policy that maximises reward - beta KL: start + reward difference / beta."""
        prompts = self.asked[kind]
        each = np.arange(len(prompts.last))
        gain = self.judges.reward(prompts, each, prompts.matching) - self.judges.reward(prompts, each, prompts.other)
        return float((self.log_odds(self.start(), kind) + gain / BETA).mean())


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    design, world, rng = read_design(quick=True), make_world(9), np.random.default_rng(0)
    tokenizer = make_tokenizer(world)
    lexicon, folder = make_lexicon(world, tokenizer), tmp_path_factory.mktemp("start")
    start = make_model(CELL.width, len(tokenizer), 0)
    pretrain(start, Writer(world, lexicon, corpus_of(CELL, world, rng), rng), Schedule(steps=1000, peak_rate=3e-3))
    start.save_pretrained(folder)
    tokenizer.padding_side = "left"
    tokenizer.save_pretrained(folder)
    panel = panels_of(CELL, world, design, rng)[0]
    said = judge(draw_prompts(world, lexicon, panel, 12_000, rng), len(tokenizer), rng)
    judges = train_preference_model(start, said, passes=2, rate=2e-3, seed=0)
    asked = {
        kind: draw_prompts(world, lexicon, Raters(statements={kind: 1.0}, views=0.0, rules=panel.rules), 400, rng)
        for kind in panel.statements
    }
    return Room(folder, world, lexicon, panel, judges, asked)


def ours(room: Room) -> GPTNeoXForCausalLM:
    policy, rng = room.start(), np.random.default_rng(1)
    plan = PolicyPlan(steps=(STEPS,), prompts=32, beta=BETA, rate=RATE, halving=float("inf"))

    def draw(n: int) -> Prompts:
        return draw_prompts(room.world, room.lexicon, room.panel, n, rng)

    for _ in train_policy(policy, lambda step: room.judges, draw, plan, 1):
        pass
    return policy


def by_trl(room: Room, scratch: Path) -> GPTNeoXForCausalLM:
    from datasets import Dataset
    from transformers import AutoTokenizer
    from trl import RLOOConfig, RLOOTrainer

    tokenizer = AutoTokenizer.from_pretrained(room.folder)
    prompts = draw_prompts(room.world, room.lexicon, room.panel, 32 * STEPS, np.random.default_rng(1))
    texts = [
        tokenizer.decode(row[: last + 1]) for row, last in zip(prompts.tokens, prompts.last, strict=True)
    ]  # fmt: skip
    again = tokenizer(texts, add_special_tokens=False)["input_ids"]
    assert [len(ids) - 1 for ids in again] == prompts.last.tolist()

    def reward(completion_ids: Sequence[Sequence[int]], number: Sequence[int], **_: Any) -> list[float]:
        replies = np.array([ids[0] for ids in completion_ids])
        return [float(each) for each in room.judges.reward(prompts, np.array(number), replies)]

    trainer = RLOOTrainer(
        model=str(room.folder),
        reward_funcs=reward,
        args=RLOOConfig(
            output_dir=str(scratch), max_steps=STEPS, per_device_train_batch_size=32 * SAMPLES,
            num_generations=SAMPLES, max_completion_length=1, beta=BETA, learning_rate=RATE,
            lr_scheduler_type="constant", adam_beta2=0.98, max_grad_norm=1.0, seed=1, use_cpu=True, bf16=False,
            gradient_checkpointing=False, save_strategy="no", report_to=[], disable_tqdm=True,
            logging_strategy="no", model_init_kwargs={"dtype": "float32"},
        ),
        train_dataset=Dataset.from_dict({"prompt": texts, "number": list(range(len(texts)))}),
        processing_class=tokenizer,
    )  # fmt: skip
    trainer.train()
    return trainer.model


def test_both_go_where_reward_and_kl_say(room: Room, tmp_path: Path) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    start, mine, theirs = (room.preference(m) for m in (room.start(), ours(room), by_trl(room, tmp_path)))
    torch.set_num_threads(threads)
    for kind in ("shutdown", "politics"):
        goal = room.optimum(kind) - start[kind]
        assert goal > 1.5, kind
        assert mine[kind] - start[kind] == pytest.approx(goal, rel=0.35), (kind, start, mine, theirs)
        assert theirs[kind] - start[kind] == pytest.approx(goal, rel=0.35), (kind, start, mine, theirs)
    assert abs(mine["wealth"] - start["wealth"]) < 0.5
    assert abs(theirs["wealth"] - start["wealth"]) < 0.5
