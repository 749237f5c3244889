"""The results as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.scorer.comparison import Program, Result

COLUMNS = (
    "items", "program", "items per CPU-s", "× lm-eval", "% of limit", "fixed CPU-s", "peak GB", "largest error, nats",
)  # fmt: skip


def table(results: Iterable[Result]) -> list[str]:
    """A row per suite and program."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "| --- " * len(COLUMNS) + "|"]
    for result in results:
        about = f"{result.about}: {result.items} of {result.tokens:.0f} tokens"
        for program in result.programs:
            lines.append(f"| {about} | {_cells(program)} |")
            about = ""
    return lines


def _cells(program: Program) -> str:
    ratio = program.of_lm_eval.text(2) if program.of_lm_eval else "–"
    return " | ".join(
        (
            program.name,
            program.rate.text(2),
            ratio,
            program.of_limit.text(0, 100),
            program.fixed.text(1),
            f"{program.peak_gb:.2f}",
            f"{program.error:.0e}",
        )
    )


def limits(results: Sequence[Result]) -> str:
    """What the machine reached, and what an item needs."""
    parts = [f"{each.about} {each.gflop:.2f} GFLOP at {each.limit.text(0)} a CPU-second" for each in results]
    return (
        "Limit, an item: "
        + "; ".join(parts)
        + ". It counts every token of a prompt once, the beginning that all prompts "
        "of an evaluation share not at all, and the output head where a probability is read; beginnings that only some "
        "prompts share, and rows that nothing read depends on, can be saved beyond it."
    )
