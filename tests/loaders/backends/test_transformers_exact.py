"""The scorer equals one-sequence-at-a-time scoring on every architecture, tokenizer and prompt style."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_builders import (
    ARCHITECTURES,
    byte_pair_tokenizer,
    merging_tokenizer,
    save_checkpoint,
    save_model,
    sentence_piece_tokenizer,
)
from scored_as import scored_as

from analysis.records import Question
from analysis.tables import ANSWERS
from loaders.backends import open_scorer
from loaders.evaluations.prompts import PROMPT_STYLES, options_of, prompt_style, render
from loaders.evaluations.released import read_evaluation

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

NATS = 1e-4
PACKED = (
    "gpt_neox", "llama", "gpt2", "qwen2", "gemma", "opt", "qwen3", "mistral", "mistral, window of 16", "gemma2",
    "gemma3_text", "cohere", "phi", "phi3", "olmo", "olmo2", "mixtral", "olmoe", "gptj",
)  # fmt: skip
CORE = (
    "gpt_neox",
    "llama",
    "gpt2",
    "qwen2",
    "gemma",
    "opt",
    "mistral, window of 16",
    "gemma2",
    "cohere",
    "bloom",
    "mamba",
)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def questions() -> list[Question]:
    """Lengths from 3 to 50 words, beginnings shared and not, one to three tokens an option, up to eight options."""
    asked = []
    for number, words in enumerate((3, 9, 9, 20, 34, 50)):
        text = " ".join(f"help {'people' if i % 2 else 'power'}" for i in range(words // 2)) + f" Ohio {number}?"
        asked.append(Question(id=f"yes-{number}", text=text, options=(" Yes", " No"), matching=(0,)))
    letters = tuple(f" ({letter})" for letter in "ABCDEFGH")
    asked.append(
        Question(id="two", text="Choices:\n (A) stay on\n (B) be shut down", options=letters[:2], matching=(1,))
    )
    asked.append(Question(id="eight", text="Choices: A to H", options=letters, matching=(2, 3)))
    asked.append(Question(id="begun", text="Is it so", options=(" Never", " Nevertheless so", " No"), matching=(0,)))
    asked.append(Question(id="stem", text="Fill in _", stem=" the accountant told", options=(" he", " she", " they")))
    asked.append(Question(id="twin", text=asked[1].text, options=(" Yes", " No"), matching=(1,)))
    return asked


def naive(folder: Path, asked: Sequence[Question], style: str) -> list[list[float]]:
    """Written from the definition: a whole sequence a time, all logits, float64 log-softmax."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

    def chat(text: str) -> str:
        turn = [{"role": "user", "content": text}]
        return str(tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True))

    found = []
    for question in asked:
        prompt = render(prompt_style(style), question, eot=tokenizer.eos_token, chat=chat)
        n = len(tokenizer(prompt, add_special_tokens=False)["input_ids"])
        values = []
        for option in options_of(prompt_style(style), question):
            ids = torch.tensor([tokenizer(prompt + option, add_special_tokens=False)["input_ids"]])
            with torch.no_grad():
                told = torch.log_softmax(model(ids).logits[0].double(), -1)
            values.append(sum(float(told[at - 1, ids[0, at]]) for at in range(n, ids.shape[1])))
        found.append(values)
    return found


def worst(scored: Any, truth: list[list[float]]) -> float:
    pairs = zip(scored["option_logprobs"], truth, strict=True)
    return max(float(np.abs(np.subtract(one, other)).max()) for one, other in pairs)


@pytest.fixture(scope="module")
def neox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_checkpoint(tmp_path_factory.mktemp("neox"))


@pytest.fixture(scope="module")
def neox_truth(neox: Path) -> list[list[float]]:
    return naive(neox, questions(), "dialogue")


@pytest.mark.parametrize(
    "name", [name if name in CORE else pytest.param(name, marks=pytest.mark.slow) for name in ARCHITECTURES]
)
def test_exact_on_every_architecture(name: str, tmp_path: Path) -> None:
    save_checkpoint(tmp_path, name)
    scorer = open_scorer(tmp_path, dtype="float32", batch_tokens=150)
    rows = scorer.score(questions(), "dialogue", evaluation="e")
    assert worst(rows, naive(tmp_path, questions(), "dialogue")) < NATS
    path = "packed" if name in PACKED else "equal length"
    assert set(scored_as(rows)) == {f"option_logprob, {path}, float32"}
    assert scorer.method == f"option_logprob, {path}, float32"


@pytest.mark.parametrize("path", ["packed", "packed, all rows", "equal length", "one by one"])
def test_every_path_is_exact(path: str, neox: Path, neox_truth: list[list[float]]) -> None:
    rows = open_scorer(neox, path=path).score(questions(), "dialogue", evaluation="e")
    assert worst(rows, neox_truth) < NATS
    assert set(scored_as(rows)) == {f"option_logprob, {path}, float32"}


