"""Error rates of the detector and of the usual other methods, on simulated sweeps whose truth is known.

Run: python -m benchmarks.trust [--reps N] [--out FILE] [--figures FILE]. Prints the tables of METHOD.md as Markdown;
progress goes to stderr. The same figures on every run; about two minutes on one core.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")  # many small matrices: threads only cost; read when numpy is imported

import numpy as np  # noqa: E402

from benchmarks.rivals import RIVALS  # noqa: E402
from benchmarks.scoring import OURS, Score, average, forecast_score, our_score, rivals_score  # noqa: E402
from benchmarks.simulation import (  # noqa: E402
    BENDS,
    CURVY,
    MIXTURE,
    SEED,
    SPARSE,
    STEP_MIXTURE,
    Design,
    draw,
)

NO_TREND = [
    Design("N5-0", "5 sizes, models on the curve", 5, 0.0),
    Design("N5-1", "5 sizes, tau .1", 5, 0.1),
    Design("N5-3", "5 sizes, tau .3", 5, 0.3),
    Design("N7-0", "7 sizes, models on the curve", 7, 0.0),
    Design("N7-1", "7 sizes, tau .1", 7, 0.1),
    Design("N7-3", "7 sizes, tau .3", 7, 0.3),
    Design("N7-h", "7 sizes, tau .15 with log-sd .8 over behaviours", 7, 0.15, spread=0.8),
    Design("N5-t", "5 sizes, tau .15, t(4) deviations", 5, 0.15, df=4),
    Design("N3-1", "3 sizes, tau .1", 3, 0.1),
    Design("NB6", "6 behaviours only, 5 sizes, tau .2", 5, 0.2, behaviors=6, times=10),
    Design("NC", "7 sizes, tau .15, 70 % of it one shock for all behaviours", 7, 0.15, common=0.7, times=5),
    Design("NZ", "0/1 answers, 60-100 questions, rates near 2 % or 98 %", 5, 0.05, binary=True, edge=True,
           n_items=(60, 100)),
]  # fmt: skip
MIXED = [
    Design("X5-1", "5 sizes, tau .1", 5, 0.1, MIXTURE),
    Design("X7-1", "7 sizes, tau .1", 7, 0.1, MIXTURE),
    Design("X5-3", "5 sizes, tau .3", 5, 0.3, MIXTURE),
    Design("X7-3", "7 sizes, tau .3", 7, 0.3, MIXTURE),
    Design("X7-h", "7 sizes, tau .15 with log-sd .8", 7, 0.15, MIXTURE, spread=0.8),
    Design("X7-s", "the same, 85 % without a trend", 7, 0.15, SPARSE, spread=0.8),
]
SHAPED = [
    Design("C7", "curvy mixture, 7 sizes, tau .1", 7, 0.1, CURVY),
    Design("P7", "monotone bends, 7 sizes, tau .05", 7, 0.05, BENDS),
    Design("P5", "monotone bends, 5 sizes, tau .1", 5, 0.1, BENDS),
]
OURS_ONLY = [
    Design("X7-m", "mixture, 7 sizes, tau .1, 20 % of the cells missing", 7, 0.1, MIXTURE, missing=0.2),
    Design("X5-s", "85 % without a trend, 5 sizes, tau .15 with log-sd .8", 5, 0.15, SPARSE, spread=0.8),
    Design("R3", "no trend, 5 sizes x 3 models, tau .1, each its own", 5, 0.1, per_size=3),
    Design("R3-h", "no trend, 5 sizes x 3 models, tau .1, half of it shared by those of one size", 5, 0.1,
           per_size=3, shared=0.5),
    Design("R3-s", "no trend, 5 sizes x 3 models, tau .1, all of it shared by those of one size", 5, 0.1,
           per_size=3, shared=1.0),
    Design("R3-3", "mixture, 3 sizes x 3 models, tau .1, half of it shared by those of one size", 3, 0.1, MIXTURE,
           per_size=3, shared=0.5),
    Design("S0", "no trend along RLHF steps, 3 models x 6 step counts, tau .2", 3, 0.2, steps=True, n_items=(300,)),
    Design("SX", "mixture along RLHF steps, tau .08", 3, 0.08, STEP_MIXTURE, steps=True, n_items=(300,)),
]  # fmt: skip
FORECAST = [
    Design("E7", "forecast of the two largest of 7 sizes, mixture, tau .1", 7, 0.1, MIXTURE),
    Design("E7-c", "the same, curvy mixture", 7, 0.1, CURVY),
    Design("E7-h", "mixture, 3 models of each size, half of the deviation shared by those of one size", 7, 0.1, MIXTURE,
           per_size=3, shared=0.5),
    Design("E7-s", "mixture, 3 models of each size, all of it shared", 7, 0.1, MIXTURE, per_size=3, shared=1.0),
]  # fmt: skip
INTERVALS = ["N5-1", "N7-1", "N5-3", "N7-3", "X5-1", "X7-1", "X5-3", "X7-3", "C7", "P7"]

Results = dict[str, dict[str, Score]]
Spread = dict[str, dict[str, float]]


def measure(designs: list[Design], reps: int, *, rivals: bool) -> tuple[Results, Spread, dict[str, list[float]]]:
    """Mean score of each method on each design, the standard error of its false-positive rate, and the share of
    behaviours without a trend that this detector claimed in each data set."""
    found: Results = {}
    spread: Spread = {}
    claimed: dict[str, list[float]] = {}
    for design in designs:
        started, seen = time.perf_counter(), []
        for replicate in range(reps * design.times):
            sweep = draw(design, replicate)
            ours = {OURS: our_score(sweep, "rlhf" if design.steps else "size")}
            seen.append(ours | (rivals_score(sweep) if rivals else {}))
        found[design.name] = {name: average([each[name] for each in seen]) for name in seen[0]}
        claimed[design.name] = [each[OURS].claimed for each in seen]
        spread[design.name] = {
            name: float(np.std([each[name].false_positives for each in seen]) / np.sqrt(len(seen))) for name in seen[0]
        }
        _progress(f"{design.name:5s} {len(seen):3d} data sets, {time.perf_counter() - started:5.1f} s")
    return found, spread, claimed


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Everything one run finds out."""

    reps: int
    null: Results
    spread: Spread
    claimed: dict[str, list[float]]
    mixed: Results
    shaped: Results
    alone: Results
    forecasts: dict[str, list[float]]
    """Design -> share of 90 % prediction intervals that hold, the next size and the one after."""


