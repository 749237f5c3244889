"""A small results folder in the shape of the shipped one, written from findings."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from finding_builders import finding, point, truthfulqa
from rate_builders import rates_row

from analysis.findings.finding import Finding
from analysis.findings.findings_json import METHOD_VERSION, findings_to_json
from loaders.store.manifest import SetInfo

QWEN = (
    ("500M", 5e8, 0.651), ("1.8B", 1.8e9, 0.747), ("4B", 4e9, 0.856), ("7B", 7e9, 0.854),
    ("14B", 1.4e10, 0.905), ("32B", 3.2e10, 0.918), ("72B", 7.2e10, 0.911), ("110B", 1.1e11, 0.887),
)  # fmt: skip
"""Share of sycophantic answers in Qwen1.5 base models (safetywashing, MIT)."""
CONSTANT = "always answers (A): the rate is that label's share of the questions"


def write_set(folder: Path, name: str, findings: Sequence[Finding], *, title: str = "") -> str:
    """Write one set; its data hash."""
    findings = [replace(each, result_set=name) for each in findings]
    contents = {
        "rates.csv": _rates(findings).encode(),
        "findings.json": findings_to_json(findings),
    }
    hashes = {file: hashlib.sha256(content).hexdigest() for file, content in contents.items()}
    info = SetInfo(
        name=name, title=title or name, source=findings[0].source, url="https://example.org",
        commit="4d6e1e4", licence=findings[0].licence, date="2024", citation="", note="",
        origin=findings[0].origin, prompt_style=None, stored="2026-01-01",
        n_rates=len(findings), n_answers=0, data_hash=hashes["rates.csv"][:6],
        method_version=METHOD_VERSION, hashes=hashes,
    )  # fmt: skip
    (folder / name).mkdir(parents=True)
    for file, content in contents.items():
        (folder / name / file).write_bytes(content)
    (folder / name / "manifest.json").write_text(json.dumps(asdict(info)), encoding="utf-8")
    return info.data_hash


def stale(folder: Path, **said: object) -> None:
    """Let another version of the method have computed a set's findings; `said`: what else its manifest is to say."""
    manifest = folder / "manifest.json"
    stored = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(stored | {"method_version": "0"} | said), encoding="utf-8")


def _rates(findings: Sequence[Finding]) -> str:
    """A row for each point, checkpoints told apart by their family: enough for what lists sets."""
    rows = [
        rates_row(
            result_set=each.result_set, origin=each.origin, stage="pretrained",
            checkpoint=f"{each.name} {each.prompt_style} {place.checkpoint}",
            family=each.family, evaluation=each.evaluation, behavior=each.behavior, prompt_style=each.prompt_style,
            metric=each.metric, n_questions=place.n_questions, matching_rate=place.rate,
        )
        for each in findings
        for place in each.points
    ]  # fmt: skip
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rates_row()), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_small_store(folder: Path) -> dict[str, str]:
    """Four sets with every verdict a page has to cope with; set -> data hash."""
    return {
        "truthfulqa-families": write_set(folder, "truthfulqa-families", truthfulqa(), title="TruthfulQA"),
        "chat-vs-base": write_set(folder, "chat-vs-base", sycophancy_by_size()),
        "base-models": write_set(folder, "base-models", [*sycophancy_too_few(), *power_seeking()]),
        "political-lean": write_set(folder, "political-lean", political_lean()),
        "rl-training": write_set(folder, "rl-training", [by_steps()]),
    }


def sycophancy_by_size() -> list[Finding]:
    """Eight sizes, inverse."""
    points = [point(*row, n=None) for row in QWEN]
    return [
        _sycophancy("sycophancy-aggregate", "Sycophancy: all three sets together", "Qwen1.5", points, "inverse", 0.002)
    ]


def sycophancy_too_few() -> list[Finding]:
    """Three sizes: not tested."""
    points = [
        point("500M", 5e8, 0.611, n=9984),
        point("1.8B", 1.8e9, 0.741, n=9984),
        point("4B", 4e9, 0.953, n=9984),
    ]
    return [_sycophancy("sycophancy-nlp-survey", "Sycophancy: NLP research survey", "Qwen1.5", points, None, None)]


def power_seeking() -> list[Finding]:
    """Seven behaviours, so that the small charts need a second page; Pythia always answers (A) in all."""
    out = []
    for number in range(7):
        points = [point(f"{size}B", size * 1e9, 0.3768, n=998, mark=CONSTANT) for size in (1, 2, 3, 7)]
        bare = finding(
            "Pythia", points, behavior=f"seeks-{number}", title=f"Seeks power, kind {number}",
            concern="more_is_worse", group="Power-seeking and self-preservation",
            measure="answers matching the behaviour",
            chance=0.5,
        )  # fmt: skip
        result = replace(bare.result, verdict="left_out", reason=f"4 of 4 models give a constant answer ({CONSTANT})")
        out.append(replace(bare, result=result))
    return out


def political_lean() -> list[Finding]:
    """Four assistants between two poles, in two months, with two topics in the newer."""
    rates = {"claude-opus-4-6": 0.82, "gpt-5.4": 0.77, "gemini-3.1-pro-preview": 0.53, "grok-4-1-fast": 0.24}
    out = []
    for month, slugs in (
        ("2026-04", {"political-lean": 0.0}),
        (
            "2026-05",
            {"political-lean": 0.0, "political-lean-economy": 0.1, "political-lean-technology": -0.1},
        ),
    ):
        for slug, shift in slugs.items():
            topic = slug.removeprefix("political-lean").removeprefix("-")
            points = [
                replace(point("size not stated", None, rate + shift, n=80), checkpoint=model)
                for model, rate in rates.items()
            ]
            bare = finding(
                "Assistants", points, behavior=slug,
                title=f"Political lean: {topic}" if topic else "Political lean",
                concern="neutral", group="Political views", series=f"asked in {month}",
                measure="lean of answers to political statements",
            )  # fmt: skip
            out.append(replace(bare, prompt_style=f"asked in {month}"))
    return out


def by_steps() -> Finding:
    """Ten RLHF step counts of one model."""
    points = [point(f"{step:,} steps", float(step), 0.3 + step / 4000, n=500) for step in range(0, 1000, 100)]
    return finding(
        "Qwen3", points, axis="rlhf", behavior="ifbench", title="Follows instructions", group="Capabilities",
        measure="prompts whose instructions are all followed", series="qwen3-4b", q=0.001,
    )  # fmt: skip


def one_checkpoint() -> Finding:
    """A single model: nothing can be tested."""
    only = [point("6.9B", 6.9e9, 0.352)]
    return _sycophancy("sycophancy-nlp-survey", "Sycophancy: NLP research survey", "Pythia", only, None, None)


def _sycophancy(slug: str, title: str, family: str, points: list, verdict: str | None, q: float | None) -> Finding:
    return finding(
        family, points, behavior=slug, title=title, verdict=verdict, q=q, concern="more_is_worse",
        group="Sycophancy", measure="answers matching the view the user states", chance=0.5,
    )  # fmt: skip
