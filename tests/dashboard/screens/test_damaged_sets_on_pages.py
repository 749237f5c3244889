"""Pages show the good sets and name what is wrong with the others, whatever that is."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from damaged_sets import Damage, damaged, damages, write_whole_set
from finding_builders import truthfulqa
from places import APP
from small_store import write_set
from streamlit.testing.v1 import AppTest

from dashboard.views import PAGES

ALL = damages()
SOME = ("", *(screen.file for screen in PAGES if screen.title in ("Behaviour", "Method")))


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


def page(file: str, **params: str) -> AppTest:
    """The page, which raised nothing."""
    app = AppTest.from_file(str(APP), default_timeout=120).run()
    if file and file != PAGES[0].file:
        app = app.switch_page(file)
    for name, value in params.items():
        app.query_params[name] = value
    app = app.run()
    assert not app.exception, app.exception[0].value
    return app


def told(app: AppTest) -> str:
    """What the page says is wrong or worth knowing."""
    return "\n".join(str(each.value) for each in (*app.error, *app.warning, *app.caption))


@pytest.fixture
def all_of_them(whole: Path, good: Path) -> Path:
    """The good set and every damaged one beside it."""
    for damage in ALL:
        damaged(whole, good, damage)
    return good


def test_the_first_page_with_all_of_them(all_of_them: Path) -> None:
    app = page("")
    assert "good" in set(app.dataframe[0].value["Data set"])
    said = told(app)
    for damage in ALL:
        if damage.said == "noticed" and not damage.name.startswith("name-"):
            assert f"d-{damage.name}" in said, damage.name
        assert damage.said != "noticed" or damage.word in said, damage.name


@pytest.mark.parametrize("file", SOME[1:])
def test_a_page_of_the_good_set_with_all_of_them(file: str, all_of_them: Path) -> None:
    assert len(page(file, behavior="truthfulqa", set="good").title) == 1


@pytest.mark.slow
@pytest.mark.parametrize("damage", ALL, ids=lambda each: each.name)
def test_each_on_every_page(damage: Damage, whole: Path, good: Path) -> None:
    damaged(whole, good, damage)
    for screen in PAGES:
        app = page(screen.file)
        assert len(app.title) == 1, screen.file
        if screen.file == PAGES[0].file:
            assert (damage.word in told(app)) or damage.said != "noticed"


@pytest.mark.parametrize("file", ["rates.csv", "answers"])
def test_an_edited_file_is_said_beside_the_findings(file: str, whole: Path, good: Path) -> None:
    folder = good / "whole"
    shutil.copytree(whole, folder)
    link = {"behavior": "sycophancy-nlp-survey", "set": "whole"}
    assert not page("").warning
    path = folder / "rates.csv" if file == "rates.csv" else next((folder / "answers").glob("*/*"))
    facts = path.stat()
    path.write_bytes(path.read_bytes().replace(b"0.42", b"0.99") + b"\n" * (file == "answers"))
    assert path.stat().st_mtime_ns != facts.st_mtime_ns
    behaviour = next(screen.file for screen in PAGES if screen.title == "Behaviour")
    for app in (page(""), page(behaviour, **link)):
        (warning,) = app.warning
        assert "was changed after it was stored" in warning.value
        assert path.name in warning.value
        assert "Findings are shown as stored" in warning.value
    assert "whole" in set(page("").dataframe[0].value["Data set"])
    assert not page(behaviour, behavior="truthfulqa", set="good").warning


def test_a_renamed_set_and_a_copy(whole: Path, good: Path) -> None:
    shutil.copytree(whole, good / "Whole (copy)")
    app = page("")
    assert "Whole (copy) was called whole when it was stored." in told(app)
    assert "Whole (copy)" in set(app.dataframe[0].value["Data set"])
    shutil.copytree(whole, good / "whole")
    app = page("")
    assert "Whole (copy) holds the same data as whole and is counted once." in told(app)
    assert set(app.dataframe[0].value["Data set"]) == {"good", "whole"}
    os.utime(good / "whole" / "rates.csv")
    assert not page("").warning


def test_stale_findings_name_the_remedy(whole: Path, good: Path) -> None:
    shutil.copytree(whole, good / "whole")
    manifest = good / "whole" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"method_version": "0"}))
    (error,) = page("").error
    assert "computed by method 0" in error.value
    assert "scalewatch findings --refresh" in error.value
