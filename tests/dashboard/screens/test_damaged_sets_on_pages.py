"""Pages show the good sets and name what is wrong with the others, whatever that is."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from damaged_sets import Damage, damaged, damages, write_whole_set
from finding_builders import truthfulqa
from places import APP
from small_store import stale, write_set
from streamlit.testing.v1 import AppTest

from dashboard.results import refreshing
from dashboard.results.refreshing import Keeper, Refreshing
from dashboard.results.worker import Begun, Ended, Reached, Said, compute
from dashboard.views import PAGES

ALL = damages()
BEHAVIOUR, METHOD = (screen.file for screen in PAGES if screen.title in ("Behaviour", "Method"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of every kind of file."""
    return write_whole_set(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A results folder with one good set."""
    write_set(tmp_path / "results", "good", truthfulqa(), title="Good")
    monkeypatch.setenv("SCALEWATCH_RESULTS", str(tmp_path / "results"))
    return tmp_path / "results"


def page(file: str = "", **params: str) -> AppTest:
    """The page, which raised nothing."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    if file:
        app = app.switch_page(file)
    for name, value in params.items():
        app.query_params[name] = value
    app = app.run()
    assert not app.exception, app.exception[0].value
    return app


def told(app: AppTest) -> str:
    """What the page says is wrong or worth knowing, as it is read."""
    return "\n".join(map(plain, (*app.error, *app.warning, *app.caption)))


def plain(shown: Any) -> str:
    """A text without what keeps it from being read as Markdown."""
    return str(shown.value).replace(":small[]", "").replace("\\", "")


@pytest.mark.parametrize("many", [ALL[::8], pytest.param(ALL, marks=pytest.mark.slow)], ids=["an eighth", "all"])
def test_many_beside_a_good_set(many: list[Damage], whole: Path, good: Path) -> None:
    for damage in many:
        damaged(whole, good, damage)
    app = page()
    assert "good" in set(app.dataframe[0].value["Data set"])
    said = told(app)
    for damage in many:
        if damage.said == "noticed" and not damage.name.startswith("name-"):
            assert f"d-{damage.name}" in said, damage.name
        assert damage.said != "noticed" or damage.word.replace("\\", "") in said, damage.name
    for file in (BEHAVIOUR, METHOD):
        assert len(page(file, behaviour="truthfulqa", set="good").title) == 1


@pytest.mark.slow
@pytest.mark.parametrize("damage", ALL, ids=lambda each: each.name)
def test_each_on_every_page(damage: Damage, whole: Path, good: Path) -> None:
    damaged(whole, good, damage)
    for screen in PAGES:
        app = page(screen.file)
        assert len(app.title) == 1, screen.file
        if damage.said == "noticed" and screen.file == PAGES[0].file:
            assert damage.word.replace("\\", "") in told(app)


@pytest.mark.parametrize("file", ["rates.csv", "answers"])
def test_an_edited_file_is_said_beside_the_findings(file: str, whole: Path, good: Path) -> None:
    folder = good / "whole"
    shutil.copytree(whole, folder)
    path = folder / "rates.csv" if file == "rates.csv" else next((folder / "answers").glob("*/*"))
    assert not page().warning
    path.write_bytes(path.read_bytes().replace(b"0.42", b"0.99") + b"\n" * (file == "answers"))
    for app in (page(), page(BEHAVIOUR, behaviour="sycophancy-nlp-survey", set="whole")):
        (warning,) = app.warning
        assert f"{path.name} was changed after it was stored" in plain(warning)
        assert "Findings are shown as stored" in plain(warning)
        assert file == "answers" or not app.error
        assert all(path.name in plain(each) for each in app.error)  # what needs single answers says why it has none
    assert not page(BEHAVIOUR, behaviour="truthfulqa", set="good").warning


def test_a_renamed_set_and_a_copy(whole: Path, good: Path) -> None:
    shutil.copytree(whole, good / "Whole (copy)")
    app = page()
    assert "Whole (copy) was called whole when it was stored." in told(app)
    assert "Whole (copy)" in set(app.dataframe[0].value["Data set"])
    shutil.copytree(whole, good / "whole")
    app = page()
    assert "Whole (copy) holds the same data as whole and is counted once." in told(app)
    assert set(app.dataframe[0].value["Data set"]) == {"good", "whole"}


def test_findings_that_are_being_computed(whole: Path, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale_beside(whole, good)
    at_work = Refreshing(left=("whole", "other"), at="whole", share=0.37, n_done=2)
    monkeypatch.setattr(refreshing, "_now", at_work)
    app = page()
    assert "Computing findings of whole: 37%, then 1 more" in told(app)
    assert not app.error
    shutil.rmtree(good / "whole")
    shutil.copytree(whole, good / "whole")
    monkeypatch.setattr(refreshing, "_now", Refreshing(n_done=4))
    app = app.run()
    assert "Computing" not in told(app)
    assert set(app.dataframe[0].value["Data set"]) == {"good", "whole"}


def test_why_findings_could_not_be_computed(whole: Path, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale_beside(whole, good)
    monkeypatch.setattr(refreshing, "_now", Refreshing(left=("whole",)).after_the_end(["whole"], "exit code -9"))
    (error,) = page().error
    assert "ended early (exit code -9)" in plain(error)


def stale_beside(whole: Path, good: Path) -> None:
    """Put the set beside the good one, its findings computed by another version of the method."""
    shutil.copytree(whole, good / "whole")
    stale(good / "whole")


def test_stale_findings_name_the_remedy(whole: Path, good: Path) -> None:
    stale_beside(whole, good)
    (error,) = page().error
    assert "computed by method 0" in plain(error)
    assert "scalewatch findings --refresh" in plain(error)


def test_a_set_that_becomes_stale_is_computed_and_shown(
    whole: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No server has to be started anew: the page that meets it asks for it, once."""
    may_end, asked = threading.Event(), list[Sequence[str]]()

    def work(folder: Path, names: Sequence[str]) -> Iterator[Said]:
        asked.append(names)
        yield from (Begun(name="whole"), Reached(share=0.37))
        assert may_end.wait(60)
        compute(folder, names, lambda said: None)
        yield Ended(name="whole")

    monkeypatch.setattr(refreshing, "_now", Refreshing())
    monkeypatch.setattr(refreshing, "_keeper", Keeper(good, work))
    shutil.copytree(whole, good / "whole")
    assert "Computing" not in told(page())
    stale(good / "whole")
    for app in (page(), page(METHOD)):
        assert "Computing findings of whole: " in told(app)
        assert not app.error
    may_end.set()
    while refreshing.now().left:
        time.sleep(0.01)
    app = page()
    assert "Computing" not in told(app)
    assert not app.error
    assert set(app.dataframe[0].value["Data set"]) == {"good", "whole"}
    assert asked == [("whole",)]