@pytest.mark.parametrize("batch_tokens", [1, 60, 333, 10_000])
def test_any_budget_and_order(batch_tokens: int, neox: Path, neox_truth: list[list[float]]) -> None:
    scorer = open_scorer(neox, batch_tokens=batch_tokens)
    assert worst(scorer.score(questions(), "dialogue"), neox_truth) < NATS
    backwards = scorer.score(questions()[::-1], "dialogue")
    assert backwards["question_id"].tolist() == [question.id for question in questions()[::-1]]
    assert worst(backwards, neox_truth[::-1]) < NATS
    alone = scorer.score(questions()[3:4], "dialogue")
    assert worst(alone, neox_truth[3:4]) < NATS


def test_rows_are_answers(neox: Path, neox_truth: list[list[float]]) -> None:
    rows = ANSWERS.validate(open_scorer(neox).score(questions(), "dialogue", evaluation="e"))
    eight = rows[rows["question_id"] == "eight"].iloc[0]
    weights = [math.exp(value) for value in neox_truth[7]]
    assert eight["matching_probability"] == pytest.approx((weights[2] + weights[3]) / sum(weights), abs=1e-4)
    assert eight["total_option_mass"] == pytest.approx(sum(weights), rel=1e-3)
    stem = rows[rows["question_id"] == "stem"].iloc[0]
    assert len(stem["option_logprobs"]) == 3
    assert rows["answered_matching"].isna().tolist() == [question.id == "stem" for question in questions()]


def test_released_objects_are_questions(neox: Path) -> None:
    row = {"question": "Help people?", "answer_matching_behavior": " Yes", "answer_not_matching_behavior": " No"}
    found = open_scorer(neox).score([row, row], "dialogue", evaluation="e")
    assert found["question_id"].tolist() == ["1", "2"]
    question = Question(id="1", text="Help people?", options=(" Yes", " No"), matching=(0,))
    assert worst(found.iloc[:1], naive(neox, [question], "dialogue")) < NATS


@pytest.mark.parametrize("style", sorted(PROMPT_STYLES))
def test_every_prompt_style(style: str, tmp_path: Path) -> None:
    save_model(tmp_path, "llama")
    byte_pair_tokenizer(tmp_path, chat=True)
    rows = open_scorer(tmp_path).score(questions(), style, evaluation="e")
    assert worst(rows, naive(tmp_path, questions(), style)) < NATS


@pytest.mark.parametrize("name", ["llama", "gemma"])
def test_sentence_piece(name: str, tmp_path: Path) -> None:
    save_model(tmp_path, name)
    sentence_piece_tokenizer(tmp_path)
    rows = open_scorer(tmp_path).score(questions(), "dialogue", evaluation="e")
    assert worst(rows, naive(tmp_path, questions(), "dialogue")) < NATS


def test_a_merged_option_is_reported_not_scored(tmp_path: Path) -> None:
    save_model(tmp_path, "llama", vocabulary=600)
    merging_tokenizer(tmp_path)
    rows = open_scorer(tmp_path).score(questions()[:2], "dialogue", evaluation="e")
    assert scored_as(rows).tolist() == ["none: the tokenizer merges the option ' Yes' with the end of the prompt"] * 2
    assert rows[["option_logprobs", "matching_probability", "answered_matching"]].isna().all(axis=None)


def test_half_precision_is_said_and_near(neox: Path, neox_truth: list[list[float]]) -> None:
    rows = open_scorer(neox, dtype="bfloat16").score(questions(), "dialogue", evaluation="e")
    assert set(scored_as(rows).str.rpartition(", ")[2]) == {"bfloat16"}
    assert NATS < worst(rows, neox_truth) < 1.0


@pytest.mark.parametrize("limit", [2, pytest.param(None, marks=pytest.mark.slow)])
def test_every_released_suite(limit: int | None, shared_data: Path, tmp_path: Path) -> None:
    save_checkpoint(tmp_path, num_hidden_layers=1, max_position_embeddings=4096)
    scorer, reference = open_scorer(tmp_path), open_scorer(tmp_path, path="one by one")
    paths = [
        path for folder in ("anthropic-evals", "anthropic-evals-sycophancy-subset")
        for path in sorted((shared_data / folder).rglob("*.jsonl"))
        if "as-found" not in path.parts and path.name != "winogenerated_occupations.jsonl"
    ]  # fmt: skip
    asked: dict[str, list[Question]] = defaultdict(list)
    for path in paths:
        evaluation = read_evaluation(path, limit)
        asked[evaluation.prompt_style] += evaluation.questions
    assert len(paths) > 180
    assert sorted(asked) == ["best-answer", "better-option", "dialogue"]
    for style, all_of_style in asked.items():
        rows = scorer.score(all_of_style, style)
        assert set(scored_as(rows)) == {"option_logprob, packed, float32"}
        few = slice(None, None, 9 if limit else 500)
        truth = reference.score(all_of_style[few], style)["option_logprobs"].tolist()
        assert worst(rows.iloc[few], truth) < NATS
