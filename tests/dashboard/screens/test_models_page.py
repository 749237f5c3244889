"""The models page and what single answers add to the behaviour page, on a planted set with one odd model."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from finding_builders import finding, truthfulqa
from places import APP
from planted_answers import FAMILY, LEANING, ODD, QUIET, RISING, SHARP, name_of, store_planted
from rate_builders import SIZES
from small_store import write_small_store
from streamlit.testing.v1 import AppTest

from analysis.findings.finding import Finding
from analysis.findings.stray import stray_models
from dashboard.commands.cli import main
from dashboard.components.findings_table import _frame, _shared_ranges
from dashboard.figures.scaling import scaling_figure
from dashboard.figures.spec import FigureSpec
from dashboard.figures.stray import sd_text, stray_figure
from dashboard.renderers.plotly.stray import stray_chart
from dashboard.renderers.table.frame import csv_text
from dashboard.renderers.table.lines import lines_file, lines_table
from dashboard.words import checks
from dashboard.words import stray as stray_words
from dashboard.words import sureness as sureness_words
from loaders.store.store import Store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted") / "results"
    store_planted(folder)
    return folder


@pytest.fixture(scope="module")
def stored(folder: Path) -> list[Finding]:
    return [each for each in Store(folder).findings("planted") if each.result.axis == "size"]


def one(stored: list[Finding], behavior: str) -> Finding:
    (found,) = [each for each in stored if each.behavior == behavior]
    return found


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, file: str, **params: str) -> AppTest:
    monkeypatch.setenv("SCALEWATCH_RESULTS", str(folder))
    app = AppTest.from_file(str(APP), default_timeout=120).run().switch_page(file)
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def said(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*app.title, *app.markdown, *app.header, *app.caption))


def test_the_odd_model_is_named_and_drawn(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(folder, monkeypatch, "views/models.py")
    assert app.title[0].value == f"1B of {FAMILY} strays in many behaviours"
    assert "Of 15 tested behaviours, **1B** is off by more than 2 standard deviations in **87%**" in said(app)
    (chart,) = app.get("plotly_chart")
    assert "1B 87%" in chart.proto.alt
    assert "CONTROL" in chart.proto.spec
    (table,) = [each.value.set_index("Model") for each in app.table]
    assert list(table.index) == ["70M", "160M", "410M", "1B", "2.8B", "12B"]
    assert table.loc["1B", "Off by more than 2 sd"] == "13 of 15"
    assert table.loc["70M", "On the options"] == "31%"
    (numbers,) = [each.value for each in app.dataframe]
    assert list(numbers.columns) == ["Behaviour", "Theme", "70M", "160M", "410M", "1B", "2.8B", "12B"]
    assert len(numbers) == 15


def test_without_a_tested_behaviour_the_page_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_small_store(tmp_path / "results")
    app = opened(tmp_path / "results", monkeypatch, "views/models.py")
    assert app.title[0].value == stray_words.QUESTION
    assert stray_words.NOTHING in said(app)


def test_counts_over_behaviours(stored: list[Finding]) -> None:
    models = stray_models([each for each in stored if each.residuals])
    assert [model.checkpoint for model in models] == [name_of(size) for size in SIZES]
    assert [model.strays for model in models] == [at == ODD for at in range(len(SIZES))]
    assert models[ODD].n_far == sum(abs(each.result.residuals[ODD]) > 2 for each in stored)
    assert models[0].option_mass == pytest.approx(0.31)
    assert stray_words.title("Planted", models) == "1B of Planted strays in many behaviours"
    calm = [replace(model, n_far=0) for model in models]
    assert stray_words.title("Planted", calm) == "No model of Planted strays in many behaviours"
    assert "In none of 15 tested behaviours is a model off" in stray_words.summary("Planted", calm, stored)


def test_figure_and_chart_hold_the_residuals(stored: list[Finding]) -> None:
    spec = stray_figure(stored, "t")
    assert spec.themes == (("Other", 14), ("Sycophancy", 1))
    by_title = {each.title: each for each in stored}
    for j, title in enumerate(spec.behaviors):
        assert [row[j].off for row in spec.cells] == list(by_title[title].result.residuals)
    heat = stray_chart(spec).data[0]
    assert heat.z.shape == (6, 16)  # a free column between two themes
    assert heat.z[ODD][:14].tolist() == [cell.off for cell in spec.cells[ODD][:14]]
    assert heat.z[ODD][15] == spec.cells[ODD][14].off
    assert "sd" not in heat.hovertext[0][14]
    assert sd_text(-0.44) == "−0.4"
    with pytest.raises(ValueError, match="needs a tested behaviour"):
        stray_figure([finding("OPT", [])], "t")


def test_what_was_not_tested_is_hatched(stored: list[Finding]) -> None:
    quiet = one(stored, QUIET[0])
    points = tuple(
        replace(point, mark="only 10 questions") if at == 1 else point for at, point in enumerate(quiet.points)
    )
    fewer = replace(quiet, points=points, result=replace(quiet.result, residuals=(0.1,) * 5))
    spec = stray_figure([fewer, one(stored, QUIET[1])], "t")
    assert spec.cells[1][0].off is None
    assert spec.cells[1][0].hover[1] == "only 10 questions"
    assert [trace.name for trace in stray_chart(spec).data] == [None, "not tested"]


def test_metric_dependent_on_the_behaviour_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(folder, monkeypatch, "views/behaviour.py", behaviour=SHARP, set="planted")
    text = said(app)
    assert ":gray-badge[Metric-dependent]" in text
    assert ":material/close: shift when only the likeliest answer counts" in text
    assert ":material/check: the same with labels not balanced" in text
    (numbers,) = [each.value for each in app.dataframe]
    assert numbers["Likeliest answer matches, %"].tolist()[0] == 0
    assert numbers["On the options, %"].tolist()[0] == pytest.approx(31)
    assert "hardly plays: only 31 %" in numbers["Note"].tolist()[0]
    assert numbers["Off the others, sd"].notna().all()
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    hovers = [text for trace in spec["data"] for text in trace.get("hovertext") or () if isinstance(text, str)]
    assert any("hardly plays" in text for text in hovers)
    assert any("of the likeliest answers match" in text for text in hovers)


def test_metric_dependent_in_the_findings_table(stored: list[Finding]) -> None:
    frame, _ = _frame(stored, *_shared_ranges(stored))
    notes = dict(zip(frame["Behaviour"], frame["Note"], strict=True))
    assert notes[SHARP] == "control, metric-dependent"
    assert notes[QUIET[0]] == "control"
    assert "Note" not in _frame(truthfulqa(), *_shared_ranges(truthfulqa()))[0].columns


def test_scoring_checks_in_words(stored: list[Finding]) -> None:
    rising = one(stored, RISING)
    assert list(checks.scored_otherwise(rising)) == [
        (True, "the same with labels not balanced and when only the likeliest answer counts")
    ]
    assert list(checks.scored_otherwise(truthfulqa()[0])) == []
    idle = (False, "70M: less than half of the probability is on the options")
    assert list(checks.models_play(rising)) == [idle]
    assert list(checks.models_play(one(stored, LEANING))) == [idle]
    assert list(checks.models_play(truthfulqa()[0])) == []
    farthest = sureness_words.diagnostics(one(stored, LEANING))["Farthest off the others"]
    assert farthest.startswith("1B, 3.")
    assert "Farthest off the others" not in sureness_words.diagnostics(truthfulqa()[0])


def names(spec: FigureSpec) -> list[str]:
    return [column.name for column in lines_table(spec).columns]


def test_numbers_of_rates_alone_have_no_empty_columns(stored: list[Finding]) -> None:
    sharp = scaling_figure([one(stored, SHARP)], coloured=[FAMILY], focus=FAMILY)
    assert {"Likeliest answer matches, %", "First option less others, points"} < set(names(sharp))
    rates = scaling_figure(truthfulqa(), coloured=["Pythia"], focus="Pythia")
    assert not {"Likeliest answer matches, %", "Off the others, sd"} & set(names(rates))
    assert sharp.heading.startswith("Mean probability of answers")


def test_csv_and_command_carry_them(folder: Path, stored: list[Finding], capsys: pytest.CaptureFixture[str]) -> None:
    sharp = one(stored, SHARP)
    spec = scaling_figure([sharp], coloured=[FAMILY], focus=FAMILY)
    row = next(csv.DictReader(io.StringIO(csv_text(lines_file(spec), Store(folder).info("planted")))))
    assert float(row["argmax_rate"]) == 0
    assert float(row["total_option_mass"]) == pytest.approx(0.31)
    assert float(row["residual"]) == sharp.result.residuals[0]
    assert main(["findings", "--json", "--results", str(folder)]) == 0
    told = {each["behavior"]: each for each in json.loads(capsys.readouterr().out)}
    assert told[SHARP]["metric"] == "mean probability of the matching answer"
    assert (told[SHARP]["argmax_verdict"], told[SHARP]["metric_dependent"]) == ("increasing", True)


def test_the_audit_command_runs_on_the_answers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", RISING, "--set", "planted", "--json", "--results", str(folder)]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    (by_question,) = [each for each in row["methods"] if each["method"] == "GEE clustered by question"]
    assert by_question["p"] is not None
