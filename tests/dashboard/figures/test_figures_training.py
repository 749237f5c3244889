"""The chart along training: the rates as they are, an ordered ramp, zero on the axis, and no verdict."""

from __future__ import annotations

import itertools
import re

import pytest
from training_builders import BEHAVIOR, STEPS, TOKENS_A_STEP, training_rates, training_rows

from analysis.findings.training_curves import TrainingCurves, training_curves
from dashboard.figures.parts.axes import position, value_at
from dashboard.figures.parts.end_labels import end_labels
from dashboard.figures.parts.ramp import ramp_steps
from dashboard.figures.spec import ORDINARY_HEIGHT
from dashboard.figures.training import training_figure
from dashboard.renderers.plotly.scaling import scaling_chart
from dashboard.renderers.plotly.theme_colours import INK, LIGHT, RAMP
from dashboard.renderers.table.frame import frame
from dashboard.renderers.table.lines import lines_table
from dashboard.words import training as training_words
from dashboard.words.numbers import token_label


def curves(*more, **values) -> TrainingCurves:
    return training_curves(training_rates(*more, **values), BEHAVIOR)[0]


def test_numbers_equal_the_curves() -> None:
    mine = curves()
    spec = training_figure(mine)
    assert [line.name for line in spec.lines] == ["Pythia 70M", "Pythia 410M", "Pythia 1B", "Pythia 12B"]
    for drawn, line in zip(spec.lines, mine.lines, strict=True):
        assert drawn.ids == tuple(point.checkpoint for point in line.points)
        assert drawn.x == tuple(point.tokens for point in line.points)
        assert drawn.y == tuple(point.rate for point in line.points)
        assert drawn.lo == tuple(point.ci_low for point in line.points)
        assert drawn.hi == tuple(point.ci_high for point in line.points)
        assert drawn.n == tuple(point.n_questions for point in line.points)
        assert drawn.fit == ()


@pytest.mark.parametrize(
    ("number", "places"),
    [
        (4, (4, 6, 8, 10)),
        (6, (4, 5, 6, 7, 9, 10)),
        (7, (3, 4, 5, 6, 7, 9, 10)),
        (8, (3, 4, 5, 6, 7, 8, 9, 10)),
    ],
)
def test_ramp_places_by_count(number, places) -> None:
    steps = ramp_steps(number)
    assert tuple(step.place for step in steps) == places
    widths = [step.width for step in steps]
    assert [round(b - a, 6) for a, b in itertools.pairwise(widths)] == [0.12] * (number - 1)


@pytest.mark.parametrize("number", range(1, 9))
def test_every_count_ends_strongest_and_rises(number) -> None:
    places = [step.place for step in ramp_steps(number)]
    assert places[-1] == 10
    assert places == sorted(set(places))
    assert min(places) >= 3


def test_of_more_than_eight_the_first_the_last_and_three_between() -> None:
    places = [step.place for step in ramp_steps(9)]
    assert [i for i, place in enumerate(places) if place] == [0, 2, 4, 6, 8]
    assert [place for place in places if place] == [4, 6, 7, 9, 10]
    assert ramp_steps(0) == ()


def test_four_sizes_take_their_places_and_are_labelled_in_ink() -> None:
    spec = training_figure(curves())
    assert [(line.place, line.ramp) for line in spec.lines] == [(4, True), (6, True), (8, True), (10, True)]
    labels = {label.text: label for label in end_labels(spec, ORDINARY_HEIGHT)}
    assert set(labels) == {"70M", "410M", "1B", "12B", "chance"}
    assert all(label.ink for text, label in labels.items() if text != "chance")
    notes = {note.text: note for note in scaling_chart(spec).layout.annotations}
    assert notes["12B"].font.color == INK
    assert notes["chance"].font.color != INK


def test_zero_stands_at_the_left_edge_and_ticks_are_real() -> None:
    axis = training_figure(curves()).axis
    assert axis.ticks == tuple(step * TOKENS_A_STEP for step in STEPS)
    assert axis.range[0] < position("training", 0) == 0
    assert axis.title == "Training tokens (log scale, zero included)"
    labels = dict(axis.labels)
    assert set(labels) <= set(axis.ticks)
    assert labels[0] == "0"
    assert labels[143_000 * TOKENS_A_STEP] == "300B"
    assert value_at("training", position("training", 6e9)) == pytest.approx(6e9)


