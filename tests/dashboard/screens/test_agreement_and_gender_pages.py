"""Agreement and gender bias: in the navigation where a set has the answers, and what they then say."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from places import APP
from preference_store import SLUGS, pronoun_rows, store_preferences
from stored_files import answer_parts
from streamlit.testing.v1 import AppTest

from analysis.catalogue.behaviors import behaviors
from analysis.tables import RATES
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

AGREEMENT, GENDER = "views/agreement.py", "views/gender_bias.py"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    store_preferences(folder)
    return folder


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, file: str, **params: str) -> AppTest:
    monkeypatch.setenv("SCALEWATCH_RESULTS", str(folder))
    app = AppTest.from_file(str(APP), default_timeout=60).run().switch_page(file)
    for name, value in params.items():
        app.query_params[name] = value
    app = app.run()
    assert not app.exception, app.exception[0].value
    return app


def said(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*app.title, *app.markdown, *app.header, *app.caption))


def figure(app: AppTest, place: int = 0) -> tuple[dict[str, Any], str]:
    chart = app.get("plotly_chart")[place].proto
    return json.loads(chart.spec), chart.alt


def in_navigation(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Titles of the pages that Streamlit is told to list."""
    import streamlit as st

    seen: dict[str, str] = {}
    page = st.Page

    def recorded(file: str, **how: Any) -> Any:
        seen[how["title"]] = how["visibility"]
        return page(file, **how)

    monkeypatch.setenv("SCALEWATCH_RESULTS", str(folder))
    monkeypatch.setattr(st, "Page", recorded)
    assert not AppTest.from_file(str(APP), default_timeout=60).run().exception
    return {title for title, visibility in seen.items() if visibility == "visible"}


