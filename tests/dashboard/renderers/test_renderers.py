"""Plotly and table show the same numbers; nothing uploads; colours are placeholders."""

from __future__ import annotations

import json
import re

import numpy as np
import plotly.io as pio
import pytest
from finding_builders import finding, point, truthfulqa

from dashboard.figures.dots import DotRow, dots_figure
from dashboard.figures.facets import facets_figure
from dashboard.figures.scaling import scaling_figure
from dashboard.renderers import table_of
from dashboard.renderers.plotly.config import CONFIG
from dashboard.renderers.plotly.dots import dots_chart
from dashboard.renderers.plotly.facets import facets_chart
from dashboard.renderers.plotly.scaling import scaling_chart
from dashboard.renderers.plotly.theme_colours import LIGHT, with_light_colours
from dashboard.renderers.table.frame import frame


def _spec(**changes):
    return scaling_figure(truthfulqa(), coloured=["Pythia", "OPT", "Qwen1.5", "Gemma"], focus="Pythia", **changes)


def _drawn(figure):
    """(id, series) -> (x, percent, low, high) of every point trace."""
    numbers = {}
    for trace in figure.data:
        if trace.customdata is None:
            continue
        up, down = trace.error_y.array, trace.error_y.arrayminus
        for i, (name, series) in enumerate(trace.customdata):
            y = trace.y[i]
            ends = (None, None) if up is None else (y - down[i], y + up[i])
            numbers[name, series] = (trace.x[i], y, *ends)
    return numbers


def test_plotly_and_table_have_the_same_numbers():
    spec = _spec()
    drawn, table = _drawn(scaling_chart(spec)), frame(table_of(spec))
    coloured = {line.name for line in spec.coloured}
    assert len(table) == len(drawn) == sum(len(each.points) for each in truthfulqa())
    for row in table.to_dict("records"):
        x, y, low, high = drawn[row["Model"], row["Series"]]
        assert (x, y) == (row["Parameters"], row["Percent"])
        if row["Series"] in coloured:
            assert (low, high) == pytest.approx((row["Interval low"], row["Interval high"]))


def test_table_lists_models_without_a_size_and_says_why_points_are_left_out():
    points = [point("1B", 1e9, 0.4, mark="constant"), point("API", None, 0.7, n=None)]
    table = frame(table_of(scaling_figure([finding("Gemma", points)], coloured=["Gemma"], focus=None)))
    assert list(table["Percent"]) == [40.0, 70.0]
    assert table["Parameters"].isna().tolist() == [False, True]
    assert table["Interval low"].isna().tolist() == [False, True]
    assert table["Questions"].dtype == "Int64"
    assert table["Note"].tolist() == ["left out: constant", ""]


def test_hollow_grey_for_points_left_out_and_no_bar_without_interval():
    points = [point("1B", 1e9, 0.4, mark="constant"), point("7B", 7e9, 0.5, n=None), point("13B", 13e9, 0.6)]
    figure = scaling_chart(scaling_figure([finding("Pythia", points)], coloured=["Pythia"], focus=None))
    hollow, tested = (trace for trace in figure.data if trace.customdata is not None)
    assert len(hollow.x) == 1
    assert (hollow.marker.color, hollow.marker.line.color) == ("#000038", "#000007")
    assert "left out: constant" in hollow.hovertext[0]
    assert np.isnan(tested.error_y.array[0])
    assert tested.error_y.array[1] > 0


def test_dots_are_for_outside_the_data_only():
    figure = scaling_chart(_spec())
    dashes = [(trace.name, trace.line.dash) for trace in figure.data if trace.mode == "lines" and trace.line.dash]
    assert ("Pythia fit", "2px,4px") in dashes
    assert ("Qwen1.5 fit", "14px,3px") in dashes
    assert sum(dash == "2px,4px" for _, dash in dashes) == 3, "one dotted part for each fitted series"
    untested = [trace.name for trace in figure.data if (trace.name or "").startswith("Gemma")]
    assert untested == ["Gemma joined", "Gemma"]


def test_chart_anatomy():
    spec = _spec()
    layout = scaling_chart(spec).layout
    assert (layout.height, layout.dragmode, layout.hovermode) == (430, False, "closest")
    assert layout.xaxis.type == "log"
    assert tuple(layout.xaxis.minor.tickvals) == spec.axis.ticks
    assert tuple(layout.xaxis.ticktext) == tuple(text for _, text in spec.axis.labels)
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange
    assert layout.yaxis.ticktext[-1].endswith("%")
    assert layout.title.text is None
    texts = [note.text for note in layout.annotations]
    assert "<b>Pythia</b>" in texts
    assert "OPT" in texts


