"""The pages and charts on the results that ship."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analysis.findings.finding import Finding
from dashboard.figures.scaling import default_coloured, scaling_figure
from dashboard.views import PAGES
from dashboard.words import findings as wording
from dashboard.words import reading as reading_words
from loaders.store.store import Store


@pytest.mark.parametrize("file", [screen.file for screen in PAGES])
def test_every_page_with_the_shipped_results(file: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALEWATCH_RESULTS", str(root / "cached_results"))
    app = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=60).run()
    if file != PAGES[0].file:
        app = app.switch_page(file).run()
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1


def test_every_shipped_behaviour_has_a_chart_a_title_and_a_reading(root: Path) -> None:
    store = Store(root / "cached_results")
    groups: dict[tuple[str, str, str, str, str], list[Finding]] = defaultdict(list)
    for name in store.sets():
        for each in store.findings(name):
            groups[name, each.behavior, each.evaluation, each.metric, each.result.axis].append(each)
    assert len(groups) > 200
    for findings in groups.values():
        title = wording.claim(findings)
        assert title
        assert not (findings[0].concern == "neutral" and "inverse" in title.lower())
        for each in findings:
            sentence = reading_words.sentence(each)
            assert sentence.endswith(".")
            assert not (each.concern == "neutral" and "inverse" in sentence.lower())
        if any(point.x is not None for each in findings for point in each.points):
            spec = scaling_figure(findings, coloured=default_coloured(findings), focus=None)
            drawn = sum(len(line.points) for line in spec.lines)
            assert drawn == sum(point.x is not None for each in findings for point in each.points)
