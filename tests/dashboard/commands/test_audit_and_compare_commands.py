"""scalewatch audit and scalewatch compare: other methods and other models beside a verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from answer_builders import BEHAVIOR, EVALUATION, LARGE, SMALL, answers, store_answers_set

from analysis.other_methods.compare import compare
from analysis.other_methods.of_finding import other_methods_of
from dashboard.commands.cli import main
from loaders.store.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set with single answers and one without."""
    store_answers_set(tmp_path / "results")
    store_answers_set(tmp_path / "results", "rates-only", single=False)
    return tmp_path / "results"


def ran(folder: Path, capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> str:
    assert main([*argv, "--results", str(folder)]) == code
    said = capsys.readouterr()
    return said.err if code else said.out


def compared(folder: Path, capsys: pytest.CaptureFixture[str], *more: str, code: int = 0) -> str:
    return ran(folder, capsys, "compare", SMALL, LARGE, "--set", "mine", "--evaluation", EVALUATION, *more, code=code)


def test_audit_prints_the_numbers_of_the_analysis(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = json.loads(ran(folder, capsys, "audit", BEHAVIOR, "--set", "mine", "--json"))
    store = Store(folder)
    (finding,) = [f for f in store.findings("mine") if f.behavior == BEHAVIOR and f.family == "Pythia"]
    result = finding.result
    assert (row["verdict"], row["p"], row["q"], row["tau"]) == (result.verdict, result.p, result.q, result.tau)
    expected = other_methods_of(finding, store.rates("mine"))
    assert len(row["methods"]) == 7
    for said, own in zip(row["methods"], expected, strict=True):
        assert (said["method"], said["random"], said["remark"]) == (own.method, own.random, own.remark)
        assert [said[name] for name in ("change", "low", "high", "p")] == [own.change, own.low, own.high, own.p]


def test_audit_as_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ran(folder, capsys, "audit", BEHAVIOR, "--set", "mine", "--family", "Pythia")
    first, head, ours, *others = text.splitlines()
    assert first.startswith("Sycophancy: NLP research survey, Pythia: inverse, q ")
    assert head.split()[0] == "method"
    assert ours.startswith("scalewatch ")
    assert len(others) == 7
    assert "not available: needs the answers to each question" in text


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["audit", "sycophancy-nlp-servey", "--set", "mine"], "Did you mean sycophancy-nlp-survey?"),
        (["audit", BEHAVIOR, "--set", "mine", "--family", "Pythea"], "Did you mean Pythia?"),
        (["audit", BEHAVIOR, "--set", "mine", "--family", "OPT"], "OPT: has 2 sizes; a trend needs 4"),
        (["audit", BEHAVIOR, "--set", "mine", "--axis", "rlhf"], "behaviour along rlhf"),
        (["audit", BEHAVIOR, "--set", "mein"], "Did you mean mine?"),
        (["compare", SMALL, LARGE, "--set", "rates-only", "--evaluation", EVALUATION], "holds rates only"),
        (["compare", SMALL, LARGE, "--set", "mine", "--evaluation", "sycophancy_on_nlp"], "Did you mean"),
        (["compare", SMALL, "Pythia-1e+09", "--set", "mine", "--evaluation", EVALUATION], "model with answers to"),
        (["compare", SMALL, SMALL, "--set", "mine", "--evaluation", EVALUATION], "is named twice"),
    ],
)
def test_what_cannot_be_done_is_exit_code_1_with_the_reason(
    argv: list[str], reason: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reason in ran(folder, capsys, *argv, code=1)


@pytest.mark.parametrize("argv", [["audit", BEHAVIOR], ["compare", SMALL, LARGE, "--set", "mine"], ["compare", SMALL]])
def test_bad_usage_is_exit_code_2(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(argv)
    assert stop.value.code == 2


def test_compare_prints_the_numbers_of_the_analysis(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = json.loads(compared(folder, capsys, "--json"))
    rows = answers()
    own = compare(*(rows[rows["checkpoint"] == model] for model in (SMALL, LARGE)))
    names = ("both", "first_only", "second_only", "neither", "p_exact", "difference", "difference_low")
    assert [row[name] for name in names] == pytest.approx([getattr(own, name) for name in names], rel=1e-6)
    assert (row["first"], row["second"], row["prompt_style"], row["n_shared"]) == (SMALL, LARGE, "0-shot", 60)
    assert (row["only_first"], row["only_second"]) == (["0", "1", "2"], ["63", "64"])
    text = compared(folder, capsys)
    assert f"both match {own.both}, only A {own.first_only}, only B {own.second_only}, neither {own.neither}" in text
    assert "not shared: 3 only asked of A, 2 only of B" in text


def test_a_behaviour_may_be_named_by_its_evaluation_and_the_other_way_round(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert BEHAVIOR != EVALUATION
    by_behaviour = ran(folder, capsys, "compare", SMALL, LARGE, "--set", "mine", "--evaluation", BEHAVIOR, "--json")
    assert by_behaviour == compared(folder, capsys, "--json")
    audits = [ran(folder, capsys, "audit", name, "--set", "mine", "--json") for name in (BEHAVIOR, EVALUATION)]
    assert audits[0] == audits[1]


def test_compare_counts_repeats_of_a_question_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = json.loads(compared(folder, capsys, "--json"))
    assert plain["n_clusters"] is None
    store = Store(folder)
    stored = store.read_set("mine")
    pairs = answers().assign(cluster=lambda t: (t["question_id"].astype(int) // 2).astype(str))
    store.write_set("mine", rates=stored.rates, answers=pairs, sheet=stored.info.sheet(), files={})
    row = json.loads(compared(folder, capsys, "--json"))
    assert row["n_clusters"] == 31  # questions 3 to 62, in pairs (2, 3) to (62, 63)
    assert row["difference"] == plain["difference"]
    assert row["difference_low"] != plain["difference_low"]
    assert "31 clusters of repeated questions" in compared(folder, capsys)


def test_compare_wants_one_prompt_style(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(folder)
    stored = store.read_set("mine")
    again = answers().drop(columns="run_settings").assign(prompt_style="5-shot")
    store.write_set(
        "mine", rates=stored.rates, answers=pd.concat([answers(), again]).reset_index(drop=True),
        sheet=stored.info.sheet(), files={},
    )  # fmt: skip
    assert "asked in several ways: 0-shot, 5-shot" in compared(folder, capsys, code=1)
    assert "prompt style '3-shot'" in compared(folder, capsys, "--prompt-style", "3-shot", code=1)
    assert json.loads(compared(folder, capsys, "--prompt-style", "5-shot", "--json"))["prompt_style"] == "5-shot"
