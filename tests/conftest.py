"""Options and folders every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest
from allowed_skips import not_allowed, read_list, skip_of
from places import NEEDS_SHARED, ROOT, SHARED

hypothesis.settings.register_profile("default", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
os.environ.setdefault("SCALEWATCH_NO_SHIPPED", "1")  # a test sees the sets it stored; those of shipped ones say so
ALLOWED_SKIPS = "SCALEWATCH_ALLOWED_SKIPS"
"""Variable that names a list of skips (see allowed_skips): with it, any other skip fails the run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-slow", action="store_true", help="run tests marked slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--run-slow"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: run with --run-slow"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    named = os.environ.get(ALLOWED_SKIPS)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not named or hasattr(session.config, "workerinput") or reporter is None:
        return
    skipped = [skip_of(report) for report in reporter.stats.get("skipped", [])]
    for test, reason in not_allowed(skipped, read_list(Path(named))):
        reporter.write_line(f"SKIPPED BUT NOT ON {named}: {test} :: {reason}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the repository; absent on a user's machine."""
    if not (SHARED / "data").is_dir():
        pytest.skip(NEEDS_SHARED)
    return SHARED / "data"
