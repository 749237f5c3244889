"""Numbers, axes, labels, verdict words, sparkline, facets and dots."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from base64 import b64decode
from typing import get_args

import pytest
from finding_builders import finding, point, truthfulqa
from hypothesis import given
from hypothesis import strategies as st

from analysis.verdicts import SHOWN, Verdict
from dashboard.components.verdict_marks import verdict_badges, verdict_style
from dashboard.figures.dots import dots_figure
from dashboard.figures.facets import columns_for, evidence, facets_figure, short_titles
from dashboard.figures.parts.axes import percent_range, percent_ticks, position, value_at
from dashboard.figures.parts.end_labels import spread
from dashboard.figures.parts.families import natural
from dashboard.figures.sparkline import sparkline_uri
from dashboard.figures.spec import DotRow
from dashboard.words import numbers
from dashboard.words.findings import verdict_text

SVG = "{http://www.w3.org/2000/svg}"


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


def _svg(uri: str) -> ET.Element:
    head, _, data = uri.partition(",")
    assert head == "data:image/svg+xml;base64"
    return ET.fromstring(b64decode(data))


def test_sparkline_is_an_svg_with_line_band_dot_and_chance():
    points = finding("Pythia").points
    root = _svg(sparkline_uri(points, x_range=(7e7, 1.8e11), y_range=(0.2, 1.0), chance=0.5))
    assert (root.get("width"), root.get("height")) == ("300", "76")
    line = [tuple(map(float, p.split(","))) for p in root.find(f"{SVG}polyline").get("points").split()]
    assert len(line) == len(points)
    assert [x for x, _ in line] == sorted(x for x, _ in line)
    assert line[0][1] < line[-1][1], "a fall is drawn downwards"
    assert len(root.find(f"{SVG}polygon").get("points").split()) == 2 * len(points)
    assert root.find(f"{SVG}circle").get("cx") == f"{line[-1][0]:.1f}"
    assert "stroke-dasharray" in root.find(f"{SVG}path").attrib


def test_sparkline_without_sizes_or_intervals_draws_what_there_is():
    empty = _svg(sparkline_uri([point("API", None, 0.7)], x_range=(1e8, 1e11), y_range=(0, 1), chance=0.5))
    assert [child.tag for child in empty] == [f"{SVG}path"]
    bare = _svg(
        sparkline_uri(
            [point("1B", 1e9, 0.4, n=None), point("7B", 7e9, 0.5, n=None)],
            x_range=(1e9, 1e9),
            y_range=(0, 1),
            chance=None,
        )
    )
    assert [child.tag for child in bare] == [f"{SVG}polyline", f"{SVG}circle"]


def test_sparklines_share_one_scale():
    scale = {"x_range": (7e7, 1.8e11), "y_range": (0.0, 1.0), "chance": None}
    a = _svg(sparkline_uri([point("7B", 7e9, 0.5)], **scale)).find(f"{SVG}circle")
    b = _svg(sparkline_uri([point("70M", 7e7, 0.5), point("7B", 7e9, 0.5)], **scale)).find(f"{SVG}circle")
    assert a.attrib == b.attrib


def test_facets_show_each_behaviour_with_its_strongest_series():
    few = [finding("Gemma", title="Corrigibility")]
    spec = facets_figure([("TruthfulQA", truthfulqa()), ("Corrigibility", few)])
    first, second = spec.panels
    assert [" ".join(panel.title) for panel in spec.panels] == ["TruthfulQA", "Corrigibility"]
    strongest = truthfulqa()[0].result
    change = numbers.signed_points(strongest.change_points, 0)
    assert first.evidence[0].startswith(f"◆ Pythia {change} [−")
    assert second.evidence == ("· Too few sizes (1)",)
    assert {line.name: line.y for line in second.series} == {"Gemma": (0.331, 0.449)}
    assert len(spec.key) <= 6
    assert {line.name for panel in spec.panels for line in panel.series if line.place} == {e.name for e in spec.key}
    assert "◆ inverse; change in points" in spec.axis_note
    assert spec.axis.range[0] < position("size", 70e6) < position("size", 180e9) < spec.axis.range[1]


def test_facets_refuse_more_than_six_and_none():
    panel = ("TruthfulQA", truthfulqa())
    with pytest.raises(ValueError, match="1 to 6 panels"):
        facets_figure([panel] * 7)
    with pytest.raises(ValueError, match="1 to 6 panels"):
        facets_figure([])


def test_evidence_of_a_shift_names_no_inverse():
    neutral = finding("Pythia", verdict="decreasing", q=0.01, concern="neutral")
    assert evidence([neutral])[0] == "↘ Pythia"
    assert evidence([]) == ("no data",)


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
    spec = dots_figure([row], low_pole="agrees with A", high_pole="agrees with B")
    assert "model-1: 82 [78, 85]" in spec.alt
    assert spec.low_pole in spec.alt
    assert spec.high_pole in spec.alt
    with pytest.raises(ValueError, match="at least one row"):
        dots_figure([], low_pole="a", high_pole="b")


def test_names_sort_as_people_count():
    assert sorted(["OLMo 2 13B", "OLMo 2 7B", "Qwen2", "Qwen1.5"], key=natural) == [
        "OLMo 2 7B",
        "OLMo 2 13B",
        "Qwen1.5",
        "Qwen2",
    ]
