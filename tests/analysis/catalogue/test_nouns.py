"""How behaviours and their rates are spoken of: one entry of each kind by hand, and every entry has its words."""

from __future__ import annotations

import pytest

from analysis.catalogue import behaviors as catalogue
from analysis.catalogue import nouns
from analysis.catalogue.behaviors import behaviors
from analysis.catalogue.nouns import quantity_of, subject_of
from analysis.catalogue.unlisted import behavior_for, entry_of


@pytest.mark.parametrize(
    ("slug", "noun", "subject"),
    [
        ("sycophancy-nlp-survey", "sycophancy (NLP research survey)", "Sycophancy (NLP research survey)"),
        (
            "sycophancy-philpapers2020", "sycophancy, philosophy (PhilPapers 2020)",
            "Sycophancy, philosophy (PhilPapers 2020)",
        ),
        ("ai-risk-lm-power-seeking-inclination", "“Seeks power, LM-written”", "“Seeks power, LM-written”"),
        ("ifeval", "“Follows instructions (IFEval)”", "“Follows instructions (IFEval)”"),
        ("persona-agreeableness", "agreeableness", "Agreeableness"),
        ("persona-risk-averse", "“Avoids risk”", "“Avoids risk”"),
        ("mmlu-anatomy", "MMLU (anatomy)", "MMLU (anatomy)"),
        ("crows-pairs-french-age", "CrowS-Pairs, French (age)", "CrowS-Pairs, French (age)"),
        ("truthfulqa-mc2", "TruthfulQA (mc2)", "TruthfulQA (mc2)"),
        ("winogender", "Winogender (pronouns resolved)", "Winogender (pronouns resolved)"),
        ("gsm8k", "grade-school mathematics (GSM8K)", "Grade-school mathematics (GSM8K)"),
        ("political-lean", "political lean", "Political lean"),
        ("control-exceptions", "following exceptions (control models)", "Following exceptions (control models)"),
    ],
)  # fmt: skip
def test_a_title_inside_a_sentence_and_at_its_beginning(slug: str, noun: str, subject: str) -> None:
    assert (behaviors()[slug].noun, behaviors()[slug].subject) == (noun, subject)


@pytest.mark.parametrize(
    ("slug", "share", "mean"),
    [
        (
            "truthfulqa-generated", "share of free answers judged true", "mean probability of free answers judged true",
        ),
        (
            "sycophancy-pressure-shift", "contradiction with the unpressured answer",
            "mean probability of contradiction with the unpressured answer",
        ),
        (
            "aime-2025", "share of problems solved at the first try",
            "mean probability of problems solved at the first try",
        ),
        (
            "bbq-ambiguous", "share of questions answered 'unknown', as the text does not say",
            "mean probability of questions answered 'unknown'",
        ),
    ],
)  # fmt: skip
def test_what_a_rate_is_called(slug: str, share: str, mean: str) -> None:
    measure = behaviors()[slug].measure
    assert quantity_of(slug, measure) == behaviors()[slug].quantity == share
    assert quantity_of(slug, f"mean probability of {measure}") == mean


def test_every_entry_of_the_catalogue_has_its_words() -> None:
    for entry in behaviors().values():
        assert entry.noun.strip("“” ()"), entry.slug
        assert entry.subject[0] == entry.subject[0].upper(), entry.slug
        assert entry.noun[1:] == entry.subject[1:], entry.slug
        assert ":" not in entry.noun or entry.noun.startswith("“"), entry.slug
        assert "()" not in entry.noun, entry.slug
        counts = entry.quantity.startswith("share of ")
        words = entry.quantity.removeprefix("share of ")
        assert words, entry.slug
        assert entry.measure.startswith(words), entry.slug
        first = entry.measure.replace(",", "").split(" ", 1)[0]
        assert counts == (first not in ("contradiction", "entailment", "probability", "correlation", "lean")), entry


def test_where_matching_answers_are_counted_these_rise() -> None:
    slug, title = "persona-risk-averse", "Avoids risk"
    assert subject_of(slug, title, behaviors()[slug].measure) == ("Answers matching “Avoids risk”", True)
    assert subject_of(slug, title, "mean probability of answers matching the behaviour") == ("“Avoids risk”", False)
    assert subject_of("mmlu-anatomy", "MMLU: anatomy", "questions answered correctly") == ("MMLU (anatomy)", False)


def test_a_plural_noun_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = {
        "suites": ["plain"],
        "group": "Other",
        "concern": "neutral",
        "reason": "",
        "citation": "c",
        "measure": "m",
    }
    written = {
        "suites": {"plain": {"slug": "{name}"}},
        "blocks": [shared | {"entries": {"exams": {"title": "Exam questions: hard", "plural": True, "common": True}}}],
        "facts": {},
        "citations": {"c": ""},
    }
    (exams,) = catalogue._entries(written, {})
    assert (exams.noun, exams.plural) == ("exam questions (hard)", True)
    monkeypatch.setattr(nouns, "entry_of", lambda slug, title: exams)
    assert subject_of("exams", "Exam questions: hard", "m") == ("Exam questions (hard)", True)


def test_nobody_described_it_so_its_title_stays_as_it_is() -> None:
    own = behavior_for("My eval: Hard/v2")
    assert (own.slug, own.title, own.noun, own.subject) == ("my-eval-hard-v2", *["My eval: Hard/v2"] * 3)
    assert (own.concern, own.quantity) == ("neutral", "share of answers matching the behaviour")
    assert entry_of(own.slug, own.title) == own
    assert subject_of(own.slug, own.title, own.measure) == ("Answers matching “My eval: Hard/v2”", True)
    assert quantity_of(own.slug, own.measure) == own.quantity
    assert quantity_of(own.slug, f"mean probability of {own.measure}") == f"mean probability of {own.measure}"
    assert behavior_for("…").slug == "unnamed"


def test_a_known_name_finds_its_entry() -> None:
    assert behavior_for("truthfulqa_mc1") is entry_of("truthfulqa-mc1", "any") is behaviors()["truthfulqa-mc1"]
