"""Options and folders every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import ROOT, SHARED


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-slow", action="store_true", help="run tests marked slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--run-slow"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: run with --run-slow"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the repository; absent on a user's machine."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs ../shared/data, which is not on this machine")
    return SHARED / "data"
