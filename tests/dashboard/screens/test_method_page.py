"""The method page, METHOD.md and the README quote the figures that benchmarks/trust measured, and no others."""

from __future__ import annotations

import csv
from pathlib import Path
from statistics import fmean

import pytest
from places import ROOT
from streamlit.testing.v1 import AppTest

from analysis.verdicts import SHOWN
from benchmarks import trust
from benchmarks.rivals import RIVALS
from benchmarks.scoring import OURS
from benchmarks.simulation import Design
from dashboard.results.error_rates import error_rates
from dashboard.words import method as method_words
from dashboard.words.method import PLAIN, found_table, interval_table, noise_table

RATES = error_rates()


def share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def rows_of(text: str, start: str) -> list[list[str]]:
    """Cells of the first Markdown table after `start`, without bold; the head first."""
    lines = text[text.index(start) :].splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("| "))
    table = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip().strip("*") for cell in line.strip("|").split("|")])
    return [table[0], *table[2:]]


def false_positives(method: str) -> str:
    return share(fmean(RATES.shares("false_positives", "no trend", method)))


def triple(design: str, method: str) -> str:
    false, small, large = (RATES.share(each, design, method) for each in ("false_discoveries", "small", "large"))
    return f"{share(false)} / {small:.2f} / {large:.2f}"


@pytest.mark.parametrize("file", ["METHOD.md", "benchmarks/trust.md"])
def test_the_long_tables_are_the_packaged_figures(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    head, *rows = rows_of(text, "| method | N5-")
    assert len(rows) >= 9
    for method, *cells in rows:
        assert cells[-1] == false_positives(method)
        for design, cell in zip(head[1:-1], cells[:-1], strict=True):
            assert cell == share(RATES.share("false_positives", design, method)), (method, design)
    head, *rows = rows_of(text, "| method | X5-1")
    assert len(rows) >= 11
    for method, *cells in rows:
        for design, cell in zip(head[1:], cells, strict=True):
            assert cell.replace("*", "") == triple(design, method), (method, design)


def test_intervals_turns_and_steps_in_the_long_text() -> None:
    text = (ROOT / "METHOD.md").read_text(encoding="utf-8")
    for method, name in (
        (OURS, "this detector {} (worst design {})"),
        ("random effects PM + Knapp-Hartung", "Knapp-Hartung {} ({})"),
        ("binomial regression, z", "binomial {} ({})"),
        ("GEE by question, z", "GEE by question {} ({})"),
    ):
        held = RATES.shares("coverage", method=method)
        assert name.format(share(fmean(held)), share(min(held))) in text
    found = " / ".join(f"{RATES.share('turns', design):.2f}" for design in ("X5-1", "X7-1", "C7"))
    assert f"Turns found (X5-1 / X7-1 / C7): {found}" in text
    assert f"small trends found {share(RATES.share('small', 'SX'))}, large" in text


def test_the_readme_quotes_the_packaged_figures() -> None:
    head, positives, found, held = rows_of((ROOT / "README.md").read_text(encoding="utf-8"), "How often it is wrong")
    methods = [OURS, *head[2:]]
    assert set(methods) <= {OURS, *RIVALS}
    assert positives[1:] == [false_positives(method) for method in methods]
    assert found[1:] == [triple("X7-h", method) for method in methods]
    assert held[1:] == [share(fmean(RATES.shares("coverage", method=method))) for method in methods]


def test_the_page_shows_the_packaged_figures() -> None:
    noise, found = noise_table(RATES), found_table(RATES)
    for table in (noise, found, interval_table(RATES)):
        assert table["Method"][0] == "**scalewatch**"
        assert len({len(column) for column in table.values()}) == 1
    assert set(PLAIN) == {OURS, *RIVALS}
    assert found["Method"][1:] == [PLAIN[name] for name in PLAIN][1:]
    at = [name for name in PLAIN if "+ " not in name or "Knapp" in name].index("GEE by question, z")
    assert noise["Jumpy models"][at] == f"{100 * RATES.share('false_positives', 'N7-3', 'GEE by question, z'):.1f}%"
    assert found["False claims"][0] == f"{100 * RATES.share('false_discoveries', 'X7-h'):.1f}%"
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60).run()
    app = app.switch_page("views/method.py").run()
    assert not app.exception
    shown = [dict(each.value) for each in app.table]
    assert [list(each["Method"]) for each in shown[:3]] == [
        each["Method"] for each in (noise, found, interval_table(RATES))
    ]
    assert list(shown[0]["All designs"]) == noise["All designs"]
    assert app.code[0].value == "make trust"
    text = "\n".join(each.value for each in (*app.markdown, *app.caption))
    assert "Not that size is the cause" in text
    assert method_words.found_sentence(RATES) in text
    assert "No trend was claimed in the wrong direction." in text


def test_every_verdict_is_explained() -> None:
    assert list(method_words.MEANINGS) == list(SHOWN)
    assert method_words.glossary()["Verdict"][0] == "◆ Inverse"


def test_the_page_needs_no_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALEWATCH_RESULTS", str(tmp_path / "absent"))
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60).run()
    app = app.switch_page("views/method.py").run()
    assert not app.exception
    assert len(app.table) == 4


def test_a_figure_that_was_not_measured_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"'turns|turns of 'this detector' in design 'N5-1'"):
        RATES.share("turns", "N5-1")


def test_the_benchmark_writes_what_the_page_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("NO_TREND", "MIXED", "SHAPED", "OURS_ONLY", "FORECAST"):
        tiny = [
            Design(d.name, d.what, d.n_sizes, d.tau, d.mix, behaviors=6, n_items=(20,), steps=d.steps)
            for d in getattr(trust, name)
        ]
        monkeypatch.setattr(trust, name, tiny)
    assert trust.main(["--reps", "1", "--figures", str(tmp_path / "f.csv")]) == 0
    capsys.readouterr()
    with (tmp_path / "f.csv").open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    where = [(row["group"], row["design"], row["what"], row["method"]) for row in written]
    assert where == [(row["group"], row["design"], row["what"], row["method"]) for row in RATES.rows]
    assert list(written[0]) == list(RATES.rows[0])