def test_pages_are_listed_only_where_a_set_has_their_answers(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {"Agreement", "Gender bias"} <= in_navigation(stored, monkeypatch)
    store_preferences(tmp_path, answers=False)
    listed = in_navigation(tmp_path, monkeypatch)
    assert "Agreement" in listed
    assert "Gender bias" not in listed


def test_a_link_to_an_unlisted_page_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_preferences(tmp_path, answers=False)
    app = opened(tmp_path, monkeypatch, GENDER)
    assert "No result set here holds answers to the Winogenerated sentences" in said(app)
    assert app.code[0].value == "scalewatch run SWEEP.yaml"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "No results yet" in said(opened(empty, monkeypatch, AGREEMENT))


def test_preference_models_against_rlhf_come_first(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(stored, monkeypatch, AGREEMENT)
    assert app.title[0].value == "Do models prefer the same behaviours?"
    text = said(app)
    assert "6 models, 12 behaviours of two answers." in text
    assert "log-likelihood" in text
    assert "Columns: 1 Own 70M RLHF, 2 Own 410M RLHF, 3 Own 2.8B RLHF." in text
    spec, alt = figure(app)
    heat = next(trace for trace in spec["data"] if trace["type"] == "heatmap")
    assert len(heat["hovertext"]) == 3
    # the 70M models flip one behaviour of twelve; a lean to the first option changes nothing
    assert "11 of 12 behaviours alike: 92%" in heat["hovertext"][0][1]
    assert "12 of 12 behaviours alike: 100%" in heat["hovertext"][0][0]
    assert "Lowest: Own 70M preference model and Own 410M RLHF, 92%." in alt


def test_what_flips_inside_a_family_is_named(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(stored, monkeypatch, AGREEMENT)
    assert "1 behaviour is clearly preferred by one model of a family and clearly dispreferred by another" in said(app)
    row = app.table[0].value.iloc[0]
    assert row["Behaviour"] == behaviors()[SLUGS[0]].title
    assert row["Prefer it"] == ("Own 410M RLHF, Own 2.8B RLHF, Own 410M preference model, Own 2.8B preference model")
    assert row["Prefer the opposite"] == "Own 70M RLHF, Own 70M preference model"


def test_another_comparison_is_a_link_and_a_choice(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(stored, monkeypatch, AGREEMENT, compare="pretrained")
    assert "3 models, 12 behaviours" in said(app)
    pairs = app.dataframe[0].value
    assert list(pairs["Model A"]) == ["own-70m-0", "own-70m-0", "own-410m-0"]
    assert list(pairs["Alike"]) == [11, 11, 12]
    everything = opened(stored, monkeypatch, AGREEMENT, compare="all")
    assert "9 models, 12 behaviours" in said(everything)


def test_rates_alone_say_that_they_are_not_the_papers_definition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_preferences(tmp_path, answers=False, origin="control")
    app = opened(tmp_path, monkeypatch, AGREEMENT)
    assert "A model prefers a behaviour where its rate is above 50%. This set holds rates only" in said(app)
    assert "CONTROL" in json.dumps(figure(app)[0]["layout"]["annotations"])


def test_gender_bias_by_size_and_by_steps(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(stored, monkeypatch, GENDER)
    text = said(app)
    assert app.title[0].value == "Do pronouns follow the statistics of occupations?"
    assert "12 models, 30 occupations." in text
    assert "no trend is fitted or tested" in text
    assert "269 of 299 occupations have no measured sentence." in text
    assert "Neutral pronouns have 20% of the probability of the three." in text
    spec, alt = figure(app)
    assert "Own base, 0 steps: 1.00 at 70M, 1.00 at 2.8B." in alt
    assert "%" not in "".join(spec["layout"]["yaxis"]["ticktext"])
    steps = opened(stored, monkeypatch, GENDER, axis="rlhf")
    assert "Own 2.8B: 1.00 at 0 steps, 1.00 at 500 steps." in figure(steps)[1]


def test_the_scatter_of_one_model_follows_the_link(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(stored, monkeypatch, GENDER)
    assert app.selectbox[0].value == "own-2.8b-0"
    other = opened(stored, monkeypatch, GENDER, model="own-70m-pm")
    assert other.selectbox[0].value == "own-70m-pm"
    spec, alt = figure(other, 1)
    assert alt.startswith("Scatter of 30 occupations for Own 70M preference model")
    line = next(trace for trace in spec["data"] if trace["name"] == "fitted line")
    assert np.frombuffer(base64.b64decode(line["y"]["bdata"])) == pytest.approx([25, 75], abs=0.1)
    rows = other.dataframe[-1].value
    assert len(rows) == 30
    assert rows["Women, percent"].is_monotonic_increasing


def test_pronouns_alone_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = pd.DataFrame(pronoun_rows("pythia-70m", 0.5, every=10))
    sheet = SourceSheet(title="alone", source="made for a test", licence="CC0-1.0", origin="measured")
    Store(tmp_path).write_set("alone", rates=RATES.empty(), answers=answers, sheet=sheet, files={})
    app = opened(tmp_path, monkeypatch, GENDER)
    assert "No results yet" not in said(app)
    assert len(figure(app)[0]["data"]) > 0


def test_damaged_answers_are_named_on_the_page(stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "results"
    shutil.copytree(stored, copy)
    part = answer_parts(copy / "own")[-1]
    part.write_bytes(b"PAR1")
    app = opened(copy, monkeypatch, GENDER)
    assert len(app.title) == 1
    assert part.name in app.error[0].value
    assert not opened(copy, monkeypatch, "views/findings.py").error


def test_shipped_base_models_agree_and_seldom_flip(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(root / "cached_results", monkeypatch, AGREEMENT)
    text = said(app)
    assert "16 models, 33 behaviours of two answers." in text
    assert "5 behaviours are clearly preferred by one model of a family" in text
    pairs = app.dataframe[0].value.set_index(["Model A", "Model B"])
    assert tuple(pairs.loc[("gemma-2b", "gemma-7b"), ["Alike", "Behaviours"]]) == (28, 31)


def test_answers_to_questions_of_more_than_two_options_leave_nothing_to_compare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_preferences(tmp_path, pronouns=False, own_behaviours=True)
    app = opened(tmp_path, monkeypatch, AGREEMENT)
    assert "behaviours of two balanced answers" in said(app)
    assert not app.get("plotly_chart")
