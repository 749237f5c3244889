"""Other methods and other models beside a verdict: on the command line and on the behaviour page."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from answer_builders import BEHAVIOR, EVALUATION, LARGE, SMALL, answers, store_answers_set
from places import APP
from streamlit.testing.v1 import AppTest

from analysis.errors import ScalewatchError
from analysis.other_methods.compare import contrast
from analysis.other_methods.of_finding import audit
from dashboard.commands.cli import main
from dashboard.results import own_command
from dashboard.words import other_methods as comparison_words
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


def compare(folder: Path, capsys: pytest.CaptureFixture[str], *more: str, code: int = 0) -> str:
    return ran(folder, capsys, "compare", SMALL, LARGE, "--set", "mine", "--evaluation", EVALUATION, *more, code=code)


def test_audit_prints_the_numbers_of_the_analysis(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = json.loads(ran(folder, capsys, "audit", BEHAVIOR, "--set", "mine", "--json"))
    store = Store(folder)
    (finding,) = [f for f in store.findings("mine") if f.behavior == BEHAVIOR and f.family == "Pythia"]
    result = finding.result
    assert (row["verdict"], row["p"], row["q"], row["tau"]) == (result.verdict, result.p, result.q, result.tau)
    expected = audit(finding, store.rates("mine"))
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
    row = json.loads(compare(folder, capsys, "--json"))
    rows = answers()
    own = contrast(*(rows[rows["checkpoint"] == model] for model in (SMALL, LARGE)))
    names = ("both", "first_only", "second_only", "neither", "p_exact", "difference", "difference_low")
    assert [row[name] for name in names] == [getattr(own, name) for name in names]
    assert (row["first"], row["second"], row["prompt_style"], row["n_shared"]) == (SMALL, LARGE, "0-shot", 60)
    assert (row["only_first"], row["only_second"]) == (["0", "1", "2"], ["63", "64"])
    text = compare(folder, capsys)
    assert f"both match {own.both}, only A {own.first_only}, only B {own.second_only}, neither {own.neither}" in text
    assert "not shared: 3 only asked of A, 2 only of B" in text


def test_a_behaviour_may_be_named_by_its_evaluation_and_the_other_way_round(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert BEHAVIOR != EVALUATION
    by_behaviour = ran(folder, capsys, "compare", SMALL, LARGE, "--set", "mine", "--evaluation", BEHAVIOR, "--json")
    assert by_behaviour == compare(folder, capsys, "--json")
    audits = [ran(folder, capsys, "audit", name, "--set", "mine", "--json") for name in (BEHAVIOR, EVALUATION)]
    assert audits[0] == audits[1]


def test_compare_counts_repeats_of_a_question_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = json.loads(compare(folder, capsys, "--json"))
    assert plain["n_clusters"] is None
    assert comparison_words.independence(plain) == "Questions are taken as independent."
    store = Store(folder)
    stored = store.read_set("mine")
    pairs = answers().assign(cluster=lambda t: (t["question_id"].astype(int) // 2).astype(str))
    store.write_set("mine", rates=stored.rates, answers=pairs, sheet=stored.info.sheet(), files={})
    row = json.loads(compare(folder, capsys, "--json"))
    assert row["n_clusters"] == 31  # questions 3 to 62, in pairs (2, 3) to (62, 63)
    assert row["difference"] == plain["difference"]
    assert row["difference_low"] != plain["difference_low"]
    assert "31 clusters of repeated questions" in compare(folder, capsys)
    assert "(31 clusters)" in comparison_words.independence(row)


def test_compare_wants_one_prompt_style(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(folder)
    stored = store.read_set("mine")
    again = answers().assign(prompt_style="5-shot")
    import pandas as pd

    store.write_set(
        "mine", rates=stored.rates, answers=pd.concat([answers(), again]).reset_index(drop=True),
        sheet=stored.info.sheet(), files={},
    )  # fmt: skip
    assert "asked in several ways: 0-shot, 5-shot" in compare(folder, capsys, code=1)
    assert "prompt style '3-shot'" in compare(folder, capsys, "--prompt-style", "3-shot", code=1)
    assert json.loads(compare(folder, capsys, "--prompt-style", "5-shot", "--json"))["prompt_style"] == "5-shot"


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, **params: str) -> AppTest:
    monkeypatch.setenv("SCALEWATCH_RESULTS", str(folder))
    app = AppTest.from_file(str(APP), default_timeout=120).run().switch_page("views/behaviour.py")
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [each for each in app.button if each.label == label]
    app = button.click().run()
    assert not app.exception, app.exception[0].value
    return app


def table_of(app: AppTest, column: str) -> dict[str, list[Any]]:
    """The one table with this column."""
    assert not app.error, app.error[0].value
    (table,) = [each.value for each in app.table if column in each.value]
    return {str(name): list(values) for name, values in table.items()}


def texts(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption))


def test_the_page_shows_what_the_audit_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[list[str]] = []
    run = own_command.subprocess.run
    monkeypatch.setattr(own_command.subprocess, "run", lambda *a, **k: (calls.append(a[0]), run(*a, **k))[1])
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="mine", family="Pythia")
    before = len(app.table)
    assert comparison_words.WHY_OURS_DIFFERS in texts(app)
    assert calls == []
    app = press(app, "Run seven other methods on these rows")
    assert len(app.table) == before + 1
    (row,) = json.loads(ran(folder, capsys, "audit", BEHAVIOR, "--set", "mine", "--family", "Pythia", "--json"))
    assert table_of(app, "Takes as random") == comparison_words.audit_table(row)
    assert all(remark in texts(app) for remark in comparison_words.audit_remarks(row))
    app.run()
    assert len(app.table) == before + 1
    assert len(calls) == 1
    assert "scipy" not in {name.partition(".")[0] for name in calls[0]}
    app.selectbox[0].set_value("truthfulqa-mc2").run()
    assert not any("Takes as random" in each.value for each in app.table)


def test_the_audit_in_words() -> None:
    few = {"change": None, "low": None, "high": None, "p": None, "remark": "weak"}
    row = {
        "verdict": "inverse", "q": 0.004, "n_tests": 26, "p": 0.0004, "change": -0.58, "change_low": -0.76,
        "change_high": -0.4,
        "methods": [
            {"method": "GEE", "random": "questions", **few, "remark": "not available: means"},
            {"method": "least squares", "random": "models", **few, "change": -0.5, "p": 0.03},
            {"method": "random effects, Knapp-Hartung", "random": "models", **few},
            {"method": "ranks", "random": "order", **few, "remark": ""},
        ],
    }  # fmt: skip
    table = comparison_words.audit_table(row)
    assert table["Method"] == ["**scalewatch**", "GEE", "Least squares", "Random effects, Knapp-Hartung", "Ranks"]
    assert table["Change, logit"] == ["−0.58 [−0.76, −0.40]", "", "−0.50", "", ""]
    assert table["p"] == ["< 0.001", "", "0.030", "", ""]
    assert comparison_words.audit_remarks(row) == [
        "**scalewatch**: inverse, q = 0.004 of 26 tests.",
        "**GEE**: not available: means.",
        "**Least squares; random effects, Knapp-Hartung**: weak.",
    ]


def test_an_untested_series_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="mine", family="OPT")
    assert "OPT was not tested: has 2 sizes; a trend needs 4." in texts(app)
    assert not [each for each in app.button if "other methods" in each.label]


def test_a_command_that_fails_is_shown_with_its_reason(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="mine", family="Pythia")
    (folder / "mine" / "rates.csv").write_text("changed")
    app = press(app, "Run seven other methods on these rows")
    assert app.error[-1].value.startswith("The other methods could not be run: ")
    assert "was changed after it was stored" in app.error[-1].value


def test_a_command_that_hangs_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_command, "LONGEST", 0.01)
    with pytest.raises(ScalewatchError, match=r"scalewatch audit took more than 0\.01 s"):
        own_command.json_of(["audit", BEHAVIOR, "--set", "mine"], str(folder))


def test_two_models_on_the_page(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="mine", family="Pythia")
    pickers = [each for each in app.selectbox if each.label in ("Model A", "Model B")]
    assert [each.value for each in pickers] == [SMALL, LARGE]
    app = press(app, "Compare")
    row = json.loads(compare(folder, capsys, "--json"))
    table = table_of(app, "Questions")
    assert table == comparison_words.pair_table(row)
    assert table["Questions"] == [str(row[name]) for name in ("both", "first_only", "second_only", "neither")]
    text = texts(app)
    assert comparison_words.pair_sentence(row) in text
    assert "Not shared and left out: 3 questions only of A and 2 questions only of B." in text
    (second,) = [each for each in app.selectbox if each.label == "Model B"]
    app = second.set_value(SMALL).run()
    assert not app.exception
    assert "Choose two different models." in texts(app)


@pytest.mark.parametrize(
    ("behaviour", "result_set", "reason"),
    [
        (BEHAVIOR, "rates-only", comparison_words.RATES_ONLY),
        ("truthfulqa-mc2", "mine", comparison_words.ONE_MODEL),
    ],
)
def test_without_single_answers_one_line_says_so(
    behaviour: str, result_set: str, reason: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(folder, monkeypatch, behaviour=behaviour, set=result_set, family="Pythia")
    assert reason in texts(app)
    assert not [each for each in app.selectbox if each.label == "Model A"]


def test_answers_that_were_changed_are_named_and_the_page_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "mine" / "answers.parquet").write_bytes(b"changed")
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="mine", family="Pythia")
    assert "answers.parquet: was changed after it was stored" in app.error[-1].value
    assert app.get("plotly_chart")


def test_a_sentence_without_numbers_says_why() -> None:
    row = {
        "p_exact": None, "difference": None, "only_first": [], "only_second": ["7"], "reason": "no question is shared",
    }  # fmt: skip
    assert (
        comparison_words.pair_sentence(row) == "Not shared and left out: 1 question only of B. No question is shared."
    )


def test_the_page_process_stays_light() -> None:
    script = "import sys, dashboard.results.cached, dashboard.screens.behaviour.page;"
    script += "print([name for name in ('scipy', 'statsmodels') if name in sys.modules])"
    done = own_command.subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
