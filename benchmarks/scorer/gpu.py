"""Our scorer on a GPU: which path it takes, questions a second, peak memory, and the largest error.

Run: python -m benchmarks.scorer.gpu --data FOLDER [--shape 70m ...] [--suite persona ...] [--dtype float32 ...]
[--out FILE]. Models have random weights (benchmarks.scorer.model). After a warm-up on as many other questions, `--many`
questions of each suite are scored, wall time with the GPU waited for. The error is the largest difference, over
`--sample` of them, from one sequence at a time through the same weights in float32 on the same GPU. Prints Markdown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
import transformers

from analysis.records import Evaluation
from benchmarks.scorer import model as model_maker
from benchmarks.scorer.naive import log_probability
from benchmarks.scorer.shapes import SHAPES
from benchmarks.scorer.suites import SUITES, items_of
from loaders.backends import open_scorer


def rows(folder: Path, dtype: str, suite: str, data: Path, many: int, sample: int) -> Iterator[str]:
    """One line of the table."""
    scorer = open_scorer(str(folder), device="cuda", dtype=dtype)
    both = SUITES[suite].evaluations(data, 2 * many)
    warm = [_part(each, len(each.questions) // 2, None) for each in both]
    asked = [_part(each, 0, len(each.questions) // 2) for each in both]
    for each in warm:
        scorer.score(each.questions, each.prompt_style)
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    began = time.perf_counter()
    frames = [scorer.score(each.questions, each.prompt_style) for each in asked]
    torch.cuda.synchronize()
    seconds = time.perf_counter() - began
    found = [list(map(float, row)) for frame in frames for row in frame["option_logprobs"]]
    worst = _largest_error(folder, asked, found, sample)
    peak = torch.cuda.max_memory_allocated() / 1e9
    rate = f"{len(found)} | {len(found) / seconds:,.0f}"
    yield f"| {suite} | {dtype} | {scorer.method} | {rate} | {peak:.2f} | {worst:.1g} |"


def _part(evaluation: Evaluation, start: int, stop: int | None) -> Evaluation:
    return Evaluation(
        name=evaluation.name, questions=evaluation.questions[start:stop], prompt_style=evaluation.prompt_style,
        sha256=evaluation.sha256,
    )  # fmt: skip


def _largest_error(folder: Path, asked: Sequence[Evaluation], found: list[list[float]], sample: int) -> float:
    """Nats, over evenly spread questions."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    reference = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).to("cuda")
    items = [item for each in asked for item in items_of(each)]
    at = range(0, len(items), max(1, len(items) // sample))
    with torch.device("cuda"):
        told = [
            [log_probability(reference, tokenizer, items[i].prompt, option) for option in items[i].options] for i in at
        ]
    return max(abs(a - b) for i, row in zip(at, told, strict=True) for a, b in zip(found[i], row, strict=True))


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write; 1 where there is no GPU."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with anthropic-evals")
    parser.add_argument("--shape", nargs="+", choices=SHAPES, default=["70m", "410m", "1.4b"])
    parser.add_argument("--suite", nargs="+", choices=SUITES, default=["persona", "ai-risk"])
    parser.add_argument(
        "--dtype", nargs="+", choices=("float32", "bfloat16", "float16"), default=["float32", "bfloat16"]
    )
    parser.add_argument("--many", type=int, default=400, help="questions (a suite of share 1)")
    parser.add_argument("--sample", type=int, default=40, help="questions of the error")
    parser.add_argument("--out", type=Path, help="write the Markdown here too")
    chosen = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        print("torch finds no GPU on this machine", file=sys.stderr)
        return 1
    lines = [f"{torch.cuda.get_device_name()}; torch {torch.__version__}, transformers {transformers.__version__}."]
    for shape in chosen.shape:
        with tempfile.TemporaryDirectory() as place:
            model_maker.main(shape, str(chosen.data), place)
            lines += ["", f"### Pythia-{shape.upper()} shape", ""]
            lines += ["| suite | dtype | path | questions | questions a second | peak GB | largest error, nats |"]
            lines += ["|---|---|---|---|---|---|---|"]
            for suite in chosen.suite:
                for dtype in chosen.dtype:
                    for line in rows(Path(place), dtype, suite, chosen.data, chosen.many, chosen.sample):
                        print(line, file=sys.stderr, flush=True)
                        lines.append(line)
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    if chosen.out:
        chosen.out.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
