"""Every registry is complete: what is in the folder is in the table, and each entry keeps its promise."""

from __future__ import annotations

import argparse
import importlib
import inspect
from pathlib import Path

import pytest

from dashboard.commands import COMMANDS
from dashboard.views import PAGES
from loaders.backends import BACKENDS, NOT_OPTIONS, OPTIONS
from loaders.shipped.build import FILES, TABLES
from loaders.store.store import Store


def modules(folder: Path, *leave_out: str) -> set[str]:
    return {path.stem for path in folder.glob("*.py")} - {"__init__", *leave_out}


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_backend_takes_the_options_it_declares(backend: str) -> None:
    if "transformers_backend" in BACKENDS[backend]:
        pytest.importorskip("torch")
    module, _, name = BACKENDS[backend].partition(":")
    taken = inspect.signature(getattr(importlib.import_module(module), name)).parameters
    assert set(taken) - set(NOT_OPTIONS) == set(OPTIONS[backend])
    assert set(NOT_OPTIONS) - {"backend"} <= set(taken)


def test_commands(root: Path) -> None:
    files = {module.rsplit(".", 1)[1] for module in COMMANDS.values()}
    assert files == modules(root / "dashboard" / "commands", "cli", "terminal")
    for module_name in COMMANDS.values():
        module = importlib.import_module(module_name)
        module.add_arguments(argparse.ArgumentParser())
        assert module.SUMMARY
        assert callable(module.run)


def test_every_command_is_documented(root: Path) -> None:
    readme = (root / "README.md").read_text()
    assert [name for name in COMMANDS if f"scalewatch {name}" not in readme] == []


def test_pages_and_views(root: Path) -> None:
    assert len(PAGES) == len(modules(root / "dashboard" / "views"))


def test_shipped_sets_have_a_source_sheet(root: Path) -> None:
    sheets = {path.stem for path in (root / "cached_results" / "sources").glob("*.toml")}
    assert sheets == set(FILES) | set(TABLES)
    shipped = Store(root / "cached_results")
    made_here = {name for name in shipped.sets() if shipped.info(name).is_control}
    assert set(shipped.sets()) - made_here == sheets
