"""scalewatch score: one checkpoint on evaluations, an answer a row."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.cells.scoring import DTYPES
from dashboard.commands import terminal

if TYPE_CHECKING:
    import pandas as pd

    from analysis.records import Evaluation

_OTHER_FORMATS = (".csv", ".tsv", ".json", ".jsonl")
SUMMARY = "score one checkpoint on evaluations: every answer with its probabilities"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--model, --evaluation, --prompt-style, --out and how to run the model."""
    parser.add_argument("--model", required=True, metavar="PATH_OR_ID", help="folder, hub id or a server's model name")
    parser.add_argument("--revision", metavar="R", help="branch, tag or commit of the hub id")
    parser.add_argument(
        "--evaluation", nargs="+", action="extend", required=True, metavar="FILE.jsonl",
        help="files or folders in the released format",
    )  # fmt: skip
    parser.add_argument(
        "--prompt-style", metavar="NAME",
        help="dialogue, best-answer, better-option, bare, bare-bos, chat, chat-stripped (default: the paper's)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.parquet", help="answers, a row a question")
    parser.add_argument("--limit", type=_positive, metavar="N", help="first N questions of each evaluation")
    parser.add_argument("--batch-tokens", type=_positive, metavar="N", help="token budget of a batch")
    parser.add_argument("--dtype", choices=DTYPES, help="default: float32 on a CPU")
    parser.add_argument("--device", metavar="D", help="cpu, cuda, cuda:1, mps, auto (spread over GPUs)")
    parser.add_argument("--threads", type=_positive, metavar="N", help="CPU threads")
    parser.add_argument(
        "--backend", metavar="NAME", default="transformers",
        help="transformers (default), openai_compatible, preference_model, scripted",
    )  # fmt: skip
    parser.add_argument(
        "--backend-option", action="append", default=[], type=_option, metavar="KEY=VALUE",
        help="an option of the backend, e.g. base_url=http://127.0.0.1:8000/v1",
    )  # fmt: skip
    parser.add_argument("--trust-remote-code", action="store_true", help="run code that comes with the checkpoint")
    parser.add_argument("--allow-pickle", action="store_true", help="read pickled weights, which can run code")


def run(args: argparse.Namespace) -> int:
    """Write ANSWERS rows, all or none: Ctrl-C leaves the file as it was. 1 where no question could be scored."""
    import pandas as pd
    from tqdm import tqdm

    from analysis.tables import ANSWERS
    from loaders.backends import open_scorer
    from loaders.evaluations.prompts import prompt_style
    from loaders.evaluations.released import find_evaluations, read_evaluation

    if args.prompt_style:
        prompt_style(args.prompt_style)
    evaluations = [read_evaluation(path, args.limit) for path in find_evaluations(args.evaluation)]
    _check_before(evaluations, args.out)
    flags = {name: getattr(args, name) for name in ("trust_remote_code", "allow_pickle", "threads")}
    options = dict(args.backend_option) | {name: value for name, value in flags.items() if value}
    scorer = open_scorer(
        args.model, args.revision, device=args.device, dtype=args.dtype, batch_tokens=args.batch_tokens,
        backend=args.backend, **options,
    )  # fmt: skip
    frames: list[pd.DataFrame] = []
    began = time.monotonic()
    total = sum(len(each.questions) for each in evaluations)
    with tqdm(total=total, unit="question", delay=2, disable=not sys.stderr.isatty()) as bar:
        for evaluation in evaluations:
            style = args.prompt_style or evaluation.prompt_style
            parts = []
            for frame in scorer.stream(evaluation.questions, style, evaluation=evaluation.name):
                parts.append(frame)
                bar.update(len(frame))
            frames.append(pd.concat(parts).sort_index())
    seconds = time.monotonic() - began
    answers = ANSWERS.validate(pd.concat(frames, ignore_index=True))
    missing = answers["missing_reason"].dropna()
    measured = len(answers) - len(missing)
    _write(answers, args.out)
    terminal.tell(
        f"{len(answers)} questions, {measured} scored ({scorer.method}) in {seconds:.1f} s: "
        f"{len(answers) / seconds:.1f} a second; {args.out}"
    )
    for reason, count in missing.value_counts().head(5).items():
        terminal.tell(f"{count} not scored: {reason}")
    return 0 if measured else 1


def _check_before(evaluations: Sequence[Evaluation], out: Path) -> None:
    """What would be noticed only after the last answer. Raises ScalewatchError."""
    from analysis.errors import ScalewatchError

    names = [evaluation.name for evaluation in evaluations]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ScalewatchError(
            f"Two of the files are the evaluation '{twice}', and rows would not say which.", "Rename one of them."
        )
    if out.suffix in _OTHER_FORMATS:
        raise ScalewatchError(
            f"--out {out}: answers are written as Parquet.", f"Call the file {out.with_suffix('.parquet')}."
        )
    if not out.parent.is_dir():
        raise ScalewatchError(f"There is no folder {out.parent}.", "Make it, or choose another file for --out.")


def _write(answers: pd.DataFrame, path: Path) -> None:
    """Whole or not at all. Raises ScalewatchError where it cannot be written."""
    from analysis.errors import ScalewatchError
    from loaders.files.whole_file import write_file
    from loaders.store.answers import parquet_of

    try:
        write_file(path, parquet_of(answers))
    except OSError as error:
        raise ScalewatchError(f"{path}: cannot be written ({error}).", "Choose another file for --out.") from error


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def _option(text: str) -> tuple[str, str | int | float | bool]:
    """Numbers, true and false are read as such."""
    from loaders.backends import NOT_OPTIONS

    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"'{text}' is not KEY=VALUE")
    if key in NOT_OPTIONS:
        raise argparse.ArgumentTypeError(f"'{key}' is no option of a backend; write --{key.replace('_', '-')}")
    if value in ("true", "false"):
        return key, value == "true"
    for number in (int, float):
        try:
            return key, number(value)
        except ValueError:
            continue
    return key, value
