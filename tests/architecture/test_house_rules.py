"""Rules of the house that a linter does not know."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

PACKAGES = ("analysis", "loaders", "dashboard")
TRAPS = {"pages", "utils", "helpers", "common"}


def sources(root: Path) -> list[Path]:
    return [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]


def test_no_folder_or_file_with_a_trap_name(root: Path) -> None:
    names = {part for path in sources(root) for part in (*path.relative_to(root).parts[:-1], path.stem)}
    assert names.isdisjoint(TRAPS)


def test_dashboard_shadows_no_module(root: Path) -> None:
    # `streamlit run` puts dashboard/ first on sys.path.
    names = {path.stem for path in (root / "dashboard").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert names.isdisjoint(sys.stdlib_module_names)
    assert names.isdisjoint({"streamlit", "plotly", "pandas", "numpy", "scipy", "torch", "analysis", "loaders"})


def test_no_package_marker_under_tests(root: Path) -> None:
    assert list((root / "tests").rglob("__init__.py")) == []


def test_every_module_says_what_it_is(root: Path) -> None:
    silent = [
        str(path.relative_to(root))
        for path in sources(root)
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_files_hold_one_idea(root: Path) -> None:
    long = [str(path.relative_to(root)) for path in sources(root) if len(path.read_text().splitlines()) > 400]
    assert long == []


def test_importing_the_packages_is_light() -> None:
    code = (
        "import sys, analysis, analysis.findings.compute, loaders.store.store, loaders.importing.run;"
        "import dashboard.commands.cli;"
        "heavy = ('scipy', 'statsmodels', 'torch', 'transformers', 'streamlit', 'plotly');"
        "print([name for name in heavy if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_shipped_data_hold_no_question_text_no_weights_and_are_small(root: Path) -> None:
    shipped = root / "cached_results"
    assert list(shipped.rglob("*.jsonl")) == []
    kinds = {path.suffix for path in shipped.rglob("*") if path.is_file() and not path.name.startswith(".")}
    assert kinds <= {".csv", ".json", ".parquet", ".toml", ".md"}
    sizes = {each.name: sum(path.stat().st_size for path in each.rglob("*")) for each in shipped.iterdir()}
    assert max(sizes.values()) < 20e6
    assert sum(sizes.values()) < 32e6
