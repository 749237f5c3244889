"""The shipped results say what their sources say."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.findings.compute import findings_of
from analysis.findings.finding import Finding
from analysis.findings.findings_json import findings_from_json, findings_to_json
from analysis.planted import NO_CLAIM, scoreboard, tally
from loaders.controls.design import VARIANTS, read_design, read_truth
from loaders.controls.training_log import TRAINING_FILE, read_training
from loaders.store.store import Store

SETS = ["base-models", "chat-vs-base", "political-lean", "pythia-checkpoints", "rl-training", "truthfulqa-families"]
CONTROLS = "controls"
"""Made by `scalewatch controls build`, source sheet and all."""
FREE_LICENCES = {"Apache-2.0", "MIT", "Apache-2.0 (open-instruct), MIT (sycophancy-in-LLMs)"}


@pytest.fixture(scope="module")
def store(root: Path) -> Store:
    return Store(root / "cached_results")


def rate(rates: pd.DataFrame, evaluation: str, checkpoint: str) -> float:
    chosen = rates[(rates["evaluation"] == evaluation) & (rates["checkpoint"] == checkpoint)]
    assert len(chosen) == 1, (evaluation, checkpoint)
    return float(chosen["matching_rate"].iloc[0])


def finding(store: Store, name: str, behavior: str, family: str, series: str = "", axis: str = "size") -> Finding:
    (found,) = [
        each for each in store.findings(name)
        if (each.behavior, each.family, each.series, each.result.axis) == (behavior, family, series, axis)
    ]  # fmt: skip
    return found


def test_every_set_is_there_whole_and_says_where_it_comes_from(store: Store) -> None:
    assert sorted(store.sets()) == sorted([*SETS, CONTROLS])
    for name in SETS:
        info = store.info(name)
        assert store.damage(name) == []
        assert info.origin == "published"
        assert info.licence in FREE_LICENCES
        assert all((info.source, info.url, info.commit, info.date, info.citation, info.title))


def test_stored_findings_are_what_the_rates_give_today(store: Store) -> None:
    for name in SETS:
        rates = store.rates(name)
        today = findings_from_json(findings_to_json([*findings_of(rates, "size"), *findings_of(rates, "rlhf")]))
        for stored, fresh in zip(store.findings(name), today, strict=True):
            assert (stored.behavior, stored.name, stored.points) == (fresh.behavior, fresh.name, fresh.points)
            assert stored.result.verdict == fresh.result.verdict, (name, fresh.behavior, fresh.name)
            if stored.result.q is not None:
                assert stored.result.q == pytest.approx(fresh.result.q, rel=1e-4, abs=1e-9)


def test_sycophancy_of_base_models(store: Store) -> None:
    rates = store.rates("base-models")
    nlp = "sycophancy_on_nlp_survey"
    assert [round(rate(rates, nlp, f"Qwen1.5-{size}"), 3) for size in ("0.5B", "1.8B", "4B")] == [0.611, 0.741, 0.953]
    assert [round(rate(rates, nlp, f"gemma-{size}"), 3) for size in ("2b", "7b")] == [0.525, 0.967]
    pythia = rates[(rates["family"] == "Pythia") & (rates["evaluation"] == nlp)]["matching_rate"]
    assert len(pythia) == 6
    assert pythia.between(0.475, 0.515).all()


def test_sycophancy_of_qwen_rises_in_both_sets_in_one_sense(store: Store) -> None:
    chat = store.rates("chat-vs-base")
    base = chat[
        (chat["behavior"] == "sycophancy-aggregate") & (chat["family"] == "Qwen1.5") & (chat["stage"] == "pretrained")
    ]
    ordered = base.sort_values("parameter_count")["matching_rate"]
    assert len(ordered) == 8
    assert (round(ordered.iloc[0], 3), round(ordered.iloc[-1], 3)) == (1 - 0.349, 1 - 0.113)
    aggregate = finding(store, "chat-vs-base", "sycophancy-aggregate", "Qwen1.5")
    assert aggregate.result.verdict == "inverse"
    assert aggregate.result.change is not None
    assert aggregate.result.change > 0
    three = finding(store, "base-models", "sycophancy-nlp-survey", "Qwen1.5")
    assert three.result.verdict == "insufficient"


def test_truthfulqa_falls_in_some_families_and_rises_in_others(store: Store) -> None:
    name, slug = "truthfulqa-families", "truthfulqa-mc2"
    for family, series in (("Pythia", "deduped"), ("OPT", ""), ("GPT-Neo/J", ""), ("Cerebras-GPT", "")):
        assert finding(store, name, slug, family, series).result.verdict == "inverse", family
    assert finding(store, name, slug, "Qwen2").result.verdict == "positive"
    for each in store.findings(name):
        if each.behavior == slug and each.lineage in {"Llama", "Qwen", "Gemma"}:
            assert each.result.verdict != "inverse", each.name
    change = finding(store, name, slug, "LLaMA").result.change
    assert change is not None
    assert change > 0


def test_answer_position_is_no_finding(store: Store) -> None:
    for each in store.findings("base-models"):
        if each.behavior.startswith("ai-risk-human") and each.family == "Pythia":
            assert each.result.verdict in {"left_out", "insufficient"}, each.behavior
        if each.behavior.startswith("ai-risk-fewshot"):
            assert each.result.verdict in {"left_out", "insufficient"}, each.behavior
    power = finding(store, "base-models", "ai-risk-human-power-seeking-inclination", "Pythia", "deduped")
    assert power.result.verdict == "left_out"
    assert "always answers (A)" in power.result.reason


def test_neutral_behaviours_are_never_inverse(store: Store) -> None:
    words = {each.result.verdict for name in SETS for each in store.findings(name) if each.concern == "neutral"}
    assert words.isdisjoint({"inverse", "positive"})


def test_intervals_are_there_or_say_why_not(store: Store) -> None:
    for name in SETS:
        rates = store.rates(name)
        without = rates[rates["ci_low"].isna()]
        assert without["ci_method"].str.startswith("none: ").all()
    words = store.rates("base-models")["ci_method"]
    assert words.str.contains("question count from the behaviour catalogue, not from the source").all()


def test_political_lean_has_neither_size_nor_trend(store: Store) -> None:
    rates = store.rates("political-lean")
    assert rates["parameter_count"].isna().all()
    newest = rates[(rates["evaluation"] == "political-lean") & (rates["asked_on"] == "2026-05")]
    assert dict(zip(newest["checkpoint"], newest["matching_rate"].round(3), strict=True)) == {
        "claude-opus-4-6": 0.815, "gemini-3.1-pro-preview": 0.529, "gpt-5.4": 0.769, "grok-4-1-fast": 0.242,
    }  # fmt: skip
    assert {each.result.verdict for each in store.findings("political-lean")} == {"insufficient"}


def test_sets_are_rebuilt_the_same(store: Store, shared_data: Path, tmp_path: Path) -> None:
    import shutil

    from loaders.shipped.build import build

    shutil.copytree(store.folder / "sources", tmp_path / "sources")
    names = [name for name in SETS if name != "pythia-checkpoints"]
    build(shared_data, names, tmp_path)
    for name in names:
        assert Store(tmp_path).info(name).data_hash == store.info(name).data_hash, name


def test_the_control_models_say_what_they_are(store: Store) -> None:
    info, rates = store.info(CONTROLS), store.rates(CONTROLS)
    assert store.damage(CONTROLS) == []
    assert (info.origin, info.licence) == ("control", "Apache-2.0")
    assert "scalewatch controls build --into controls" in info.note
    assert f"world seed {read_design().world_seed}" in info.note
    assert set(rates["origin"]) == {"control"}
    training = store.extra(CONTROLS, TRAINING_FILE)
    assert training is not None
    assert {each.checkpoint for each in read_training(training)} == set(rates["checkpoint"])
    scored = [each for each in store.findings(CONTROLS) if each.on_answers]
    assert {each.behavior for each in scored} == set(rates["behavior"])


def test_verdicts_on_the_control_models_beside_the_truth(store: Store, root: Path) -> None:
    rows = scoreboard(store.findings(CONTROLS), read_truth(), VARIANTS)
    found = tally(rows)
    assert found == {"agrees": 481, "drift": 25, "false alarm": 2, "missed": 1, "too small to see": 25}
    (missed,) = [row for row in rows if row.outcome == "missed"]
    assert (missed.behavior, missed.planted) == ("control-exceptions", "dip")
    false = [(row.behavior, row.series, row.axis) for row in rows if row.outcome == "false alarm"]
    assert false == [
        ("control-whim-1", "Control negative fickle raters, 1,000 RL steps", "size"),
        ("control-whim-1", "control-negative-w004-s0-fickle", "rlhf"),
    ]
    along_size = {row.behavior: row for row in rows if row.axis == "size" and row.planted == "rise"}
    assert len(along_size) == 4
    assert {row.verdict for row in along_size.values()} == {"inverse"}
    pooled = [row for row in rows if row.planted == "rise" and row.series.endswith("all sizes")]
    assert [row.verdict for row in pooled] == ["rise"] * 6
    steeper = [row for row in rows if row.series.endswith("more in larger models")]
    assert sorted(row.verdict for row in steeper) == ["inconclusive", "rise", "rise", "rise"]
    claims = [row for row in rows if row.verdict not in NO_CLAIM]
    readme = (root / "README.md").read_text()
    assert f"Of {len(rows)} verdicts {found['agrees']} agree with the truth" in readme
    assert f"{len([r for r in claims if r.outcome == 'false alarm']) / len(claims):.0%}".replace("%", " %") in readme
    assert f"of {len(claims)} claims" in readme


def test_runs_with_nothing_planted_wander(store: Store) -> None:
    whims = [
        each.result.p for each in store.findings(CONTROLS)
        if each.result.axis == "rlhf" and each.behavior.startswith("control-whim") and each.result.p is not None
    ]  # fmt: skip
    assert (sum(p <= 0.05 for p in whims), len(whims)) == (13, 88)  # METHOD.md, docs/controls.md


def test_no_control_policy_leaves_the_allowed_answers(store: Store) -> None:
    training = store.extra(CONTROLS, TRAINING_FILE)
    assert training is not None
    checkpoints = read_training(training)
    assert min(each.allowed_share for each in checkpoints) > 0.997
    assert max(each.kl for each in checkpoints if each.kl is not None) < 0.32
    fair = [each.kl for each in checkpoints if each.arm == "fair" and each.kl is not None]
    assert max(fair) < 0.01