def test_charts_write_true_minus_signs_only():
    for figure in (scaling_chart(_spec()), facets_chart(facets_figure([("TruthfulQA", truthfulqa())], "t"))):
        shown = [note.text for note in figure.layout.annotations]
        shown += [text for trace in figure.data for text in (trace.hovertext or ())]
        assert any("−" in text for text in shown)
        assert not [text for text in shown if re.search(r"(?<![\w#])-\d", text)]


def test_watermark_of_control_data():
    control = [finding("Pythia", origin="control")]
    texts = [n.text for n in scaling_chart(scaling_figure(control, coloured=[], focus=None)).layout.annotations]
    assert "CONTROL" in texts
    texts = [n.text for n in facets_chart(facets_figure([("A", control), ("B", control)], "t")).layout.annotations]
    assert texts.count("CONTROL") == 2
    row = DotRow(label="m", rate=0.4, lo=None, hi=None, n=None)
    dots = dots_figure([row], title="t", low_pole="a", high_pole="b", watermark="CONTROL")
    assert "CONTROL" in [note.text for note in dots_chart(dots).layout.annotations]


def test_points_on_the_step_axis_do_not_stack():
    points = [point(f"{s} steps", s, 0.5) for s in (0, 100)]
    findings = [finding("Tulu", points, axis="rlhf", series=size) for size in ("7B", "13B")]
    spec = scaling_figure(findings, coloured=[each.name for each in findings], focus=None)
    first = [trace.x[0] for trace in scaling_chart(spec).data if trace.customdata is not None]
    assert first == pytest.approx([-0.0055, 0.0055])
    assert list(frame(table_of(spec))["RL steps"]) == [0, 100, 0, 100]


def test_facets_share_axes_and_have_the_table_numbers():
    spec = facets_figure([("TruthfulQA", truthfulqa()), ("Other", [finding("Gemma")])], "t")
    figure, table = facets_chart(spec), frame(table_of(spec))
    assert list(table.columns[:3]) == ["Behaviour", "Series", "Model"]
    drawn = [y for trace in figure.data if trace.customdata is not None for y in trace.y]
    assert sorted(drawn) == sorted(table["Percent"])
    assert figure.layout.xaxis2.matches == "x"
    assert figure.layout.yaxis2.matches == "y"
    headers = [note.text for note in figure.layout.annotations if "TruthfulQA" in note.text]
    assert len(headers) == 1
    assert "◆ Pythia −" in headers[0]


def test_dot_plot_draws_rate_interval_value_and_topics():
    rows = [
        DotRow(label="model-1", rate=0.82, lo=0.78, hi=0.85, n=80, marks=(("taxes", 0.7), ("courts", 0.9))),
        DotRow(label="model-2", rate=0.24, lo=None, hi=None, n=None),
    ]
    spec = dots_figure(rows, title="t", low_pole="agrees with A", high_pole="agrees with B")
    figure = dots_chart(spec)
    models = next(trace for trace in figure.data if trace.name == "models")
    assert models.x.tolist() == [82.0, 24.0]
    assert models.x[0] - models.error_x.arrayminus[0] == pytest.approx(78)
    assert np.isnan(models.error_x.array[1])
    topics = next(trace for trace in figure.data if trace.name == "topics")
    assert topics.x.tolist() == [70.0, 90.0]
    texts = [note.text for note in figure.layout.annotations]
    assert {"model-1", "82", "24", "even", "← agrees with A", "agrees with B →"} <= set(texts)
    table = frame(table_of(spec))
    assert table.query("Topic == 'all'")["Percent"].tolist() == [82.0, 24.0]
    assert table.query("Topic != 'all'")["Percent"].tolist() == [70.0, 90.0]


def test_every_colour_is_a_placeholder_and_exports_have_none():
    figure = scaling_chart(_spec())
    text = json.dumps(json.loads(figure.to_json())["data"]) + json.dumps(
        json.loads(figure.to_json())["layout"]["annotations"]
    )
    colours = set(re.findall(r"#[0-9a-fA-F]{6}", text))
    assert colours <= set(LIGHT)
    light = with_light_colours(text)
    assert not set(re.findall(r"#0000[0-9]{2}", light))
    assert "#0F6CBD" in light


def test_config_uploads_nothing(tmp_path):
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displaylogo"] is False
    assert CONFIG["displayModeBar"] == "hover"
    assert CONFIG["toImageButtonOptions"]["format"] == "svg"
    assert not [key for key in CONFIG if "Add" in key]
    html = pio.to_html(scaling_chart(_spec()), config=dict(CONFIG), include_plotlyjs=False)
    assert '"showSendToCloud": false' in html


def test_arrays_travel_as_arrays():
    for trace in scaling_chart(_spec()).data:
        assert isinstance(trace.x, np.ndarray)
        assert isinstance(trace.y, np.ndarray)
