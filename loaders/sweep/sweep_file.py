"""The sweep file: a YAML schema (docs/sweeps.md) read whole; every problem is listed with its line before a run."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from analysis.cells.scoring import DTYPES
from analysis.errors import ScalewatchError, UnknownNameError
from analysis.records import Question
from loaders.backends import BACKENDS, NOT_OPTIONS, OPTIONS
from loaders.evaluations.prompts import PROMPT_STYLES
from loaders.evaluations.released import EvaluationFileError, evaluation_name, find_evaluations, read_evaluation
from loaders.store.manifest import SET_NAME
from loaders.sweep.targets import Target, read_targets
from loaders.sweep.yaml_lines import Block, SweepFileError, SweepProblem, compose, line_of

FIELDS = (
    "into", "title", "checkpoints", "evaluations", "evaluations_root", "prompt_style", "limit", "seed", "backend",
    "options", "device", "dtype", "batch_tokens", "num_gpus", "num_cpus",
)  # fmt: skip
PAPER = "paper"
"""Prompt style of a sweep file: each evaluation as the paper puts it."""
READY = Path(__file__).parent / "ready"
_SECRET = "api_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepEvaluation:
    """One evaluation of a sweep, as it was when the file was read."""

    name: str
    path: Path
    sha256: str
    n_questions: int
    """Questions that are asked, after `limit`."""
    paper_style: str
    """How the paper puts these questions."""
    prompt_styles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What a sweep file asks for."""

    path: Path
    into: str
    title: str
    targets: tuple[Target, ...]
    evaluations: tuple[SweepEvaluation, ...]
    limit: int | None
    """Questions per evaluation: the first, or with a seed a random choice that is the same for every checkpoint."""
    seed: int | None
    backend: str
    options: Mapping[str, Any]
    """Passed to the backend by name."""
    device: str | None
    dtype: str | None
    batch_tokens: int | None
    num_gpus: float
    """GPUs of one Ray worker."""
    num_cpus: float
    """CPU cores of one Ray worker."""

    def questions(self, evaluation: SweepEvaluation) -> tuple[Question, ...]:
        """The questions that are asked. Raises EvaluationFileError where the file changed since the sweep was read."""
        read = read_evaluation(evaluation.path, None if self.seed is not None else self.limit)
        if read.sha256 != evaluation.sha256:
            raise EvaluationFileError(f"{evaluation.path} changed while the sweep ran.", "Run the sweep again.")
        return _chosen(read.questions, self.limit, self.seed)


def ready_sweeps() -> list[str]:
    """Names of the sweeps that come with scalewatch."""
    return sorted(path.stem for path in READY.glob("*.yaml"))


def sweep_path(named: str) -> Path:
    """A file, or the ready sweep of that name. Raises UnknownNameError."""
    if Path(named).is_file() or named.endswith((".yaml", ".yml")):
        return Path(named)
    if named not in ready_sweeps():
        raise UnknownNameError.of("sweep file or ready sweep", named, ready_sweeps())
    return READY / f"{named}.yaml"


def read_sweep(path: Path, *, limit: int | None = None, evaluations_root: Path | None = None) -> Sweep:
    """The sweep in a YAML file; `limit` and `evaluations_root` stand before the file's own.

    Reads every evaluation and looks up every checkpoint. Raises SweepFileError with all problems, and ScalewatchError
    where a ready sweep, which names no folder, is given none.
    """
    if path.parent == READY and evaluations_root is None:
        raise ScalewatchError(
            f"The ready sweep {path.stem} needs the evaluations: scalewatch run {path.stem} --evaluations DIR, the "
            "folder of a checkout of https://github.com/anthropics/evals."
        )
    problems: list[SweepProblem] = []
    top = Block.of(compose(path), FIELDS, "a sweep file", problems)
    top.require("into", "checkpoints", "evaluations")
    base = path.resolve().parent
    into = top.text("into") or ""
    if into and not SET_NAME.fullmatch(into):
        top.note("into", f"is '{into}'. A set's name has lower-case letters, digits, - and _")
    named = top.text("backend", list(BACKENDS))
    backend = named or "transformers"
    targets = read_targets(top.items("checkpoints"), base, backend, problems)
    scoring = {each.backend for each in targets} if named or "backend" not in top.nodes else set[str]()
    limit, seed = limit or top.whole("limit", 1), top.whole("seed", 0)
    root = evaluations_root or _root(top, base)
    sweep = Sweep(
        path=path.resolve(),
        into=into,
        title=top.text("title") or "",
        targets=targets,
        evaluations=_evaluations(top, base, root, lambda questions: _chosen(questions, limit, seed)),
        limit=limit,
        seed=seed,
        backend=backend,
        options=_options(top, scoring),
        device=top.text("device"),
        dtype=top.text("dtype", DTYPES),
        batch_tokens=top.whole("batch_tokens", 1),
        num_gpus=top.number("num_gpus", 0) or 0,
        num_cpus=1 if (cores := top.number("num_cpus", 0)) is None else cores,
    )
    if problems:
        raise SweepFileError(path, problems)
    return sweep


