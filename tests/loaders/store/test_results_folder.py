"""Which folder is read and written, and what stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from rate_builders import sweep

from analysis.errors import UnknownNameError
from loaders.store.errors import StoreError
from loaders.store.results_folder import find_results_dir, shipped_results_dir, state_dir
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

RATES = (0.45, 0.5, 0.55, 0.6)


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody in a folder of their own, who is shown the shipped sets."""
    for name in ("SCALEWATCH_RESULTS", "SCALEWATCH_NO_SHIPPED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(store: Store, name: str) -> None:
    store.write_set(name, rates=sweep(RATES), answers=None, sheet=SourceSheet(), files={})


def test_the_folder_is_named_or_of_the_environment_or_where_the_user_stands(
    user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_results_dir() == Path("cached_results")
    monkeypatch.setenv("SCALEWATCH_RESULTS", "/elsewhere")
    assert find_results_dir() == Path("/elsewhere")
    assert find_results_dir(Path("named")) == Path("named")


def test_reading_makes_no_folder_and_shows_the_shipped_sets(user: Path) -> None:
    assert "base-models" in Store.opened().sets()
    assert Store.opened().own_sets() == []
    assert list(user.iterdir()) == []


def test_the_first_set_of_ones_own_stands_beside_the_shipped_ones(user: Path) -> None:
    shipped = Store.opened().sets()
    write(Store.opened(), "mine")
    store = Store.opened()
    assert store.sets() == sorted([*shipped, "mine"])
    assert [path.name for path in sorted(user.iterdir())] == ["cached_results"]
    assert store.is_own("mine")
    assert not store.is_own("base-models")
    assert store.info("base-models").n_rates > 4


def test_an_own_set_wins_a_name(user: Path) -> None:
    write(Store.opened(), "base-models")
    store = Store.opened()
    assert store.sets().count("base-models") == 1
    assert store.info("base-models").n_rates == len(store.rates("base-models")) == len(RATES)


def test_shipped_sets_are_left_out_where_that_is_asked_for(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALEWATCH_NO_SHIPPED", "1")
    assert Store.opened().sets() == []
    with pytest.raises(UnknownNameError):
        Store.opened().info("base-models")


def test_a_shipped_set_is_never_written(user: Path) -> None:
    with pytest.raises(StoreError, match=r"comes with scalewatch"):
        Store.opened().refresh("base-models")
    assert "base-models" not in Store(shipped_results_dir()).stale_sets()


def test_where_the_users_folder_is_the_shipped_one_each_set_is_there_once(user: Path) -> None:
    store = Store(shipped_results_dir(), shipped_results_dir())
    assert store.shipped is None
    assert store.is_own("base-models")


def test_what_is_remembered_lies_with_the_results_or_in_the_users_state_folder(
    user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(user / "state"))
    assert state_dir(user / "cached_results").name == "scalewatch"
    (user / "cached_results").mkdir()
    assert state_dir(user / "cached_results") == user / "cached_results"
    assert state_dir(shipped_results_dir()).name == "scalewatch"
