"""scalewatch compare: two models on the same questions."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dashboard.commands import terminal

if TYPE_CHECKING:
    from analysis.other_methods.compare_models import ComparedModels

SUMMARY = "two models on the same questions: four counts, exact McNemar test, mean difference"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """MODEL_A, MODEL_B, --set, --evaluation, --prompt-style, --json."""
    parser.add_argument("first", metavar="MODEL_A", help="checkpoint as the set names it")
    parser.add_argument("second", metavar="MODEL_B", help="checkpoint to compare with it")
    parser.add_argument("--set", required=True, metavar="SET", help="result set that holds single answers")
    parser.add_argument("--evaluation", required=True, metavar="EVALUATION", help="evaluation, or its behaviour")
    parser.add_argument(
        "--prompt-style", metavar="STYLE", help="how the questions were put, where there are several ways"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Print the comparison; 1 where the set or one of the models has no answers."""
    from analysis.errors import ScalewatchError
    from analysis.other_methods.compare_models import compare_models, evaluation_named
    from loaders.store.store import Store

    store = Store.opened(args.results)
    answers = store.answers(args.set)
    if answers is None:
        raise ScalewatchError(
            f"Result set '{args.set}' holds rates only, no single answers.",
            "Import harness results with their samples files, or choose another set",
        )
    asked = args.evaluation
    evaluation = asked if asked in set(answers["evaluation"]) else evaluation_named(asked, store.rates(args.set))
    compared = compare_models(
        answers, args.first, args.second, evaluation=evaluation, prompt_style=args.prompt_style
    )  # fmt: skip
    if args.json:
        terminal.say_json(comparison_row(args.set, compared))
    else:
        terminal.say(*_lines(compared))
    return 0


def comparison_row(result_set: str, compared: ComparedModels) -> dict[str, Any]:
    """The comparison as the command prints it; fields as in ComparedModels and its Comparison, shares 0-1."""
    return {
        "result_set": result_set, "evaluation": compared.evaluation, "prompt_style": compared.prompt_style,
        "first": compared.first, "second": compared.second, **asdict(compared.comparison),
    }  # fmt: skip


def _lines(compared: ComparedModels) -> list[str]:
    pair = compared.comparison
    first, second, evaluation = map(terminal.name, (compared.first, compared.second, compared.evaluation))
    lines = [
        f"A = {first}, B = {second}, {evaluation}: {pair.n_shared:,} shared questions",
        f"both match {pair.both:,}, only A {pair.first_only:,}, only B {pair.second_only:,}, neither {pair.neither:,}",
    ]
    if pair.p_exact is not None:
        lines.append(f"exact McNemar test: p = {pair.p_exact:.3g}")
    if pair.difference is not None:
        interval = ""
        if pair.difference_low is not None and pair.difference_high is not None:
            interval = f", 95 % interval {100 * pair.difference_low:+.1f} to {100 * pair.difference_high:+.1f}"
        clusters = "" if pair.n_clusters is None else f", {pair.n_clusters:,} clusters of repeated questions"
        lines.append(f"mean probability, B - A: {100 * pair.difference:+.1f} points{interval}{clusters}")
    if pair.only_first or pair.only_second:
        lines.append(f"not shared: {len(pair.only_first):,} only asked of A, {len(pair.only_second):,} only of B")
    return [*lines, pair.reason] if pair.reason else lines
