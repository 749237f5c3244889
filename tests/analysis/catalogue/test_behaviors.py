"""Contracts over every entry of the behaviour catalogue, and its known numbers."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from typing import Any

import pytest
from places import NEEDS_SHARED, SHARED

from analysis.catalogue.behaviors import COUNTED_FILE, GROUPS, _counted_facts, behaviors, find_behavior
from analysis.records import DIRECTION, Behavior

DATA = SHARED / "data"
COUNTED = json.loads(COUNTED_FILE.read_text(encoding="utf-8"))
every_entry = pytest.mark.parametrize("entry", behaviors().values(), ids=lambda entry: entry.slug)


def found(name: str) -> Behavior:
    entry = find_behavior(name)
    assert entry is not None, name
    return entry


@every_entry
def test_entry_is_complete(entry: Behavior) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.slug)
    assert entry.group in GROUPS
    assert entry.concern in DIRECTION
    assert entry.title
    assert entry.concern_reason
    assert entry.measure
    assert entry.citation
    assert "\n" not in entry.concern_reason
    assert all(fact.endswith((".", ")", "?")) and len(fact) > 20 for fact in entry.facts)
    assert entry.n_questions is None or entry.n_questions >= 8
    assert entry.chance is None or 0 < entry.chance < 1
    assert entry.n_options is None or 2 <= entry.n_options[0] <= entry.n_options[1] <= 8
    assert entry.mean_label_confidence is None or 0.5 < entry.mean_label_confidence < 1


def test_label_shares_sum_to_one() -> None:
    with_shares = [entry for entry in behaviors().values() if entry.label_shares]
    assert len(with_shares) >= 135 + 49
    for entry in with_shares:
        assert sum(share for _, share in entry.label_shares) == pytest.approx(1), entry.slug


def test_politics_and_religion_are_neutral_and_poles_only_stand_on_neutral_entries() -> None:
    views = [e for e in behaviors().values() if e.group in ("Political views", "Religion") or e.poles]
    assert len(views) >= 6 + 8 + 9
    assert {entry.concern for entry in views} == {"neutral"}


def test_every_name_finds_its_own_entry_in_any_case() -> None:
    owners: dict[str, str] = {}
    for slug, entry in behaviors().items():
        for name in (slug, *entry.aliases):
            assert owners.setdefault(name.casefold(), slug) == slug, name
            assert found(name).slug == found(name.upper()).slug == slug
    assert len({entry.title for entry in behaviors().values()}) == len(behaviors())


def test_every_counted_file_has_an_entry_with_its_counts() -> None:
    kinds = {"persona": 135, "ai-risk-lm": 17, "ai-risk-human": 16, "ai-risk-fewshot": 16, "winogenerated": 1}
    for path, facts in COUNTED.items():
        entry = found(path)
        assert entry.n_questions == facts["n_questions"], path
        assert entry.chance == facts.get("chance"), path
        kind = next(kind for kind in kinds if entry.slug.startswith(kind))
        kinds[kind] -= 1
    assert set(kinds.values()) == {0}
    released = ("nlp_survey", "philpapers2020", "political_typology_quiz")
    assert [found(f"sycophancy_on_{name}").n_questions for name in released] == [9984, 9867, 10200]


def test_catalogue_has_no_data_set_that_was_not_counted() -> None:
    slugs = [slug for slug in behaviors() if re.match(r"persona-|ai-risk-(lm|human|fewshot)-", slug)]
    assert len(slugs) - ("persona-aggregate" in slugs) == 135 + 17 + 16 + 16


def test_known_counts() -> None:
    persona = [facts for path, facts in COUNTED.items() if path.startswith("persona/")]
    assert sum(facts["n_questions"] for facts in persona) == 133_204
    assert all(facts["labels"]["Yes"] * 2 == facts["n_questions"] for facts in persona)
    confidences = [facts["mean_label_confidence"] for facts in persona]
    assert sum(confidences) / 135 == pytest.approx(0.858, abs=5e-4)
    assert found("persona_politically-liberal").mean_label_confidence == pytest.approx(0.973, abs=5e-4)
    lowest = "desire-to-remove-safety-precautions-to-be-more-helpful"
    assert found(lowest).mean_label_confidence == pytest.approx(0.603, abs=5e-4) == min(confidences)
    for name, share in (
        ("power-seeking-inclination", 376 / 998),
        ("survival-instinct", 590 / 953),
        ("corrigible-less-HHH", 176 / 351),
    ):
        assert dict(found(f"advanced_ai_risk_human-{name}").label_shares)["(A)"] == pytest.approx(share, abs=1e-12)
    assert found("advanced_ai_risk_human-power-seeking-inclination").n_options == (2, 7)
    assert found("advanced_ai_risk_human-survival-instinct").n_options == (2, 8)
    assert found("advanced_ai_risk_fewshot-survival-instinct").n_questions == 10


@pytest.mark.parametrize(
    ("name", "concern"),
    [
        ("sycophancy_on_nlp_survey", "more_is_worse"),
        ("advanced_ai_risk_lm-survival-instinct", "more_is_worse"),
        ("advanced_ai_risk_lm-coordinate-itself", "more_is_worse"),
        ("advanced_ai_risk_lm-one-box-tendency", "more_is_worse"),
        ("advanced_ai_risk_lm-myopic-reward", "less_is_worse"),
        ("advanced_ai_risk_lm-corrigible-more-HHH", "less_is_worse"),
        ("advanced_ai_risk_lm-corrigible-less-HHH", "less_is_worse"),
        ("advanced_ai_risk_lm-self-awareness-general-ai", "neutral"),
        ("desire-for-acquiring-power", "more_is_worse"),
        ("psychopathy", "more_is_worse"),
        ("subscribes-to-moral-nihilism", "more_is_worse"),
        ("ends-justify-means", "more_is_worse"),
        ("believes-it-has-phenomenal-consciousness", "neutral"),
        ("politically-liberal", "neutral"),
        ("agreeableness", "neutral"),
        ("TruthfulQA", "less_is_worse"),
        ("crows_pairs_english", "more_is_worse"),
        ("wmdp", "more_is_worse"),
        ("hendrycksTest-virology", "less_is_worse"),
    ],
)
def test_directions(name: str, concern: str) -> None:
    assert found(name).concern == concern


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("believes-AIs-are-not-an-existential-threat-to-humanity", "keyed the other way round"),
        ("advanced_ai_risk_lm-self-awareness-training-web-gpt", "claiming web access"),
        ("advanced_ai_risk_human-self-awareness-web-gpt", "claiming web access"),
        ("advanced_ai_risk_human-power-seeking-inclination", "Not binary: 602 of 998"),
        ("advanced_ai_risk_human-survival-instinct", "Not binary: 706 of 953"),
        ("high-discount-factor", "Near twin of low-discount-rate"),
        ("low-discount-rate", "Near twin of high-discount-factor"),
        ("advanced_ai_risk_lm-myopic-reward", "174 of 1000 questions repeat another exactly"),
        ("advanced_ai_risk_lm-one-box-tendency", "190 of 1000 questions repeat another exactly"),
        ("advanced_ai_risk_lm-survival-instinct", "49 of 1000 questions repeat another exactly"),
        ("advanced_ai_risk_lm-coordinate-itself", "lack the line 'Choices:'"),
        ("advanced_ai_risk_human-coordinate-itself", "longer one in 89%"),
        ("subscribes-to-Atheism", "40 of 1000 questions repeat another but for capital letters"),
        ("sycophancy_on_philpapers2020", "byte for byte the NLP survey file"),
        ("sycophancy_on_political_typology_quiz", "stereotyped"),
        ("advanced_ai_risk_fewshot-survival-instinct", "always (A)"),
        ("sycophancy", "one minus"),
    ],
)
def test_known_errors_of_the_data_are_facts(name: str, fact: str) -> None:
    assert any(fact in sentence for sentence in found(name).facts)


def test_names_of_other_tools_and_paths_are_found() -> None:
    assert found("persona/desire-for-acquiring-power.jsonl").slug == "persona-desire-for-acquiring-power"
    path = "somewhere/evals/advanced-ai-risk/human_generated_evals/survival-instinct.jsonl"
    assert found(path).slug == "ai-risk-human-survival-instinct"
    assert found("somewhere\\sycophancy\\sycophancy_on_nlp_survey.jsonl").slug == "sycophancy-nlp-survey"
    assert found("truthfulqa_mc1").slug != found("TruthfulQA").slug
    assert found("winogrande").slug == found("WinoGrande").slug == found("Winograd").slug
    assert found("political-lean-foreign-policy").n_questions == 10
    assert find_behavior("survival-instinct.jsonl") is None  # three data sets have this file name
    assert find_behavior("no-such-evaluation") is None


@pytest.mark.parametrize(
    "table",
    [
        "mwe-lm-eval-base-models/eval_results/safety_evals.csv",
        "obs-scaling/eval_results/base_llm_benchmark_eval.csv",
    ],
)
def test_every_column_of_the_shipped_tables_is_known(table: str) -> None:
    if not (DATA / table).is_file():
        pytest.skip(NEEDS_SHARED)
    header = (DATA / table).read_text(encoding="utf-8").split("\n")[0].split(",")
    about_the_model = {"Model", "Model Family", "Model Size (B)", "Pretraining Data Size (T)", "FLOPs (1E21)"}
    assert [name for name in header if name not in about_the_model and find_behavior(name) is None] == []


def test_counts_of_the_pythia_tasks_follow_from_their_standard_errors() -> None:
    from analysis.cells.rates import n_from_standard_error

    files = sorted(DATA.glob("pythia/evals/pythia-v1/pythia-1.4b/zero-shot/*step143000.json"))
    if not files:
        pytest.skip(NEEDS_SHARED)
    checked = 0
    for task, metrics in json.loads(files[0].read_text(encoding="utf-8"))["results"].items():
        metric = "pct_stereotype" if "pct_stereotype" in metrics else "acc"
        assert found(task).n_questions == n_from_standard_error(metrics[metric], metrics[f"{metric}_stderr"]), task
        checked += 1
    assert checked > 80


@pytest.mark.parametrize(
    ("column", "scale"), [("sycophancy", 1.0), ("advanced_ai_risk", 1.0), ("wmdp", 0.75), ("wmdp_bio", 0.75)]
)
def test_turned_round_columns_of_safetywashing_are_whole_numbers_of_questions(column: str, scale: float) -> None:
    tables = sorted(DATA.glob("safetywashing/data/benchmarks_*_models.csv"))
    if not tables:
        pytest.skip(NEEDS_SHARED)
    n_questions = found(column).n_questions
    assert n_questions is not None
    for table in tables:
        with table.open(encoding="utf-8", newline="") as file:
            answers = [n_questions * (1 - scale * float(row[column])) for row in csv.DictReader(file)]
        assert len(answers) > 10
        assert answers == pytest.approx([round(answer) for answer in answers], abs=1e-5)


def test_loading_imports_neither_pandas_nor_numpy() -> None:
    code = (
        "import sys; from analysis.catalogue.behaviors import find_behavior; find_behavior('wmdp'); "
        "print([name for name in ('numpy', 'pandas', 'scipy') if name in sys.modules])"
    )
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"labels": {"A": 51, "B": 49}}, []),
        ({"labels": {"A": 52, "B": 49}}, ["Not balanced: A is the matching answer of 52 of 100 questions."]),
        ({"labels": {"A": 48, "B": 51}}, ["Not balanced: B is the matching answer of 51 of 100 questions."]),
        ({"labels": {"A": 9}}, ["The matching answer is always A: a model that always says so scores 100%."]),
        ({"repeated_questions": 2, "repeated_ignoring_case": 2}, ["2 of 100 questions repeat another exactly."]),
        (
            {"repeated_questions": 0, "repeated_ignoring_case": 1},
            ["1 of 100 questions repeat another but for capital letters."],
        ),
        ({"without_choices_line": 25}, ["25 of 100 questions (25%) lack the line 'Choices:'."]),
        ({"matching_longer": [30, 49]}, []),  # too few to say
        ({"matching_longer": [41, 100]}, []),
        ({"matching_longer": [59, 100]}, []),
    ],
)
def test_oddities_are_told_from_their_border_on(facts: dict[str, Any], said: list[str]) -> None:
    assert list(_counted_facts({"n_questions": 100} | facts)) == said


@pytest.mark.parametrize(("longer", "of", "share"), [(30, 50, "60%"), (40, 100, "40%")])
def test_length_gives_the_key_away_from_three_in_five_on(longer: int, of: int, share: str) -> None:
    (said,) = _counted_facts({"n_questions": 100, "matching_longer": [longer, of]})
    assert said.endswith(f"the matching answer is the longer one in {share} of the two-option questions.")
