"""The scaling figure says what the findings say, under the rules of the look."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from finding_builders import TRUTHFULQA, finding, point, truthfulqa

from dashboard.figures.parts.axes import position
from dashboard.figures.parts.end_labels import end_labels, label_lines
from dashboard.figures.scaling import default_coloured, scaling_figure
from dashboard.figures.spec import ORDINARY_HEIGHT

FOUR = ["Pythia", "OPT", "Qwen1.5", "Llama"]


def test_numbers_equal_the_findings():
    findings = truthfulqa()
    spec = scaling_figure(findings, coloured=FOUR, focus="Pythia")
    drawn = {line.name: line for line in spec.lines}
    assert set(drawn) == {each.name for each in findings}
    for each in findings:
        line = drawn[each.name]
        assert line.ids == tuple(p.checkpoint for p in each.points)
        assert line.x == tuple(p.x for p in each.points)
        assert line.y == tuple(p.rate for p in each.points)
        assert line.lo == tuple(p.ci_low for p in each.points)
        assert line.hi == tuple(p.ci_high for p in each.points)
        assert line.n == tuple(p.n_questions for p in each.points)


def test_fit_is_the_curve_of_the_result_cut_at_the_last_size():
    pythia = finding("Pythia")
    line = scaling_figure([pythia], coloured=["Pythia"], focus=None).lines[0]
    inside, outside = line.fit
    assert (inside.inside, outside.inside) == (True, False)
    assert inside.y == tuple(p.estimate for p in pythia.result.curve if p.inside)
    assert outside.y[1:] == tuple(p.estimate for p in pythia.result.curve if not p.inside)
    assert outside.x[0] == inside.x[-1] == pytest.approx(12e9)


def test_only_the_named_are_coloured_and_grey_has_no_fit():
    spec = scaling_figure(truthfulqa(), coloured=FOUR, focus="OPT")
    assert {line.name for line in spec.coloured} == set(FOUR)
    assert [line.name for line in spec.lines if line.focus] == ["OPT"]
    assert spec.lines[-1].name == "OPT"
    grey = [line for line in spec.lines if line.place is None]
    assert {line.name for line in grey} == set(TRUTHFULQA) - set(FOUR)
    assert all(line.fit == () for line in grey)


def test_at_most_six_in_colour():
    scaling_figure(truthfulqa(), coloured=list(TRUTHFULQA)[:6], focus=None)
    with pytest.raises(ValueError, match="at most 6"):
        scaling_figure(truthfulqa(), coloured=list(TRUTHFULQA)[:7], focus=None)


@pytest.mark.parametrize("change", [{"behavior": "other"}, {"result_set": "other"}], ids=["two behaviours", "two sets"])
def test_one_behaviour_of_one_set(change):
    pythia = finding("Pythia")
    with pytest.raises(ValueError, match="one behaviour of one set"):
        scaling_figure([pythia, replace(pythia, **change)], coloured=[], focus=None)


def test_default_is_four_by_evidence_with_the_longest_series():
    findings = truthfulqa()
    names = default_coloured(findings)
    assert names == ["Pythia", "GPT-Neo", "OPT", "Qwen1.5"], "BLOOM is inverse too, but GPT-Neo has its colour"
    long = finding("Mistral", [point(f"{i}B", i * 1e9, 0.5) for i in range(1, 11)], verdict="flat", q=0.9)
    names = default_coloured([*findings, long])
    assert len(names) == 4
    assert "Mistral" in names
    assert default_coloured([]) == []


def test_sizes_are_the_ticks_and_labels_keep_their_distance():
    findings = truthfulqa()
    axis = scaling_figure(findings, coloured=FOUR, focus="Pythia").axis
    assert axis.ticks == tuple(sorted({p.x for each in findings for p in each.points}))
    labels = dict(axis.labels)
    assert set(labels) <= set(axis.ticks)
    assert (labels[70e6], labels[110e9], labels[12e9]) == ("70M", "110B", "12B")
    places = [position("size", value) for value in labels]
    span = position("size", axis.ticks[-1]) - position("size", axis.ticks[0])
    assert min(b - a for a, b in itertools.pairwise(places)) >= 0.11 * span
    assert axis.range[1] == pytest.approx(position("size", 110e9) + 0.3)


def test_steps_have_zero_on_the_axis():
    points = [point(f"{s} steps", s, 0.5 + s / 4000) for s in (0, 50, 250, 1000)]
    spec = scaling_figure(
        [finding("OLMo 2", points, axis="rlhf", series="7B", q=0.01)], coloured=["OLMo 2 7B"], focus=None
    )
    assert spec.axis.ticks == (0, 50, 250, 1000)
    assert dict(spec.axis.labels)[1000] == "1,000"
    assert spec.axis.range[0] < position("rlhf", 0) == 0
    assert "log(1 + s/25)" in spec.caption
    assert spec.heading.endswith("by RL steps")


def test_long_step_counts_do_not_touch():
    points = [point(f"{s} steps", s, 0.4) for s in (0, 2313, 4626)]
    spec = scaling_figure([finding("Llama 3.1", points, axis="rlhf", series="8B")], coloured=[], focus=None)
    assert spec.axis.ticks == (0, 2313, 4626)
    assert [text for _, text in spec.axis.labels] == ["0", "4,626"]


def test_percent_axis_is_forty_points_tall_and_holds_everything():
    flat = [point(f"{i}B", i * 1e9, 0.97 + i / 1000, n=10_000) for i in range(1, 6)]
    spec = scaling_figure([finding("Pythia", flat)], coloured=["Pythia"], focus=None)
    assert spec.y_range == (0.6, 1.0)
    assert spec.heading_note == "axis 60–100%"
    spec = scaling_figure(truthfulqa(), coloured=FOUR, focus=None)
    assert spec.y_range == (0.2, 0.7)
    with_chance = [replace(each, chance=0.95) for each in truthfulqa()]
    assert scaling_figure(with_chance, coloured=FOUR, focus=None).y_range[1] == 1.0


def test_end_labels_are_apart_and_name_the_coloured_and_chance():
    crowded = [
        finding(name, [point(f"{i}B", i * 1e9, 0.5 + shift) for i in (1, 2)], chance=0.5)
        for name, shift in (("Pythia", 0.0), ("OPT", 0.001), ("Llama", 0.002), ("Gemma", -0.001))
    ]
    spec = scaling_figure(crowded, coloured=[each.name for each in crowded], focus="OPT")
    labels = end_labels(spec, ORDINARY_HEIGHT)
    assert {label.text for label in labels} == {"Pythia", "OPT", "Llama", "Gemma", "chance"}
    low, high = spec.y_range
    heights = [(label.y - low) / (high - low) * 368 + label.shift for label in labels]
    assert all(b - a >= 17 - 1e-6 for a, b in itertools.pairwise(heights))
    assert [label.y for label in labels] == sorted(label.y for label in labels)
    assert [label.leader for label in labels] == [abs(e.shift) > 7 for e in labels]
    assert [label.bold for label in labels if label.text == "OPT"] == [True]


def test_long_names_are_broken_and_not_said_twice():
    points = [point(f"{s} steps", s, 0.5) for s in (0, 100)]
    series = "qwen3-4b-rl-length-linear"
    spec = scaling_figure(
        [finding("Qwen3", points, axis="rlhf", series=series)], coloured=[f"Qwen3 {series}"], focus=None
    )
    assert spec.lines[0].name == "Qwen3 qwen3-4b-rl-length-linear"
    (label,) = end_labels(spec, ORDINARY_HEIGHT)
    assert "".join(label.lines) == series
    assert max(map(len, label.lines)) <= 16
    assert label_lines("llama-3.1-8b-sycophancy-grpo") == ("llama-3.1-8b-", "sycophancy-grpo")
    assert label_lines("Pythia deduped") == ("Pythia deduped",)


def test_generations_of_one_lineage_share_a_place_and_differ_in_fill():
    findings = [finding("Qwen1.5"), finding("Qwen2", finding("Qwen1.5").points)]
    lines = {line.name: line for line in scaling_figure(findings, coloured=["Qwen2", "Qwen1.5"], focus=None).lines}
    assert lines["Qwen1.5"].place == lines["Qwen2"].place == 2
    assert (lines["Qwen1.5"].fill, lines["Qwen2"].fill) == ("filled", "open")
    alone = scaling_figure(findings, coloured=["Qwen2"], focus=None).coloured[0]
    assert alone.fill == "filled"


def test_hover_tells_interval_questions_and_difference_with_a_true_minus():
    line = scaling_figure([finding("Pythia")], coloured=["Pythia"], focus=None).lines[0]
    assert line.points[6].hover == (
        "Pythia 6.9B",
        "35.2% [32.0, 38.5]",
        "n = 817 questions",
        "−0.4 points vs 2.8B",
    )


def test_hover_says_why_something_is_missing():
    points = [
        point("1B", 1e9, 0.5, n=None),
        replace(point("7B", 7e9, 0.6), x_is_estimate=True),
        point("13B", 13e9, 0.4, mark="always answers (A): the share of (A) labels"),
        point("API", None, 0.7),
    ]
    spec = scaling_figure([finding("Pythia", points)], coloured=["Pythia"], focus=None)
    bare, guessed, constant = spec.lines[0].points
    assert "no interval: the source gives no number of questions" in bare.hover
    assert "number of questions not given" in bare.hover
    assert "estimated size" in guessed.hover
    assert constant.left_out
    assert constant.hover[-1].startswith("left out: always answers (A)")
    assert [p.label for p in spec.lines[0].unplaced] == ["API"]
    assert "Hollow grey" in spec.caption
    assert "1 model of unknown size" in spec.caption


def test_control_data_carry_the_watermark():
    assert scaling_figure([finding("Pythia")], coloured=[], focus=None).watermark == ""
    control = finding("Pythia", origin="control")
    assert scaling_figure([control], coloured=[], focus=None).watermark == "CONTROL"


def test_words_come_from_the_data():
    spec = scaling_figure(truthfulqa(), coloured=["Pythia", "Gemma"], focus="Pythia")
    assert "Pythia falls from 47.5% at 70M to 33.0% at 12B." in spec.alt
    assert "In grey: BLOOM" in spec.alt
    assert spec.heading == "Share of answers judged true, by number of parameters"
    assert spec.heading_note == "axis 20–60%"
    assert "Wilson 95% intervals" in spec.caption
    assert "no fit, no verdict" in spec.caption
    assert spec.caption.endswith("Source: ObsScaling, Apache\u20112.0")


def test_a_finding_without_any_size_gives_an_empty_chart():
    spec = scaling_figure([finding("Gemma", [point("API", None, 0.7)])], coloured=["Gemma"], focus=None)
    assert spec.lines[0].points == ()
    assert spec.axis.ticks == ()
    assert spec.y_range[1] - spec.y_range[0] >= 0.4