def test_tokens_in_short() -> None:
    tokens = (0, 2_097_152, 8_388_608, 134_217_728, 2_097_152_000, 27_262_976_000, 299_892_736_000, 15e12)
    assert [token_label(each) for each in tokens] == ["0", "2.1M", "8.4M", "134M", "2.1B", "27B", "300B", "15T"]
    assert token_label(2e9) == "2B"


def test_hover_has_size_tokens_percent_interval_and_questions() -> None:
    last = training_figure(curves()).lines[-1].points[-1]
    assert last.hover[0] == "Pythia 12B, 300B tokens"
    assert re.fullmatch(r"33\.5% \[30\.\d, 36\.\d\]", last.hover[1])
    assert last.hover[2:] == ("n = 1,000 questions",)


def test_hover_says_why_there_is_no_interval() -> None:
    first = training_figure(curves(n_questions=None)).lines[0].points[0]
    assert first.hover[2:] == ("no interval: made without", "number of questions not given")


def test_caption_and_alt_say_that_nothing_is_tested() -> None:
    spec = training_figure(curves())
    assert "Nothing is tested along training: no fit, no verdict." in spec.caption
    assert "log(1 + t/100M)" in spec.caption
    assert "faint to strong" in spec.caption
    assert spec.caption.endswith("Source: made for a test, none")
    assert spec.heading.endswith("by training tokens")
    assert "Pythia 12B rises from 30.0% at 0 tokens to 33.5% at 300B tokens." in spec.alt


def test_plotly_and_table_have_the_same_numbers() -> None:
    spec = training_figure(curves())
    figure, table = scaling_chart(spec), frame(lines_table(spec))
    points = {
        checkpoint: (trace.x[i], trace.y[i])
        for trace in figure.data
        if trace.customdata is not None
        for i, (checkpoint, _) in enumerate(trace.customdata)
    }
    ends = {}
    for trace in figure.data:
        if (trace.name or "").endswith(" intervals"):
            bars = trace.error_y
            ends |= {
                (trace.name.removesuffix(" intervals"), round(float(x), 9)): (y - low, y + up)
                for x, y, low, up in zip(trace.x, trace.y, bars.arrayminus, bars.array, strict=True)
            }
    assert len(table) == len(points) == len(ends) == 24
    assert list(table["Series"].drop_duplicates()) == ["Pythia 70M", "Pythia 410M", "Pythia 1B", "Pythia 12B"]
    for row in table.to_dict("records"):
        x = position("training", row["Training tokens"])
        assert points[row["Model"]] == pytest.approx((x, row["Percent"]))
        interval = row["Interval low"], row["Interval high"]
        assert ends[row["Series"], round(x, 9)] == pytest.approx(interval)


def test_lines_are_in_the_colours_of_the_ramp_and_grow_in_width() -> None:
    figure = scaling_chart(training_figure(curves()))
    lines = [trace.line for trace in figure.data if (trace.name or "").endswith(" joined")]
    assert [line.color for line in lines] == [RAMP[3], RAMP[5], RAMP[7], RAMP[9]]
    assert [line.width for line in lines] == sorted({line.width for line in lines})
    assert set(RAMP) <= set(LIGHT)


def test_unknown_sizes_are_grey_and_twins_of_one_size_keep_their_names() -> None:
    spec = training_figure(curves(*training_rows({"a-model": None, "twin": 70_000_000})))
    by_name = {line.name: line for line in spec.lines}
    assert by_name["a-model"].place is None
    assert {"pythia-70m", "twin"} < set(by_name)
    assert [line.place for line in spec.lines if line.place] == [4, 6, 7, 9, 10]


def test_control_data_carry_the_watermark() -> None:
    assert training_figure(curves()).watermark == ""
    assert training_figure(curves(origin="control")).watermark == "CONTROL"


def test_words_ask_and_describe() -> None:
    mine = curves()
    assert training_words.title(mine) == "What happens to sycophancy (NLP research survey) while Pythia is trained?"
    assert training_words.grey_line(mine, "3f9c1e").endswith(
        "· 4 models, 6 checkpoints each · 1,000 questions each · data 3f9c1e"
    )
    sentence = training_words.sentence(mine)
    assert "from **34.0%** to **37.5%** in 70M and from **30.0%** to **33.5%** in 12B" in sentence
    facts = training_words.key_facts(mine)
    assert facts["Models"] == "4, 70M to 12B"
    assert facts["Training tokens"] == "0 to 300B"
    assert facts["Checkpoints"] == "6 per model"
    uneven = curves(*training_rows({"pythia-2.8b": 2_800_000_000}, steps=(0, 1000)))
    assert training_words.key_facts(uneven)["Checkpoints"] == "2 to 6 per model"
