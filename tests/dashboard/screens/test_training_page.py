"""Training on the behaviour page: offered where there are checkpoints, kept in the link, read once."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from places import APP
from small_store import write_small_store
from streamlit.testing.v1 import AppTest
from training_builders import BEHAVIOR, STEPS, store_training_set

from dashboard.selection import Selection, axis_asked, select
from loaders.store.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small results folder and a set with training checkpoints."""
    write_small_store(tmp_path / "results")
    store_training_set(tmp_path / "results")
    return tmp_path / "results"


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, **params: str) -> AppTest:
    monkeypatch.setenv("SCALEWATCH_RESULTS", str(folder))
    app = AppTest.from_file(str(APP), default_timeout=60).run().switch_page("views/behaviour.py")
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def across(app: AppTest) -> list[str]:
    return [option for each in app.button_group if each.label == "Across" for option in each.options]


def test_a_link_along_training_opens_the_chart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="checkpoints", axis="training")
    assert app.title[0].value == "What happens to sycophancy (NLP research survey) while Pythia is trained?"
    assert across(app) == ["Size", "Training"]
    chart = app.get("plotly_chart")[0].proto
    ids = [each for trace in json.loads(chart.spec)["data"] for each in trace.get("customdata", [])]
    assert len(ids) == 4 * len(STEPS)
    assert "by training tokens" in chart.alt
    table = app.dataframe[0].value
    rates = Store(folder).rates("checkpoints").query("behavior == @BEHAVIOR").set_index("checkpoint")
    assert len(table) == len(rates)
    for row in table.to_dict("records"):
        assert row["Percent"] == pytest.approx(100 * rates.loc[row["Model"], "matching_rate"])
        assert row["Training tokens"] == rates.loc[row["Model"], "training_tokens"]
    text = "\n".join(each.value for each in (*app.markdown, *app.caption))
    assert "Nothing is tested along training" in text
    assert "Described, not tested" in text
    for verdict in ("Inverse", "Standard", "Flat", "Shift"):
        assert f"{verdict}]" not in text


def test_the_address_and_the_copied_link_say_training(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="checkpoints")
    assert app.query_params["axis"] == "size"
    control = next(each for each in app.button_group if each.label == "Across")
    control.set_value("training")
    app.run()
    assert not app.exception
    assert app.query_params["axis"] == "training"
    assert "colour" not in app.query_params
    link = parse_qs(urlparse(app.code[0].value).query)
    assert (link["axis"], link["family"]) == (["training"], ["Pythia"])
    assert link["data"] == [Store(folder).info("checkpoints").data_hash]
    again = opened(folder, monkeypatch, **{name: values[0] for name, values in link.items()})
    assert again.title[0].value == app.title[0].value
    assert not again.warning


@pytest.mark.parametrize(
    ("behaviour", "result_set"),
    [("truthfulqa", "truthfulqa-families"), ("truthfulqa", "checkpoints"), ("ifbench", "rl-training")],
)
def test_without_several_checkpoints_it_is_not_offered(
    behaviour: str, result_set: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(folder, monkeypatch, behaviour=behaviour, set=result_set, axis="training")
    assert "Training" not in across(app)
    assert app.query_params["axis"] != "training"
    assert "while" not in app.title[0].value


def test_rates_are_read_once_and_only_where_findings_leave_some_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    rates = Store.rates
    monkeypatch.setattr(Store, "rates", lambda self, name: (read.append(name), rates(self, name))[1])
    app = opened(folder, monkeypatch, behaviour="truthfulqa", set="truthfulqa-families")
    assert read == []
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="checkpoints", axis="training")
    app.run()
    assert read == ["checkpoints"]


def test_changed_rates_are_named_and_the_findings_stay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "checkpoints" / "rates.csv"
    path.write_text(path.read_text().replace("0.335", "0.999"))
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="checkpoints", axis="training")
    assert "was changed after it was stored" in app.error[0].value
    assert across(app) == []
    assert app.get("plotly_chart")


def test_a_selection_along_training_is_a_link() -> None:
    selection = Selection(behavior=BEHAVIOR, result_set="checkpoints", axis="training", family="Pythia")
    params = parse_qs(urlparse(selection.url("3f9c1e")).query)
    assert params["axis"] == ["training"]
    assert axis_asked(params, ["size", "training"]) == "training"
    assert axis_asked(params, ["size", "rlhf"]) == "size"
    assert axis_asked({}, ["rlhf", "training"]) == "rlhf"
    assert select(params, []) is None


def test_another_set_without_checkpoints_leaves_training(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_training_set(folder, "more-checkpoints")
    app = opened(folder, monkeypatch, behaviour=BEHAVIOR, set="checkpoints", axis="training")
    app.selectbox[1].set_value("more-checkpoints").run()
    assert not app.exception
    assert app.query_params["axis"] == "training"
    app.selectbox[1].set_value("base-models").run()
    assert not app.exception
    assert app.query_params["axis"] == "size"
    assert app.title[0].value == "No size trend can be tested for sycophancy (NLP research survey) in Qwen1.5"
