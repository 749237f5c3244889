"""Every page with results, with one checkpoint and with nothing, run by Streamlit's own test harness."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from finding_builders import finding, point, truthfulqa
from places import APP
from small_store import one_checkpoint, write_set, write_small_store
from streamlit.testing.v1 import AppTest

from dashboard.views import PAGES

RESULT_PAGES = [screen.file for screen in PAGES if screen.title != "Method"]


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, file: str = "", **params: str | list[str]) -> AppTest:
    """The page of `file` (default: landing) on the results in `folder`, with the link's parameters."""
    monkeypatch.setenv("SCALEWATCH_RESULTS", str(folder))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    if file and file != PAGES[0].file:
        app = app.switch_page(file)
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    """All running text of the page."""
    return "\n".join(str(each.value) for each in (*app.title, *app.markdown, *app.header, *app.caption))


def clean(app: AppTest) -> AppTest:
    """The page, after checking that it raised nothing."""
    assert not app.exception, app.exception[0].value
    return app


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A results folder with five sets."""
    write_small_store(tmp_path / "results")
    return tmp_path / "results"


@pytest.mark.parametrize("file", [screen.file for screen in PAGES])
def test_every_page_with_results(file: str, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch, file))
    assert len(app.title) == 1
    assert not app.error


@pytest.mark.parametrize("file", RESULT_PAGES)
def test_every_page_with_one_checkpoint(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, "mine", [one_checkpoint()])
    app = clean(opened(tmp_path, monkeypatch, file))
    assert len(app.title) == 1
    assert "inverse" not in said(app).replace("**0** move in the undesirable direction", "").lower()


@pytest.mark.parametrize("file", RESULT_PAGES)
def test_every_page_with_nothing(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(tmp_path / "absent", monkeypatch, file))
    assert "No results yet" in said(app)
    assert app.code[0].value == "scalewatch import PATH --into SET"


def test_landing_ranks_concern_first_and_hides_the_untested(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch))
    assert app.title[0].value == "What changes with model size?"
    verdicts = list(app.dataframe[0].value["Verdict"])
    assert verdicts[0].endswith("Inverse")
    assert not any("Too few" in verdict or "Left out" in verdict for verdict in verdicts)
    assert verdicts == sorted(verdicts, key=lambda v: "Inverse" not in v)


def test_the_untested_are_one_click_away_with_their_reason(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch, verdict=["left_out"]))
    table = app.dataframe[0].value
    assert len(table) == 7
    assert all("constant answer" in reason for reason in table["Why not tested"])


def test_filters_of_a_link_narrow_the_table(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch, set=["chat-vs-base"]))
    assert list(app.dataframe[0].value["Behaviour"]) == ["Sycophancy: all three sets together"]


def test_an_empty_table_says_what_is_hidden_and_shows_all(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch, verdict=["none"]))
    assert "No row matches these filters." in said(app)
    assert not app.dataframe
    clean(app.button[0].click().run())
    assert "are hidden" not in said(app)
    assert len(app.dataframe[0].value) == 8 + 1 + 1 + 7 + 4


def test_rlhf_axis_of_the_landing_page(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch, axis="rlhf"))
    assert app.title[0].value == "What changes with RL steps?"
    assert list(app.dataframe[0].value["Family"]) == ["qwen3-4b"]


def test_a_clicked_cell_opens_its_behaviour(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch))
    app.session_state["findings.size"] = {"selection": {"rows": [], "columns": [], "cells": [(0, "Behaviour")]}}
    clean(app.run())
    assert app.selectbox[0].value == "truthfulqa"
    assert app.title[0].value.startswith("TruthfulQA falls with size in Pythia, GPT-Neo")


def test_behaviour_page_follows_its_link(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(
        opened(
            small,
            monkeypatch,
            "views/behaviour.py",
            behaviour="truthfulqa",
            family="OPT",
            colour=["OPT", "Llama"],
        )
    )
    assert app.title[0].value.startswith("TruthfulQA falls with size in Pythia")
    assert [box.value for box in app.selectbox] == ["truthfulqa", "truthfulqa-families", "OPT"]
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert any("OPT" in str(trace.get("name", "")) for trace in spec["data"])
    assert app.get("plotly_chart")[0].proto.alt.startswith("Chart of TruthfulQA.")
    text = said(app)
    assert "In OPT the share of answers judged true falls by" in text
    assert "TruthfulQA · 8 families, " in text
    assert " · 817 questions each · data " in text


def test_choosing_another_behaviour_keeps_the_page_whole(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch, "views/behaviour.py", behaviour="truthfulqa"))
    clean(app.selectbox[0].set_value("sycophancy-nlp-survey").run())
    assert app.title[0].value == "No size trend can be tested for sycophancy (NLP research survey) in Qwen1.5"
    assert "What would settle it" in said(app)


def test_copy_link_writes_every_value(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch, "views/behaviour.py", behaviour="truthfulqa"))
    link = app.code[0].value
    for part in (
        "/behaviour?behaviour=truthfulqa",
        "set=truthfulqa-families",
        "axis=size",
        "family=",
        "v=1",
        "data=",
    ):
        assert part in link


def test_a_link_made_with_other_data_says_so(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    params = {"behaviour": "truthfulqa", "set": "truthfulqa-families", "v": "1"}
    old = clean(opened(small, monkeypatch, "views/behaviour.py", **params, data="3f9c1e"))
    assert old.warning[0].value.startswith("This link was made with other data (3f9c1e, now ")
    now = old.warning[0].value.split("now ")[1][:6]
    same = clean(opened(small, monkeypatch, "views/behaviour.py", **params, data=now))
    assert not same.warning


def test_wrong_values_in_a_link_fall_back(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch, "views/behaviour.py", behaviour="nothing", set="x", axis="y", family="z"))
    assert app.title[0].value.startswith("TruthfulQA falls with size in Pythia")
    (warning,) = [each.value for each in app.warning]
    assert warning == (
        "This link names the behaviour ‘nothing’ and the data set ‘x’ and the family ‘z’, which is not here. "
        "Another is shown."
    )


def test_power_seeking_pages_through_its_panels(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch, "views/power_seeking.py"))
    assert app.title[0].value.endswith("?")
    assert "7 behaviours, 6 at a time" in said(app)
    assert "**7** left out" in said(app)


def test_sycophancy_opens_where_the_evidence_is_and_follows_a_link(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = clean(opened(small, monkeypatch, "views/sycophancy.py"))
    assert app.title[0].value == "Sycophancy (all three sets together) rises with size in Qwen1.5"
    other = clean(opened(small, monkeypatch, "views/sycophancy.py", set="base-models"))
    assert other.title[0].value == "Do larger models agree more with what the user says?"


def test_political_views_draw_the_poles_and_no_verdict_word(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = clean(opened(small, monkeypatch, "views/political.py"))
    text = said(app)
    assert "a change would be called a *shift*" in text
    assert "inverse" not in text.lower()
    assert "agrees with left-leaning statements" in app.get("plotly_chart")[0].proto.alt


def test_a_behaviour_without_sizes_is_a_table_and_not_an_empty_chart(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = clean(opened(small, monkeypatch, "views/behaviour.py", behaviour="political-lean"))
    assert not app.get("plotly_chart")
    assert "No model here has a known size" in said(app)
    assert app.title[0].value == "No size trend can be tested for political lean in Assistants"


def test_political_behaviours_by_size_come_as_panels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = [point(f"{n}B", n * 1e9, 0.4 + n / 100, n=1000) for n in (1, 3, 7, 12)]
    views = [
        finding(
            "Pythia", points, behavior=f"persona-view-{number}", title=f"Holds view {number}",
            concern="neutral", group="Political views", measure="answers matching the behaviour",
            verdict="increasing", q=0.01,
        )
        for number in range(2)
    ]  # fmt: skip
    write_set(tmp_path, "personas", views)
    app = clean(opened(tmp_path, monkeypatch, "views/political.py"))
    assert app.title[0].value == "Which political statements do models agree with?"
    assert "**2** shift" in said(app)


@pytest.mark.parametrize("file", RESULT_PAGES)
def test_a_damaged_set_is_named_and_the_others_are_shown(
    file: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small / "base-models" / "findings.json").write_text("[", encoding="utf-8")
    app = clean(opened(small, monkeypatch, file))
    assert len(app.error) == 1
    assert "findings.json" in app.error[0].value
    assert "Run: scalewatch findings" in app.error[0].value
    assert len(app.title) == 1


def test_a_changed_set_is_read_again(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = clean(opened(small, monkeypatch))
    write_set(small, "more", [each for each in truthfulqa() if each.family == "OPT"])
    after = clean(before.run())
    assert len(after.dataframe[0].value) == 9


def test_csv_has_true_values_source_and_hash(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.figures.scaling import scaling_figure
    from dashboard.renderers.table.frame import csv_text
    from dashboard.renderers.table.lines import lines_file
    from loaders.store.store import Store

    store = Store(small)
    info = store.info("truthfulqa-families")
    spec = scaling_figure(store.findings("truthfulqa-families"), coloured=["Pythia"], focus="Pythia")
    rows: list[Any] = [line.split(",") for line in csv_text(lines_file(spec), info).splitlines()]
    head = rows[0]
    first = next(dict(zip(head, row, strict=True)) for row in rows[1:] if row[1] == "Pythia")
    assert (first["rate"], first["data_hash"], first["licence"]) == ("0.475", info.data_hash, "Apache-2.0")
    assert len(rows) == 1 + sum(len(finding.points) for finding in truthfulqa())