def measure_all(reps: int) -> Measured:
    """All designs."""
    null, spread, claimed = measure(NO_TREND, reps, rivals=True)
    mixed, shaped = (measure(each, reps, rivals=True)[0] for each in (MIXED, SHAPED))
    alone, _, _ = measure(OURS_ONLY, reps, rivals=False)
    return Measured(reps, null, spread, claimed, mixed, shaped, alone, _held(reps))


def figures(seen: Measured) -> list[dict[str, str]]:
    """The same numbers as rows of text, one per design and method: what the dashboard's method page reads."""
    groups = [
        ("no trend", NO_TREND, seen.null), ("mixture", MIXED, seen.mixed), ("shapes", SHAPED, seen.shaped),
        ("elsewhere", OURS_ONLY, seen.alone),
    ]  # fmt: skip
    rows = []
    for group, designs, results in groups:
        for design in designs:
            for method, score in results[design.name].items():
                shares = {name: _share(value) for name, value in asdict(score).items()}
                rows.append({"group": group, "design": design.name, "what": design.what, "method": method, **shares})
    for design in FORECAST:
        for ahead, value in enumerate(seen.forecasts[design.name], start=1):
            row = {"group": "forecast", "design": f"{design.name}+{ahead}", "what": design.what, "method": OURS}
            rows.append(row | {"coverage": _share(value)})
    return rows


def _share(value: float) -> str:
    """Every digit; empty where the design cannot show it."""
    return "" if np.isnan(value) else repr(float(value))


def tables(seen: Measured) -> str:
    """The whole report as Markdown."""
    null, mixed, shaped = seen.null, seen.mixed, seen.shaped
    together = null | mixed | shaped
    methods = [OURS, *RIVALS]
    trends = [name for name in methods if not name.startswith("least squares +")]
    with_interval = [name for name in trends if not name.startswith(("Mann", "permutation"))]
    turning = [OURS, *(name for name in methods if name.startswith("least squares +"))]
    parts = [
        f"Seed {SEED}, {seen.reps} replicates of 154 behaviours a design. Bold: above the .05 it promises by more than "
        ".01 and by more than chance (two Monte Carlo standard errors); false claims above .075.",
        _heading("False positives: share of behaviours without a trend that have p <= .05", NO_TREND),
        _rates(null, seen.spread, trends),
        _heading(
            "After false-discovery control at .05: share of false claims / small trends (.6 logit) found / large "
            "trends (1.2-1.6 logit) found",
            MIXED,
        ),
        _triples(mixed, methods),
        _heading("Turns (U and inverted U): found where there is one, claimed where there is none", SHAPED),
        _turns(mixed | shaped, turning),
        _heading("Share of 95 % intervals that hold the true slope", []),
        _coverage(together, with_interval),
        _heading("This detector elsewhere", OURS_ONLY),
        _elsewhere(seen.alone),
        _heading("90 % prediction intervals of this detector: share that hold the new model's rate", FORECAST),
        _forecasts(seen.forecasts),
        _heading("What it refuses to say", []),
        _refusals(null, together, seen.claimed),
    ]
    return "\n\n".join(parts) + "\n"


def _heading(title: str, designs: list[Design]) -> str:
    told = "; ".join(f"{each.name}: {each.what}" for each in designs)
    return f"### {title}" + (f"\n\n{told}." if told else "")


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}".removeprefix("0") if value < 1 else f"{value:.2f}"


