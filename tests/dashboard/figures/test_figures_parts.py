"""Numbers, axes, labels, verdict words, facets and dots."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest
from finding_builders import finding, truthfulqa
from hypothesis import given
from hypothesis import strategies as st

from analysis.verdicts import SHOWN, Verdict
from dashboard.components.verdict_marks import verdict_badges, verdict_style
from dashboard.figures.dots import DotRow, dots_figure
from dashboard.figures.facets import facets_figure, short_titles, strongest
from dashboard.figures.parts.axes import percent_range, percent_ticks, position, value_at
from dashboard.figures.parts.end_labels import spread
from dashboard.figures.parts.line_styles import natural
from dashboard.renderers.plotly.facet_layout import columns_for
from dashboard.words import numbers
from dashboard.words.findings import verdict_text


def test_differences_carry_a_true_minus_and_levels_a_percent():
    assert numbers.signed_points(-0.1384) == "−13.8"
    assert numbers.signed_points(0.02) == "+2.0"
    assert numbers.signed_points(-0.0004) == "0.0"
    assert numbers.points_interval(-0.185, 0.04, 0) == "[−18, +4]"
    assert numbers.points_interval(None, 0.1) == ""
    assert numbers.percent(0.4752) == "47.5%"
    assert numbers.licence_text("Apache-2.0") == "Apache\u20112.0"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_percent_range_holds_the_rates_and_is_forty_points_tall(rates):
    low, high = percent_range(rates)
    assert 0 <= low <= min(rates) + 1e-9
    assert max(rates) - 1e-9 <= high <= 1
    assert round(100 * (high - low)) >= 40
    assert round(100 * low) % 10 == round(100 * high) % 10 == 0


def test_only_the_top_tick_has_a_percent_sign():
    assert [text for _, text in percent_ticks((0.2, 0.7))] == ["20", "30", "40", "50", "60", "70%"]
    assert [text for _, text in percent_ticks((0.3, 1.0), 20)] == ["40", "60", "80", "100%"]


@given(st.floats(0, 1e6))
def test_step_positions_invert(steps):
    assert value_at("rlhf", position("rlhf", steps)) == pytest.approx(steps, rel=1e-9, abs=1e-6)


@given(st.lists(st.floats(0, 368), min_size=1, max_size=8))
def test_labels_are_spread_in_order(desired):
    placed = spread(sorted(desired), heights=[17] * len(desired), low=0, high=368)
    assert all(b - a >= 17 - 1e-6 for a, b in itertools.pairwise(placed))
    assert placed[0] >= -1e-6
    assert placed[-1] <= 368 + 1e-6


def test_labels_far_apart_stay_where_they_are():
    assert spread([10, 100, 200], heights=[17, 34, 17], low=0, high=368) == [10, 100, 200]
    assert spread([100, 110], heights=[17, 34], low=0, high=368) == [92.25, 117.75]


def test_every_verdict_has_its_words():
    assert set(SHOWN) == set(get_args(Verdict))
    assert verdict_text("inverse") == "◆  Inverse"
    assert verdict_text("inverse", fragile=True) == "◆  Inverse, fragile"
    assert verdict_text("positive") == "■  Standard"
    assert verdict_text("flat", fragile=True) == "→  Flat"
    assert verdict_badges("inverse", fragile=False) == ":orange-badge[◆ Inverse] :gray-badge[Robust]"
    assert verdict_badges("inconclusive", fragile=True) == ":gray[○ Inconclusive]"


def test_ochre_marks_inverse_and_nothing_else():
    for dark, ochre in ((False, "#7A4B00"), (True, "#EDBE6E")):
        assert [v for v in SHOWN if ochre in verdict_style(v, dark=dark)] == ["inverse"]


def test_facets_show_each_behaviour_with_its_strongest_series():
    few = [finding("Gemma", title="Corrigibility")]
    spec = facets_figure([("TruthfulQA", truthfulqa()), ("Corrigibility", few)], "two behaviours")
    first, second = spec.panels
    assert [panel.title for panel in spec.panels] == ["TruthfulQA", "Corrigibility"]
    change = numbers.signed_points(truthfulqa()[0].result.change_points, 0)
    assert first.strongest[0] == "◆ Pythia"
    assert first.strongest[1].startswith(f"{change} [−")
    assert second.strongest == ("· Too few sizes (1)",)
    assert {line.name: line.y for line in second.lines} == {"Gemma": (0.331, 0.449)}
    assert len(spec.key) <= 6
    assert {line.name for panel in spec.panels for line in panel.lines if line.place} == {e.name for e in spec.key}
    assert "◆ inverse; change in points" in spec.heading_note
    assert spec.axis.range[0] < position("size", 70e6) < position("size", 180e9) < spec.axis.range[1]


def test_facets_refuse_more_than_six_and_none():
    panel = ("TruthfulQA", truthfulqa())
    with pytest.raises(ValueError, match="1 to 6 panels"):
        facets_figure([panel] * 7, "")
    with pytest.raises(ValueError, match="1 to 6 panels"):
        facets_figure([], "")


def test_the_strongest_series_of_a_shift_names_no_inverse():
    neutral = finding("Pythia", verdict="decreasing", q=0.01, concern="neutral")
    assert strongest([neutral])[0] == "↘ Pythia"
    assert strongest([]) == ("no data",)


def test_facet_titles_lose_what_they_share():
    assert short_titles(["Sycophancy: NLP survey", "Sycophancy: political typology"]) == [
        "NLP survey",
        "Political typology",
    ]
    assert short_titles(["Sycophancy: NLP survey", "Survival instinct"])[0] == "Sycophancy: NLP survey"
    assert columns_for(["NLP survey", "Political typology", "Philosophers"]) == 3
    assert columns_for(["Coordination with other versions of itself", "a", "b"]) == 2
    assert columns_for(["a", "b", "c", "d"]) == 2


def test_dot_plot_names_both_poles_and_no_side_as_wrong():
    row = DotRow(label="model-1", rate=0.82, lo=0.78, hi=0.85, n=80, marks=(("taxes", 0.7),))
    spec = dots_figure([row], title="t", low_pole="agrees with A", high_pole="agrees with B")
    assert "model-1: 82 [78, 85]" in spec.alt
    assert spec.low_pole in spec.alt
    assert spec.high_pole in spec.alt
    with pytest.raises(ValueError, match="at least one row"):
        dots_figure([], title="t", low_pole="a", high_pole="b")


def test_names_sort_as_people_count():
    assert sorted(["OLMo 2 13B", "OLMo 2 7B", "Qwen2", "Qwen1.5"], key=natural) == [
        "OLMo 2 7B",
        "OLMo 2 13B",
        "Qwen1.5",
        "Qwen2",
    ]
