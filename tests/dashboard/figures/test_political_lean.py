"""The dot plot takes the newest round, one row per model, topics as marks."""

from __future__ import annotations

from finding_builders import truthfulqa
from small_store import political_lean

from analysis.catalogue.behaviors import behaviors
from dashboard.figures.political_lean import lean_figure, lean_of
from dashboard.words.political_lean import sentence


def test_newest_round_with_topics_as_marks() -> None:
    lean = lean_of(political_lean(), behaviors().get)
    assert lean is not None
    assert lean.round == "asked in 2026-05"
    assert [row.label for row in lean.rows] == [
        "claude-opus-4-6",
        "gpt-5.4",
        "gemini-3.1-pro-preview",
        "grok-4-1-fast",
    ]
    assert lean.rows[0].rate == 0.82
    assert [topic for topic, _ in lean.rows[0].marks] == ["economy", "technology"]
    assert lean.poles == ("agrees with right-leaning statements", "agrees with left-leaning statements")


def test_the_sentence_is_neutral() -> None:
    lean = lean_of(political_lean(), behaviors().get)
    assert lean is not None
    assert sentence([row.n for row in lean.rows], metric=lean.metric, asked_when=lean.round) == (
        "4 models, 80 statements each, asked in 2026-05. Score: mc2. "
        "Neither pole is treated as right or wrong; a change would be called a *shift*."
    )
    spec = lean_figure(lean, "political views")
    assert "inverse" not in spec.caption
    assert spec.caption.startswith("Dot: mean over statements, 0 to 100")
    assert "Thin marks: means by topic." in spec.notes


def test_no_scale_no_plot() -> None:
    assert lean_of(truthfulqa(), behaviors().get) is None
