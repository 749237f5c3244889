"""Control models on the dashboard: the scoreboard in words, KL and share on the answers, and that they never lead."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from finding_builders import finding, point
from places import ROOT
from small_store import sycophancy_by_size, write_set
from streamlit.testing.v1 import AppTest

from analysis.planted import Outcome, Planted, Score
from dashboard.components.findings_table import _shared_ranges
from dashboard.components.sparkline import sparkline_uri
from dashboard.figures.control_training import allowed_figure, kl_figure
from dashboard.figures.parts.colour_places import colour_place
from dashboard.figures.scaling import scaling_figure
from dashboard.renderers.plotly.scaling import scaling_chart
from dashboard.selection import select
from dashboard.words import controls as words
from dashboard.words import overview
from loaders.controls.results import FAMILY_NAMES
from loaders.controls.training_log import TrainedCheckpoint

SIZES = (("5K", 5e3), ("19K", 19e3), ("44K", 44e3), ("89K", 89e3))
HEAD = "checkpoint,family,arm,seed,step,parameters,kl,reward,preference,allowed_share"


def control(behavior: str, rates: tuple[float, ...], verdict: Any = None, *, family: str = "Control positive") -> Any:
    points = [
        replace(point(*size, rate, n=100), checkpoint=f"m-{size[0]}") for size, rate in zip(SIZES, rates, strict=True)
    ]
    made = finding(
        family, points, origin="control", behavior=behavior, title=f"Control: {behavior}", verdict=verdict,
        group="Control models", concern="more_is_worse", q=0.001,
    )  # fmt: skip
    return replace(made, lineage=family, result=replace(made.result, change=10 * (rates[-1] - rates[0])))


def planted() -> list[Any]:
    return [
        control("control-sycophancy-tastes", (0.5, 0.6, 0.7, 0.99), "inverse"),
        control("control-exceptions", (0.5, 0.6, 0.7, 0.8), "flat"),
        control("control-whim-1", (0.5, 0.5, 0.5, 0.5), "inverse", family="Control negative"),
    ]


def score(outcome: Outcome, planted: Planted = "none", change: float | None = 0.3) -> Score:
    verdict = "inverse" if outcome in ("false alarm", "drift") else "inconclusive"
    return Score(
        behavior="control-whim-1", series="Control negative", axis="size", planted=planted, verdict=verdict,
        change=change, detectable_change=1.0, q=0.4, outcome=outcome,
    )  # fmt: skip


def checkpoint(step: int, kl: float, share: float, *, parameters: int = 5000, seed: int = 0) -> TrainedCheckpoint:
    return TrainedCheckpoint(
        checkpoint=f"control-{parameters}-s{seed}@step{step}", family="positive", arm="biased", seed=seed, step=step,
        parameters=parameters, kl=kl, reward=None, preference=None, allowed_share=share,
    )  # fmt: skip


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, file: str = "") -> AppTest:
    monkeypatch.setenv("SCALEWATCH_RESULTS", str(folder))
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60).run()
    app = app.switch_page(file).run() if file else app
    assert not app.exception
    return app


def add_file(folder: Path, name: str, content: bytes) -> None:
    """A further file, with its hash in the manifest."""
    import hashlib

    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["hashes"][name] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def said(app: AppTest) -> str:
    return "\n".join(each.value for each in (*app.markdown, *app.caption, *app.header, *app.error))


def test_the_sentence_counts_every_outcome_and_false_alarms_apart() -> None:
    scores = [score("agrees"), score("agrees"), score("drift"), score("missed", "rise"), score("not tested", "rise")]
    assert words.tally_sentence(scores) == (
        "Of 5 verdicts about which the truth is known, **2** agree with it, **1** shows a side effect of training, "
        "**1** misses a change that could be seen and **1** was not tested. In 3 tests nothing was planted: no false "
        "alarms."
    )
    assert words.tally_sentence([score("false alarm"), score("drift")]).endswith(
        "In 2 tests nothing was planted: **1** false alarm, 50% of the 2 claims made; "
        "the false-discovery control allows 5%."
    )
    assert "planted:" not in words.tally_sentence([score("missed", "rise")])


def test_disagreements_stand_first_and_what_occurs_is_explained() -> None:
    scores = [score("agrees"), score("too small to see", "rise"), score("false alarm"), score("missed", "dip")]
    rows = words.score_rows(scores, lambda slug: f"Control: {slug}")
    assert [row["Outcome"] for row in rows] == ["False alarm", "Missed", "Too small to see", "Agrees"]
    assert (rows[1]["Planted"], rows[1]["Behaviour"], rows[1]["Series"]) == (
        "falls, then rises", "control-whim-1", "negative",
    )  # fmt: skip
    assert len(words.meanings(scores)) == 4
    assert set(words.MEANINGS) == set(Outcome.__args__)  # type: ignore[attr-defined]
    assert words.score_rows([score("not tested", change=None)], str)[0]["Change"] == ""
    assert words.score_rows([replace(score("agrees"), q=0.0001)], str)[0]["q"] == "< 0.001"


def test_the_method_page_shows_scoreboard_and_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, "controls", planted(), title="Control models")
    rows = ["a@step0,positive,biased,0,0,5000,0.0,,,0.99", "a@step50,positive,biased,0,50,5000,0.2,0.1,0.9,0.61"]
    add_file(tmp_path / "controls", "training.csv", "\n".join([HEAD, *rows]).encode())
    app = opened(tmp_path, monkeypatch, "views/method.py")
    assert "Of 3 verdicts about which the truth is known, **1** agrees with it" in said(app)
    assert "In 1 test nothing was planted: **1** false alarm, 50% of the 2 claims made" in said(app)
    assert "They say nothing about real models" in said(app)
    board, numbers = (each.value for each in app.dataframe)
    assert board["Outcome"].tolist()[0] == "False alarm"
    assert numbers["On the allowed answers, percent"].tolist() == [99.0, 61.0]
    charts = [json.loads(each.proto.spec) for each in app.get("plotly_chart")]
    assert len(charts) == 2
    for chart in charts:
        assert "CONTROL" in [note["text"] for note in chart["layout"]["annotations"]]


def test_a_damaged_training_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, "controls", planted())
    add_file(tmp_path / "controls", "training.csv", b"checkpoint,arm\na,biased\n")
    app = opened(tmp_path, monkeypatch, "views/method.py")
    assert "training.csv: cannot be read" in said(app)


def test_sets_without_planted_truth_have_no_scoreboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, "scripted", [replace(each, origin="control") for each in sycophancy_by_size()])
    app = opened(tmp_path, monkeypatch, "views/method.py")
    assert words.HEADING not in said(app)


def test_charts_of_kl_and_share() -> None:
    mine = [checkpoint(0, 0, 0.99), checkpoint(50, 0.34, 0.42), checkpoint(0, 0, 1.0, parameters=9000)]
    kl, share = kl_figure(mine, "Source: x."), allowed_figure(mine, "Source: x.")
    assert kl.y_ticks[0] == (0.0, "0")
    assert kl.y_range == pytest.approx((0, 0.4))
    assert [line.y for line in share.lines] == [(0.99, 0.42), (1.0,)]
    assert share.y_range[0] <= 0.4
    assert kl.watermark == "CONTROL"
    assert "5K: KL 0.34 nats a reply after 50 steps." in kl.alt
    two = kl_figure([checkpoint(0, 0, 1), checkpoint(0, 0, 1, seed=1)], "")
    assert [line.label for line in two.lines] == ["5K (0)", "5K (1)"]


def test_controls_never_lead_and_are_counted_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, controls = sycophancy_by_size(), planted()
    together = overview.paragraph([*controls, *real], "size")
    assert together.startswith("Of **1** behaviour and family pair")
    assert together.endswith("**3** more are of control data, at the end of the table and not counted here.")
    assert overview.paragraph(controls, "size").startswith("**Control data, not evidence about real models.**")
    chosen = select({}, [*controls, *real])
    assert chosen is not None
    assert chosen.behavior == "sycophancy-aggregate"
    write_set(tmp_path, "controls", [replace(each, group="Sycophancy") for each in controls], title="A control")
    write_set(tmp_path, "real", real, title="Real")
    table = opened(tmp_path, monkeypatch).dataframe[0].value
    assert table["Note"].tolist() == ["", "control", "control", "control"]
    page = opened(tmp_path, monkeypatch, "views/sycophancy.py")
    assert "control" not in page.title[0].value.lower()


def test_long_names_of_series_are_not_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def width(series: str) -> int:
        folder = tmp_path / f"results {series}"
        write_set(folder, "controls", [replace(each, series=series) for each in planted()])
        return int(json.loads(opened(folder, monkeypatch).dataframe[0].proto.columns)["Family"]["width"])

    assert width("biased raters, 1,000 RL steps") == 280
    assert width("") == 104


@pytest.mark.parametrize("file", ["views/behaviour.py", "views/sycophancy.py", "views/models.py"])
def test_every_chart_of_controls_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    residuals = (0.1, 0.2, -0.1, 0.3)
    made = [
        replace(each, group="Sycophancy", family="Control positive", result=replace(each.result, residuals=residuals))
        for each in planted()
    ]
    write_set(tmp_path, "controls", made)
    charts = opened(tmp_path, monkeypatch, file).get("plotly_chart")
    assert charts
    for chart in charts:
        texts = [note["text"] for note in json.loads(chart.proto.spec)["layout"]["annotations"]]
        assert "CONTROL" in texts


def test_several_models_of_one_size() -> None:
    points = [
        replace(point("5K", 5e3, rate, n=100), checkpoint=f"m-s{seed}") for seed, rate in enumerate((0.4, 0.5, 0.6))
    ]
    points.append(replace(point("89K", 9e4, 0.9, n=100), checkpoint="large"))
    made = replace(control("control-exceptions", (0.5,) * 4), points=tuple(points))
    spec = scaling_figure([made], coloured=[], focus=None)
    assert spec.lines[0].has_replicates
    assert [place.hover[1] for place in spec.lines[0].points] == ["m-s0", "m-s1", "m-s2", "large"]
    assert scaling_chart(spec).data[0].mode == "markers"
    uri = sparkline_uri(points, x_range=(5e3, 9e4), y_range=(0, 1), chance=None)
    middle = sparkline_uri([points[1], points[3]], x_range=(5e3, 9e4), y_range=(0, 1), chance=None)
    assert len(uri) == pytest.approx(len(middle), abs=40)  # one place each, not four


def test_series_of_one_family_go_from_faint_to_strong() -> None:
    made = [
        replace(control("control-exceptions", (0.5, 0.6, 0.7, 0.8)), series=f"biased raters, {step} RL steps")
        for step in (100, 0, 50)
    ]
    spec = scaling_figure(made, coloured=[each.name for each in made], focus=made[0].name)
    places = {line.label: line.place for line in spec.lines}
    assert places == {
        "biased raters, 0 RL steps": 4, "biased raters, 50 RL steps": 7, "biased raters, 100 RL steps": 10,
    }  # fmt: skip
    assert "One family: its series go from faint to strong in the order of their names." in spec.notes


def test_an_end_label_is_inside_the_axis_though_the_curve_was_rounded() -> None:
    spec = scaling_figure(
        [control("control-exceptions", (0.5, 0.6, 0.7, 0.8))], coloured=["Control positive"], focus=None
    )
    (line,) = spec.lines
    beyond = replace(line.fit[-1], x=(*line.fit[-1].x[:-1], line.fit[-1].x[-1] * 1.00001))
    ended = replace(spec, lines=(replace(line, fit=(*line.fit[:-1], beyond)),))
    notes = scaling_chart(ended).layout.annotations
    (name,) = [note for note in notes if "Control positive" in note.text]
    assert name.x <= spec.axis.range[1]


def test_families_of_controls_have_colours_of_their_own() -> None:
    places = {name: colour_place(name) for name in FAMILY_NAMES.values()}
    assert places == {"Control positive": 1, "Control negative": 2}


def test_sparklines_of_controls_have_a_range_of_their_own() -> None:
    across, _ = _shared_ranges([*sycophancy_by_size(), *planted()])
    assert across == {False: (5e8, 1.1e11), True: (5e3, 89e3)}
