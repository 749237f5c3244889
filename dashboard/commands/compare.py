"""scalewatch compare: two models on the same questions."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from analysis.other_methods.compare import Contrast

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
    from analysis.other_methods.compare import contrast
    from loaders.store.results_folder import find_results_dir
    from loaders.store.store import Store

    store = Store(find_results_dir(args.results))
    answers = store.answers(args.set)
    if answers is None:
        raise ScalewatchError(
            f"Result set '{args.set}' holds rates only, no single answers. "
            "Import harness results with their samples files, or choose another set"
        )
    if args.evaluation not in set(answers["evaluation"]):
        args.evaluation = _evaluation_of(args.evaluation, store.rates(args.set))
    style, first, second = pair_of(answers, args.evaluation, args.prompt_style, args.first, args.second)
    found = contrast(first, second, clustered=bool(first["cluster"].notna().any()))
    row = contrast_row(found, args, style)
    print(json.dumps(row, indent=1) if args.json else _text(found, args))
    return 0


def _evaluation_of(name: str, rates: pd.DataFrame) -> str:
    """The evaluation of a behaviour that has one in the set; any other name as it is."""
    named = rates.loc[rates["behavior"] == name, "evaluation"].unique()
    return str(named[0]) if len(named) == 1 else name


def pair_of(
    answers: pd.DataFrame, evaluation: str, style: str | None, first: str, second: str
) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    """Prompt style and the two models' rows. Raises ScalewatchError with what there is instead."""
    from analysis.errors import ScalewatchError, UnknownNameError

    evaluations = sorted(answers["evaluation"].unique())
    if evaluation not in evaluations:
        raise UnknownNameError.of("evaluation with single answers", evaluation, evaluations)
    asked = answers[answers["evaluation"] == evaluation]
    models = sorted(asked["checkpoint"].unique())
    for model in (first, second):
        if model not in models:
            raise UnknownNameError.of(f"model with answers to {evaluation}", model, models)
    if first == second:
        raise ScalewatchError(f"{first} is named twice. Name two models")
    of_both = [set(asked.loc[asked["checkpoint"] == model, "prompt_style"]) for model in (first, second)]
    shared = sorted(of_both[0] & of_both[1])
    if not shared:
        seen = "; ".join(", ".join(sorted(styles)) for styles in of_both)
        raise ScalewatchError(
            f"{first} and {second} were asked {evaluation} in different ways: {seen}. Name two others"
        )
    if style is None and len(shared) > 1:
        raise ScalewatchError(f"Both were asked in several ways: {', '.join(shared)}. Name one with --prompt-style")
    style = style or shared[0]
    if style not in shared:
        raise UnknownNameError.of("prompt style", style, shared)
    rows = asked[asked["prompt_style"] == style]
    return style, rows[rows["checkpoint"] == first], rows[rows["checkpoint"] == second]


def contrast_row(found: Contrast, args: argparse.Namespace, style: str) -> dict[str, Any]:
    """The comparison as the command prints it; fields as in analysis.contrasts.Contrast, shares 0-1."""
    return {
        "result_set": args.set, "evaluation": args.evaluation, "prompt_style": style, "first": args.first,
        "second": args.second, **asdict(found),
    }  # fmt: skip


def _text(found: Contrast, args: argparse.Namespace) -> str:
    lines = [
        f"A = {args.first}, B = {args.second}, {args.evaluation}: {found.n_shared:,} shared questions",
        f"both match {found.both:,}, only A {found.first_only:,}, only B {found.second_only:,}, "
        f"neither {found.neither:,}",
    ]
    if found.p_exact is not None:
        lines.append(f"exact McNemar test: p = {found.p_exact:.3g}")
    if found.difference is not None:
        interval = ""
        if found.difference_low is not None and found.difference_high is not None:
            interval = f", 95 % interval {100 * found.difference_low:+.1f} to {100 * found.difference_high:+.1f}"
        clusters = "" if found.n_clusters is None else f", {found.n_clusters:,} clusters of repeated questions"
        lines.append(f"mean probability, B - A: {100 * found.difference:+.1f} points{interval}{clusters}")
    if found.only_first or found.only_second:
        lines.append(f"not shared: {len(found.only_first):,} only asked of A, {len(found.only_second):,} only of B")
    return "\n".join([*lines, found.reason] if found.reason else lines)
