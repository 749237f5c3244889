"""One suite on one model: both programs and the limit, in alternated rounds."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from tokenizers import Tokenizer

from benchmarks.scorer import harness
from benchmarks.scorer.limit import Tokens, operations
from benchmarks.scorer.measure import Pair, Run, Spread, largest_error, module
from benchmarks.scorer.shapes import SHAPES
from benchmarks.scorer.suites import SUITES, items_of

OURS, THEIRS = "scalewatch", "lm-eval"


@dataclass(frozen=True, slots=True)
class Setting:
    """What is run: `few` and `many` are questions for a suite of share 1; no `harness`, no comparison."""

    shape: str
    model: Path
    data: Path
    few: int
    many: int
    rounds: int
    sample: int
    harness: Path | None
    batches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """What one program reached; `of_lm_eval` and `of_limit` are ratios of rates of the same round."""

    name: str
    rate: Spread
    of_lm_eval: Spread | None
    of_limit: Spread
    fixed: Spread
    peak_gb: float
    error: float


@dataclass(frozen=True, slots=True)
class Result:
    """`tokens` a prompt and `gflop` an item, on average; `limit` in GFLOP per CPU-second at this mix of products."""

    about: str
    items: int
    tokens: float
    gflop: float
    limit: Spread
    programs: tuple[Program, ...]


def tokens_of(setting: Setting, suite: str) -> list[list[Tokens]]:
    """The many items as tokens, a list per evaluation."""
    tokenizer = Tokenizer.from_file(str(setting.model / "tokenizer.json"))

    def encode(text: str) -> tuple[int, ...]:
        return tuple(tokenizer.encode(text, add_special_tokens=False).ids)

    found = []
    for evaluation in SUITES[suite].evaluations(setting.data, setting.many):
        items = [(encode(item.prompt), item) for item in items_of(evaluation)]
        found.append(
            [
                Tokens(prompt, tuple(encode(item.prompt + option)[len(prompt) :] for option in item.options))
                for prompt, item in items
            ]
        )
    return found


def our_run(setting: Setting, suite: str, questions: int) -> Run:
    """Through `open_scorer`, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers.json"
        usage = module("ours", setting.model, answers, setting.data, suite, questions)
        found = json.loads(answers.read_text())["option_logprobs"]
    return Run(len(found), usage, found)


def their_run(setting: Setting, python: Path, suite: str, questions: int, batch: int) -> Run:
    """Through the harness's command line."""
    evaluations = SUITES[suite].evaluations(setting.data, questions)
    items = [item for evaluation in evaluations for item in items_of(evaluation)]
    with tempfile.TemporaryDirectory() as folder:
        usage, found = harness.score(python, setting.model, items, batch, Path(folder))
    return Run(len(found), usage, found)


def best_batch(setting: Setting, python: Path, suite: str) -> int:
    """The batch size at which the harness needs the least CPU time for the many items."""
    if len(setting.batches) == 1:
        return setting.batches[0]
    spent = {}
    for batch in setting.batches:
        spent[batch] = their_run(setting, python, suite, setting.many, batch).usage.cpu_seconds
        print(f"  {THEIRS} at batch size {batch}: {spent[batch]:.1f} CPU-s", file=sys.stderr)
    return min(spent, key=spent.__getitem__)


def programs_of(setting: Setting, suite: str) -> dict[str, Callable[[int], Run]]:
    """Name -> what runs it on so many questions; the harness last, at its best batch size."""
    programs: dict[str, Callable[[int], Run]] = {OURS: lambda questions: our_run(setting, suite, questions)}
    if (python := setting.harness) is not None:
        batch = best_batch(setting, python, suite)
        programs[f"{THEIRS}, batch size {batch}"] = lambda questions: their_run(
            setting, python, suite, questions, batch
        )
    return programs


def compare(setting: Setting, suite: str) -> Result:
    """Measure: every program on few and many items once a round, then the limit; last, the naive scores."""
    print(f"{setting.shape}, {suite}", file=sys.stderr)
    tokens = tokens_of(setting, suite)
    needed = [operations(part, SHAPES[setting.shape]) for part in tokens]
    body, head = (fmean(each) / 1e9 for each in zip(*needed, strict=True))
    programs = programs_of(setting, suite)
    pairs: dict[str, list[Pair]] = {name: [] for name in programs}
    limits: list[float] = []
    for at in range(setting.rounds):
        for name, program in programs.items():
            pair = Pair(program(setting.few), program(setting.many))
            pairs[name].append(pair)
            print(f"  round {at + 1}, {name}: {pair.rate:.2f} a CPU-s, {pair.fixed:.1f} s fixed", file=sys.stderr)
        reached = json.loads(module("limit", setting.shape).output)
        limits.append(1 / (body / reached["body"] + head / reached["head"]))
    with tempfile.TemporaryDirectory() as folder:
        naive = Path(folder) / "answers.json"
        module("naive", setting.model, naive, setting.data, suite, setting.many, setting.sample)
        errors = {name: largest_error(naive, [pair.many for pair in each]) for name, each in pairs.items()}
    baseline = None if setting.harness is None else list(pairs.values())[-1]
    return Result(
        about=SUITES[suite].about,
        items=sum(map(len, tokens)),
        tokens=fmean(len(item.prompt) for part in tokens for item in part),
        gflop=body + head,
        limit=Spread.of([limit * (body + head) for limit in limits]),
        programs=tuple(summary(name, each, baseline, limits, errors[name]) for name, each in pairs.items()),
    )


def summary(name: str, pairs: list[Pair], baseline: list[Pair] | None, limits: list[float], error: float) -> Program:
    """Over the rounds; ratios are taken within a round, `limits` are items per CPU-second."""
    return Program(
        name=name,
        rate=Spread.of([pair.rate for pair in pairs]),
        of_lm_eval=Spread.of([ours.rate / theirs.rate for ours, theirs in zip(pairs, baseline, strict=True)])
        if baseline
        else None,
        of_limit=Spread.of([pair.rate / limit for pair, limit in zip(pairs, limits, strict=True)]),
        fixed=Spread.of([pair.fixed for pair in pairs]),
        peak_gb=max(pair.peak_gb for pair in pairs),
        error=error,
    )