def _options(top: Block, backends: Collection[str]) -> dict[str, Any]:
    """The backend's options; each must be one of all `backends`, which may score an entry."""
    options, node = top.value("options"), top.nodes.get("options")
    if options is None:
        return {}
    if not isinstance(options, dict) or not isinstance(node, yaml.MappingNode):
        top.note("options", "is not a mapping of the backend's options by name. Write 'name: value' lines below it")
        return {}
    for key, _ in node.value:
        if reason := _no_option(str(key.value), backends):
            top.note("options", reason, line_of(key))
    return options


def _no_option(name: str, backends: Collection[str]) -> str:
    """Why an option may not be called so; empty where it may."""
    if name == _SECRET:
        return f"holds {_SECRET}; keys are never stored. Set the environment variable OPENAI_API_KEY"
    if name in NOT_OPTIONS:
        return f"holds {name}, which is no option of a backend. Write it as a field of its own"
    for backend in sorted(backends):
        if name not in OPTIONS[backend]:
            known = [each for each in OPTIONS[backend] if each != _SECRET]
            return str(UnknownNameError.of(f"option of the backend '{backend}'", name, known))
    return ""


def _root(top: Block, base: Path) -> Path | None:
    named = top.text("evaluations_root")
    root = base / Path(named).expanduser() if named else None
    if root is not None and not root.is_dir():
        top.note("evaluations_root", f"there is no folder {root}. Give a checkout of anthropics/evals")
        return None
    return root


def _evaluations(
    top: Block, base: Path, root: Path | None, choose: Callable[[tuple[Question, ...]], tuple[Question, ...]]
) -> tuple[SweepEvaluation, ...]:
    """Every evaluation once, with all prompt styles it is asked in; none where a root is named that is not there."""
    if root is None and "evaluations_root" in top.nodes:
        return ()
    allowed = (PAPER, *PROMPT_STYLES)
    common = top.texts("prompt_style", allowed) or [PAPER]
    below: dict[str, list[Path]] = {}
    for path in sorted(root.rglob("*.jsonl")) if root else ():
        below.setdefault(evaluation_name(path), []).append(path)
    found: dict[Path, SweepEvaluation] = {}
    for node in top.items("evaluations"):
        if isinstance(node, yaml.ScalarNode):
            entry = Block(line_of(node), top.problems, {"evaluation": node}, {"evaluation": line_of(node)})
        else:
            entry = Block.of(node, ("evaluation", "prompt_style"), "an evaluation", top.problems)
            entry.require("evaluation")
        styles = entry.texts("prompt_style", allowed) or common
        try:
            for path in _files(entry.text("evaluation"), base, root, below):
                evaluation = found.get(path) or _read(path, choose)
                clash = next((each for each in found.values() if each.name == evaluation.name), evaluation)
                if clash.path != path:
                    entry.note("evaluation", f"{path} has the name of {clash.path}. Rename one of the files")
                wanted = [evaluation.paper_style if style == PAPER else style for style in styles]
                every = tuple(dict.fromkeys([*evaluation.prompt_styles, *wanted]))
                found[path] = replace(evaluation, prompt_styles=every)
        except ScalewatchError as error:
            entry.note("evaluation", str(error))
    return tuple(found.values())


def _files(named: str | None, base: Path, root: Path | None, below: Mapping[str, Sequence[Path]]) -> list[Path]:
    """Files of one entry: a path below the root or beside the sweep file, or an evaluation's name below the root."""
    if named is None:
        return []
    folders = [base] if root is None else [root, base]
    places = [each for folder in folders if (each := folder / Path(named).expanduser()).exists()][:1]
    places = places or list(below.get(named, ()))
    if len(places) > 1:
        raise ScalewatchError(f"'{named}' is the name of {' and '.join(map(str, places))}.", "Give the path of one")
    if places:
        return find_evaluations([str(places[0].resolve())])
    if root is None:
        raise UnknownNameError(
            f"no file or folder '{named}' beside the sweep file.",
            "Give evaluations_root: (or --evaluations DIR), the folder of a checkout of "
            "https://github.com/anthropics/evals",
        )
    raise UnknownNameError.of("evaluation", named, below, f"Looked in {root}.")


def _read(path: Path, choose: Callable[[tuple[Question, ...]], tuple[Question, ...]]) -> SweepEvaluation:
    read = read_evaluation(path)
    return SweepEvaluation(
        name=read.name,
        path=path,
        sha256=read.sha256,
        n_questions=len(choose(read.questions)),
        paper_style=read.prompt_style,
    )


def _chosen(questions: tuple[Question, ...], limit: int | None, seed: int | None) -> tuple[Question, ...]:
    """The questions that are asked, in the file's order."""
    if limit is None or limit >= len(questions):
        return questions
    if seed is None:
        return questions[:limit]
    places = random.Random(seed).sample(range(len(questions)), limit)
    return tuple(questions[place] for place in sorted(places))
