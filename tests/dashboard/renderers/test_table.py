"""A table on the page and in a file: what is missing is blank, shares are shown times 100, counts stay whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from finding_builders import finding, point
from small_store import write_small_store

from dashboard.figures.scaling import scaling_figure
from dashboard.renderers.table.frame import csv_text, formats, frame
from dashboard.renderers.table.lines import lines_file, lines_table
from dashboard.renderers.table.table import Column, Table
from loaders.store.manifest import SetInfo
from loaders.store.store import Store

TABLE = Table(
    (
        Column("Model"), Column("Questions", "count"), Column("Percent", "share"), Column("Gap, points", "points"),
        Column("Off, sd", "sd"), Column("Women, percent", "percent"), Column("r", "number"), Column("Steps", "number"),
    ),
    (("a", 10, 0.25, -0.5, 1.5, 56.25, 0.5, 0), ("b, c", None, None, None, None, None, None, 50)),
)  # fmt: skip


@pytest.fixture
def info(tmp_path: Path) -> SetInfo:
    write_small_store(tmp_path)
    info = Store(tmp_path).info("truthfulqa-families")
    return replace(info, name="s", data_hash="3f9c1e", source="made", licence="CC0-1.0")


def test_shares_and_differences_are_shown_times_100_and_missing_is_missing() -> None:
    shown = frame(TABLE)
    assert shown["Questions"].dtype == "Int64"
    first = ["a", 10, 25.0, -50.0, 1.5, 56.25, 0.5, 0]
    assert shown.iloc[0].tolist() == first
    assert shown.iloc[1].isna().tolist() == [False, True, True, True, True, True, True, False]


def test_numbers_have_the_digits_of_their_kind() -> None:
    assert formats(TABLE) == {
        "Questions": "localized", "Percent": "%.1f", "Gap, points": "%.1f", "Off, sd": "%.1f",
        "Women, percent": "%.1f", "r": "%.3f",
    }  # fmt: skip


def test_a_file_names_the_set_on_every_row_and_leaves_blank_what_is_missing(info: SetInfo) -> None:
    assert csv_text(TABLE, info) == (
        'Model,Questions,Percent,"Gap, points","Off, sd","Women, percent",r,Steps,result_set,data_hash,source,licence\n'
        "a,10,25.0,-50.0,1.5,56.25,0.5,0,s,3f9c1e,made,CC0-1.0\n"
        '"b, c",,,,,,,50,s,3f9c1e,made,CC0-1.0\n'
    )


def test_the_file_of_a_chart_has_true_values_in_the_order_of_drawing(info: SetInfo) -> None:
    points = [replace(point("1B", 1e9, 0.4, n=100), ci_low=0.3, ci_high=0.5, ci_method="Wilson")]
    points.append(replace(point("API", None, 0.7, n=None), ci_method="none: no count", warning="hardly plays"))
    drawn = [finding("Gemma", points, behavior="b"), finding("Pythia", points[:1], behavior="b")]
    spec = scaling_figure(drawn, coloured=["Gemma"], focus=None)
    head, *rows = csv_text(lines_file(spec), info).splitlines()
    assert head == (
        "behavior,series,checkpoint,parameters,rate,ci_low,ci_high,n_questions,ci_method,left_out,argmax_rate,"
        "label_gap,total_option_mass,residual,warning,result_set,data_hash,source,licence"
    )
    one, api = (each.checkpoint for each in points)
    assert rows == [
        f"b,Pythia,{one},1000000000,0.4,0.3,0.5,100,Wilson,,,,,,,s,3f9c1e,made,CC0-1.0",
        f"b,Gemma,{one},1000000000,0.4,0.3,0.5,100,Wilson,,,,,,,s,3f9c1e,made,CC0-1.0",
        f"b,Gemma,{api},,0.7,,,,none: no count,,,,,,hardly plays,s,3f9c1e,made,CC0-1.0",
    ]
    assert lines_table(spec).values("Series") == ["Gemma", "Gemma", "Pythia"], "for reading, what is in colour is first"