def _rates(null: Results, spread: Spread, methods: list[str]) -> str:
    def cell(name: str, method: str) -> str:
        value, error = null[name][method].false_positives, spread[name][method]
        return f"**{_number(value)}**" if value > max(0.06, 0.05 + 2 * error) else _number(value)

    rows = [
        [
            method,
            *(cell(name, method) for name in null),
            _number(float(np.mean([each[method].false_positives for each in null.values()]))),
        ]
        for method in methods
    ]
    return _table(["method", *null, "mean"], rows)


def _triples(mixed: Results, methods: list[str]) -> str:
    def cell(score: Score) -> str:
        false = _number(score.false_discoveries)
        bold = f"**{false}**" if score.false_discoveries > 0.075 else false
        return f"{bold} / {score.small:.2f} / {score.large:.2f}"

    return _table(["method", *mixed], [[m, *(cell(mixed[name][m]) for name in mixed)] for m in methods])


def _turns(found: Results, methods: list[str]) -> str:
    head = ["method", *(f"found {n}" for n in ("X5-1", "X7-1", "C7")), *(f"false {n}" for n in ("P7", "P5", "C7"))]
    rows = [
        [
            m,
            *(f"{found[n][m].turns:.2f}" for n in ("X5-1", "X7-1", "C7")),
            *(_number(found[n][m].false_turns) for n in ("P7", "P5", "C7")),
        ]
        for m in methods
    ]
    return _table(head, rows)


def _coverage(found: Results, methods: list[str]) -> str:
    rows = []
    for m in methods:
        values = {name: found[name][m].coverage for name in INTERVALS}
        everywhere = [found[name][m].coverage for name in found]
        cells = [_number(value) for value in values.values()]
        rows.append([m, *cells, _number(float(np.mean(everywhere))), _number(min(everywhere))])
    return _table(["method", *INTERVALS, "mean of all designs", "worst"], rows)


def _elsewhere(alone: Results) -> str:
    rows = []
    for design in OURS_ONLY:
        score = alone[design.name][OURS]
        values = (
            score.false_positives, score.false_discoveries if design.mix.get("null") != 1 else float("nan"),
            score.small, score.large, score.turns, score.coverage,
        )  # fmt: skip
        rows.append([design.what, *(_number(value) for value in values)])
    head = ["design", "false positives", "false claims", "small found", "large found", "turns found", "coverage"]
    return _table(head, rows)


def _held(reps: int) -> dict[str, list[float]]:
    held = {}
    for design in FORECAST:
        scores = [forecast_score(draw(design, replicate)) for replicate in range(reps)]
        held[design.name] = [float(each) for each in np.mean(scores, axis=0)]
        _progress(f"{design.name:5s} {reps:3d} data sets")
    return held


def _forecasts(held: dict[str, list[float]]) -> str:
    rows = [[name, *(_number(value) for value in values)] for name, values in held.items()]
    return _table(["design", "next size", "the size after"], rows)


def _refusals(null: Results, together: Results, claimed: dict[str, list[float]]) -> str:
    flat = {name: score[OURS].flat for name, score in null.items()}
    worst_sign = max(np.nan_to_num(score[OURS].wrong_sign) for score in together.values())
    mean = {name: float(np.mean(each)) for name, each in claimed.items()}
    worst = max(mean, key=lambda name: mean[name])
    shown = ", ".join(f"{name} {flat[name]:.2f}" for name in ("N5-1", "N7-1", "N5-3", "N7-3"))
    others = (sum(mean.values()) - mean[worst]) / (len(mean) - 1)
    with_any = sum(each > 0 for each in claimed[worst])
    return (
        "Share of behaviours given a trend or a turn where none has one: "
        f"{np.mean(list(mean.values())):.4f} on average over the first table's designs, {others:.4f} without {worst}. "
        f"In {worst} it is {mean[worst]:.4f}: {with_any} of {len(claimed[worst])} data sets have any such claim, and "
        f"the worst has {max(claimed[worst]):.2f} of its behaviours claimed. Called flat: {shown}; the rest is "
        f"inconclusive. Trends claimed with the wrong sign: at most {worst_sign:.4f} of the real ones."
    )


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(argv: list[str] | None = None) -> int:
    """Prints the report, and writes it and its numbers to files where those are named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trust", description=__doc__.split("\n")[0])
    parser.add_argument("--reps", type=int, default=12, help="replicates of each design (default 12)")
    parser.add_argument("--out", type=Path, help="write the report here too")
    parser.add_argument("--figures", type=Path, help="write its numbers here, as CSV")
    chosen = parser.parse_args(argv)
    if chosen.reps < 1:
        parser.error(f"--reps is {chosen.reps}; it must be 1 or more")
    seen = measure_all(chosen.reps)
    report = tables(seen)
    print(report, end="")
    if chosen.out:
        chosen.out.write_text(report, encoding="utf-8")
    if chosen.figures:
        rows = figures(seen)
        with chosen.figures.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n", restval="")
            writer.writeheader()
            writer.writerows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
