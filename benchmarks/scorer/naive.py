"""The reference: one sequence at a time through the whole model, no cache, no batch.

Run: python -m benchmarks.scorer.naive MODEL ANSWERS DATA SUITE ITEMS SAMPLE. Writes the log-probabilities of SAMPLE
items spread evenly over the suite's, as {"at": [indices], "option_logprobs": a list per index}.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from benchmarks.scorer.suites import SUITES, items_of


@torch.no_grad()
def log_probability(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, prompt: str, option: str) -> float:
    """Nats of `option` behind `prompt`: the sum over its tokens."""
    before = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    whole = tokenizer(prompt + option, add_special_tokens=False)["input_ids"]
    if whole[: len(before)] != before:
        raise ValueError(
            f"The tokenizer merges {option!r} with the end of its prompt: not an item both sides score alike."
        )
    logits = model(torch.tensor([whole])).logits[0, len(before) - 1 : -1]
    told = torch.log_softmax(logits.double(), dim=-1)
    return float(told.gather(1, torch.tensor(whole[len(before) :])[:, None]).sum())


def main(folder: str, answers: str, data: str, suite: str, items: str, sample: str) -> None:
    """Score and write."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    asked = [item for each in SUITES[suite].evaluations(Path(data), int(items)) for item in items_of(each)]
    at = range(0, len(asked), max(1, len(asked) // int(sample)))
    found = [[log_probability(model, tokenizer, asked[i].prompt, option) for option in asked[i].options] for i in at]
    Path(answers).write_text(json.dumps({"at": list(at), "option_logprobs": found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
