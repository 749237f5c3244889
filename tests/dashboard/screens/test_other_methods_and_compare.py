"""Other methods and other models beside a verdict, on the behaviour page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from answer_builders import BEHAVIOR, EVALUATION, LARGE, SMALL, answers, store_answers_set
from places import APP, ROOT
from stored_files import answer_parts
from streamlit.testing.v1 import AppTest

import dashboard.results.other_methods
from analysis.findings.finding import Finding
from analysis.other_methods.compare_models import compare_models
from analysis.other_methods.of_finding import other_methods_of
from dashboard.words import compare as compare_words
from dashboard.words import other_methods as methods_words
from loaders.store.store import Store

LIGHT = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file(sys.argv[1], default_timeout=120).run().switch_page("views/behaviour.py")
app.query_params["behaviour"] = sys.argv[2]
app.query_params["family"] = "Pythia"
heavy = lambda: [name for name in ("scipy", "statsmodels", "torch", "transformers") if name in sys.modules]
app.run()
(button,) = [each for each in app.button if each.label == "Run seven other methods on these rows"]
print("before", heavy())
button.click().run()
print("after", heavy())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set with single answers and one without."""
    store_answers_set(tmp_path / "results")
    store_answers_set(tmp_path / "results", "rates-only", single=False)
    return tmp_path / "results"


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


def test_an_untested_series_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="mine", family="OPT")
    assert "OPT was not tested: has 2 sizes; a trend needs 4." in texts(app)
    assert not [each for each in app.button if "other methods" in each.label]


@pytest.mark.parametrize(
    ("behaviour", "result_set", "reason"),
    [
        (BEHAVIOR, "rates-only", compare_words.RATES_ONLY),
        ("truthfulqa-mc2", "mine", compare_words.ONE_MODEL),
    ],
)
def test_without_single_answers_one_line_says_so(
    behaviour: str, result_set: str, reason: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(folder, monkeypatch, behaviour=behaviour, set=result_set, family="Pythia")
    assert reason in texts(app)
    assert not [each for each in app.selectbox if each.label == "Model A"]


def test_answers_that_were_changed_are_named_and_the_page_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (part,) = answer_parts(folder / "mine")
    part.write_bytes(b"changed")
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="mine", family="Pythia")
    assert f"{part.name}: was changed after it was stored" in app.error[-1].value
    assert app.get("plotly_chart")


def test_the_page_shows_what_other_methods_say(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(finding: Finding, *tables: Any) -> Any:
        asked.append(finding.name)
        return other_methods_of(finding, *tables)

    monkeypatch.setattr(dashboard.results.other_methods, "other_methods_of", counted)
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="mine", family="Pythia")
    before = len(app.table)
    assert methods_words.WHY_OURS_DIFFERS in texts(app)
    assert asked == []
    app = press(app, "Run seven other methods on these rows")
    assert len(app.table) == before + 1
    store = Store(folder)
    (finding,) = [f for f in store.findings("mine") if f.behavior == BEHAVIOR and f.family == "Pythia"]
    methods = other_methods_of(finding, store.rates("mine"))
    assert table_of(app, "Takes as random") == methods_words.methods_table(finding, methods)
    assert all(remark in texts(app) for remark in methods_words.remarks(finding, methods))
    app.run()
    assert len(app.table) == before + 1
    assert asked == ["Pythia"]
    app.selectbox[0].set_value("truthfulqa-mc2").run()
    assert not any("Takes as random" in each.value for each in app.table)


def test_methods_that_cannot_be_run_say_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="mine", family="Pythia")
    (folder / "mine" / "rates.csv").write_text("changed")
    app = press(app, "Run seven other methods on these rows")
    assert app.error[-1].value.startswith("The other methods could not be run: ")
    assert "was changed after it was stored" in app.error[-1].value


def test_two_models_on_the_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="mine", family="Pythia")
    pickers = [each for each in app.selectbox if each.label in ("Model A", "Model B")]
    assert [each.value for each in pickers] == [SMALL, LARGE]
    app = press(app, "Compare")
    compared = compare_models(answers(), SMALL, LARGE, evaluation=EVALUATION)
    pair, table = compared.comparison, table_of(app, "Questions")
    assert table == compare_words.counts_table(compared)
    assert table["Questions"] == [str(each) for each in (pair.both, pair.first_only, pair.second_only, pair.neither)]
    text = texts(app)
    assert compare_words.sentence(pair) in text
    assert "Not shared and left out: 3 questions only of A and 2 questions only of B." in text
    (second,) = [each for each in app.selectbox if each.label == "Model B"]
    app = second.set_value(SMALL).run()
    assert not app.exception
    assert "Choose two different models." in texts(app)


def test_models_that_cannot_be_compared_say_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="mine", family="Pythia")
    (part,) = answer_parts(folder / "mine")
    part.write_bytes(b"changed")
    app = press(app, "Compare")
    assert app.error[-1].value.startswith("The two models could not be compared: ")
    assert "was changed after it was stored" in app.error[-1].value


def test_statistics_libraries_come_with_the_click_and_not_before(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "light.py"
    script.write_text(LIGHT, encoding="utf-8")
    environment = {**os.environ, "SCALEWATCH_RESULTS": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script), str(APP), BEHAVIOR], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines() == ["before []", "after ['scipy', 'statsmodels']"]
