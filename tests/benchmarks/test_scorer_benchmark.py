"""What the scorer benchmark counts: operations, marginal rates, errors, and the task it gives to the harness."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from analysis.records import Evaluation, Question
from benchmarks.scorer import children, harness, report
from benchmarks.scorer.comparison import Result, summary
from benchmarks.scorer.limit import Tokens, common_beginning, operations
from benchmarks.scorer.measure import Pair, Run, Spread, largest_error
from benchmarks.scorer.shapes import SHAPES, VOCABULARY, Shape
from benchmarks.scorer.suites import SUITES, Item, items_of

AB = ((8, 1, 9), (8, 2, 9))
"""` (A)` and ` (B)` in three tokens each."""


def run_of(items: int, cpu_seconds: float, peak_gb: float = 1.0) -> Run:
    return Run(items, children.Usage(cpu_seconds, peak_gb, ""), [[-1.0, -2.0]] * items)


def test_tokens_of_an_item() -> None:
    lettered = Tokens((0, 5, 6, 7), AB)
    assert lettered.fed == 4 + 3  # ` (` once, `A`, `B`; never the closing parenthesis
    assert lettered.read == 4
    yes_no = Tokens((0, 5, 6, 7), ((8,), (9,)))
    assert (yes_no.fed, yes_no.read) == (4, 1)


def test_operations_counted_by_hand() -> None:
    shape = Shape(layers=1, width=2, heads=1, inner=3)  # 28 weights a token
    body, head = operations([Tokens((0, 5, 6, 7), AB)], shape)
    assert body == 2 * 28 * 7 + 2 * 2 * 7 * 8
    assert head == 2 * 2 * VOCABULARY * 4


def test_a_common_beginning_costs_nothing() -> None:
    shape = Shape(layers=1, width=2, heads=1, inner=3)
    body, _ = operations([Tokens((0, 5, 6), ((8,),)), Tokens((0, 5, 7), ((8,),))], shape)
    assert body == 2 * 28 * 1 + 2 * 2 * (3 * 4 - 2 * 3)
    assert common_beginning([(1, 2, 3), (1, 2, 4, 5), (1, 2)]) == 2
    assert common_beginning([(1,), (2,)]) == 0


def test_pythia_70m_has_its_weights() -> None:
    assert SHAPES["70m"].body_weights == pytest.approx(18.9e6, rel=0.01)  # without embeddings, biases and norms
    assert SHAPES["1.4b"].body_weights == pytest.approx(1.21e9, rel=0.01)


def test_the_rate_leaves_the_fixed_cost_out() -> None:
    pair = Pair(run_of(20, 11.0), run_of(220, 51.0, peak_gb=2.0))
    assert (pair.rate, pair.fixed, pair.peak_gb) == (5.0, 7.0, 2.0)


def test_ratios_are_taken_within_a_round() -> None:
    ours = [Pair(run_of(0, 1), run_of(100, 2)), Pair(run_of(0, 1), run_of(100, 3))]
    theirs = [Pair(run_of(0, 1), run_of(100, 11)), Pair(run_of(0, 1), run_of(100, 21))]
    found = summary("ours", ours, theirs, [200.0, 100.0], 1e-6)
    assert found.of_lm_eval == Spread(10.0, 10.0, 10.0)
    assert found.of_limit == Spread(0.5, 0.5, 0.5)
    assert found.rate == Spread(75.0, 50.0, 100.0)


def test_largest_error_looks_at_the_sampled_items(tmp_path: Path) -> None:
    naive = tmp_path / "naive.json"
    naive.write_text(json.dumps({"at": [0, 2], "option_logprobs": [[-1.0, -2.0], [-1.0, -2.25]]}))
    assert largest_error(naive, [run_of(3, 1.0)]) == 0.25


def test_report_has_a_row_a_program() -> None:
    pair = [Pair(run_of(0, 1), run_of(100, 2))]
    programs = (summary("ours", pair, None, [200.0], 2e-6), summary("theirs", pair, pair, [200.0], 3e-6))
    lines = report.table([Result("persona", 1200, 37.6, 1.0, Spread(80, 79, 81), programs)])
    assert len(lines) == 4
    assert "| persona: 1200 of 38 tokens | ours | 100.00 (100.00-100.00) | – | 50 (50-50) | 1.0 (1.0-1.0) |" in lines[2]
    assert lines[3].startswith("|  | theirs |")
    assert lines[3].endswith("| 1.00 | 3e-06 |")


def test_children_are_counted_and_their_failure_is_told() -> None:
    burn = "import time; a = bytearray(200_000_000)\nwhile time.process_time() < .3: pass\nprint('done')"  # CPU time
    usage = children.run([sys.executable, "-c", burn])
    assert usage.output == "done\n"
    assert usage.cpu_seconds >= 0.3
    assert usage.peak_gb > 0.2
    with pytest.raises(RuntimeError, match=r"(?s)ended with 3:.*no model"):
        children.run([sys.executable, "-c", "import sys; sys.stderr.write('no model'); sys.exit(3)"])


def test_the_harness_gets_prompt_and_options_as_they_stand(tmp_path: Path) -> None:
    harness.write_task([Item("<|endoftext|>\n\nHuman: é?\n\nAssistant:", (" Yes", " No"))], tmp_path)
    task = json.loads((tmp_path / f"{harness.TASK}.yaml").read_text())
    assert task["target_delimiter"] == ""
    (row,) = map(json.loads, (tmp_path / "items.jsonl").read_text().splitlines())
    assert row["prompt"] == "<|endoftext|>\n\nHuman: é?\n\nAssistant:"
    assert row["options"] == [" Yes", " No"]


def test_items_carry_style_and_stem() -> None:
    question = Question(id="1", text="Fill in: a _ b", options=(" he", " she"), matching=(), stem=" a")
    evaluation = Evaluation(name="w", questions=(question,), prompt_style="dialogue", sha256="")
    (item,) = items_of(evaluation)
    assert item == Item("<|endoftext|>\n\nHuman: Fill in: a _ b\n\nAssistant: a", (" he", " she"))


def test_every_suite_is_there(shared_data: Path) -> None:
    for suite in SUITES.values():
        sizes = [len(evaluation.questions) for evaluation in suite.evaluations(shared_data, 30)]
        assert sum(sizes) == pytest.approx(30 * suite.share, abs=len(sizes))


def test_a_model_both_sides_load(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    model = pytest.importorskip("benchmarks.scorer.model")
    naive = pytest.importorskip("benchmarks.scorer.naive")
    tokenizer = model.train_tokenizer(["Is this a question? (A) Yes (B) No"] * 3, tokens=300)
    network = model.random_model(Shape(layers=1, width=32, heads=4, inner=64), vocabulary=304)
    assert network.dtype == torch.float32
    assert tokenizer("<|endoftext|>\n").input_ids[0] == tokenizer.eos_token_id
    told = naive.log_probability(network, tokenizer, "<|endoftext|>\n\nHuman:", " (A)")
    assert -3 * 20 < told < -3 * 2  # three tokens of about log 304 nats
    with pytest.raises(ValueError, match="merges"):
        naive.log_probability(network, tokenizer, "Is this a quest", "ion")
