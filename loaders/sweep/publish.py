"""From shards to a result set: rates, answers and findings of everything a sweep has finished so far."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.catalogue.unlisted import behavior_for
from analysis.cells.answers import measured_cell
from analysis.errors import ScalewatchError
from analysis.records import CONTROL, first_three
from analysis.tables import RATES, model_columns
from loaders.evaluations.released import EvaluationFileError
from loaders.files.whole_folder import Contents
from loaders.models.registry import lineage_of
from loaders.store.manifest import NO_LICENCE
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store
from loaders.store.tables.questions import PARTS as QUESTION_PARTS
from loaders.store.tables.questions import questions_frame
from loaders.sweep.plan import Job
from loaders.sweep.shards import Shards
from loaders.sweep.sweep_file import Sweep

METRIC = "share of questions whose likeliest option matches"
_OTHER_WAYS = ("top_logprobs", "sampled")
"""Ways of a server that see less than all option log-probabilities: their rates never share a curve with others."""
MADE_UP = "Made-up numbers of the scripted backend: no model was asked."


class Publisher:
    """Writes one sweep's result set; every cell is computed once."""

    def __init__(self, sweep: Sweep, jobs: Sequence[Job], store: Store, shards: Shards) -> None:
        """Raises ScalewatchError where the set is there and comes from somewhere else."""
        self._sweep, self._jobs, self._store, self._shards = sweep, jobs, store, shards
        self._cells: dict[str, Measured] = {}
        """By the hash of their shard."""
        self._asked: dict[str, tuple[str, bytes]] = {}
        """Evaluation -> the part that holds its questions."""
        self._unread: dict[str, str] = {}
        """Evaluation whose questions could not be read any more -> why."""
        self._published: list[tuple[Job, Measured]] = []
        self._sheet = _sheet(sweep)
        self._files = {sweep.path.name: hashlib.sha256(sweep.path.read_bytes()).hexdigest()}
        self._check_owner()
        self.n_leaving, self.n_fewer = self._lost_rates()
        """Rates in the stored set that this sweep no longer asks for, and those it asks fewer questions for; 0 where
        the set is damaged and made anew."""

    def publish(self) -> bool:
        """Store the set from all finished shards; True where anything changed, False also where none is finished.

        Raises ScalewatchError, also where another writer has put something else under this name since; what is stored
        is then as it was.
        """
        finished = self._shards.finished()
        jobs = [job for job in self._jobs if job.key in finished]
        if not jobs:
            return False
        cells = [self._cell(job) for job in jobs]
        rates = [self._row(job, cell.rate) for job, cell in zip(jobs, cells, strict=True) if cell.rate is not None]
        self._published = list(zip(jobs, cells, strict=True))
        valid, answers = RATES.validate(pd.DataFrame(rates, columns=RATES.names)), self._answers(jobs)
        questions = self._questions(jobs)
        with self._store.writing():
            self._check_owner()
            return self._store.write_set(
                self._sweep.into, rates=valid, answers=answers, questions=questions, sheet=self._sheet,
                files=self._files,
            )  # fmt: skip

    def unanswered(self) -> list[tuple[Job, int, str]]:
        """Jobs of the last `publish` with questions that have no answer: how many, and why the first."""
        return [(job, cell.n_silent, cell.reason) for job, cell in self._published if cell.n_silent]

    def notes(self) -> list[str]:
        """What to beware of in the set as last published, a line each."""
        unread = [
            f"set '{self._sweep.into}': the questions of {name} are left out, its results are kept: {reason}"
            for name, reason in self._unread.items()
        ]
        return [*self._precisions(), *unread]

    def _precisions(self) -> list[str]:
        models: dict[str, set[str]] = {}
        for job, cell in self._published:
            for dtype in cell.dtypes:
                models.setdefault(dtype, set()).add(job.target.checkpoint.name)
        if len(models) < 2:
            return []
        seen = "; ".join(f"{dtype}: {first_three(sorted(names))}" for dtype, names in sorted(models.items()))
        return [
            f"set '{self._sweep.into}': scored in different precisions ({seen}), so that rounding can pass for a "
            "difference between models. Give one dtype in the sweep file and run it again"
        ]

    def _questions(self, jobs: Sequence[Job]) -> dict[str, bytes]:
        """What the finished jobs asked, a part per evaluation; each evaluation's file is read once.

        Of a file that was changed or has gone while the sweep ran there is none; `notes` says so.
        """
        wanted = {job.evaluation.name: job.evaluation for job in jobs}
        for name, evaluation in wanted.items():
            if name in self._asked:
                continue
            try:
                questions = self._sweep.questions(evaluation)
            except EvaluationFileError as error:
                self._unread[name] = str(error)
                continue
            self._unread.pop(name, None)  # it was put back
            frame = questions_frame(name, questions, licence=NO_LICENCE, may_leave_machine=False)
            self._asked[name] = QUESTION_PARTS.part_of(frame)
        return dict(self._asked[name] for name in wanted if name in self._asked)

    def _answers(self, jobs: Sequence[Job]) -> Contents:
        return dict(self._shards.part(job.key, _names(job)) for job in jobs)

    def _cell(self, job: Job) -> Measured:
        content = self._shards.content_hash(job.key)
        if content not in self._cells:
            self._cells[content] = Measured.of(self._shards.read(job.key, MEASURED_OF))
        return self._cells[content]

    def _row(self, job: Job, measured: Mapping[str, Any]) -> dict[str, Any]:
        checkpoint = job.target.checkpoint
        return RATES.row(
            result_set=self._sweep.into, origin=self._sheet.origin,
            **model_columns(checkpoint, lineage_of(checkpoint.family)),
            evaluation=job.evaluation.name, behavior=behavior_for(job.evaluation.name).slug,
            prompt_style=job.prompt_style, **measured, source=self._sheet.source, licence=NO_LICENCE,
        )  # fmt: skip

    def _check_owner(self) -> None:
        """Raises ScalewatchError where the set is there and comes from somewhere else."""
        name = self._sweep.into
        if not self._store.is_own(name):
            return
        info = self._store.info(name)
        if [*info.files] != [*self._files] or info.source != self._sheet.source:
            raise ScalewatchError(
                f"Set '{name}' is there already and is not from this sweep file (its source: {info.source}).",
                "Choose another `into`, or another folder with --results.",
            )

    def _lost_rates(self) -> tuple[int, int]:
        name = self._sweep.into
        if not self._store.is_own(name) or self._store.damage(name):
            return 0, 0
        asked = {
            (job.target.checkpoint.name, job.evaluation.name, job.prompt_style): job.evaluation.n_questions
            for job in self._jobs
        }
        stored = self._store.rates(name)[["checkpoint", "evaluation", "prompt_style", "n_questions"]]
        now = [(asked.get((*place,)), n) for *place, n in stored.itertuples(index=False, name=None)]
        return sum(n is None for n, _ in now), sum(n is not None and n < before for n, before in now)


_SCORING = ("scoring_way", "scoring_path", "scoring_dtype")
MEASURED_OF = ("answered_matching", "matching_probability", "matching_position", "missing_reason", *_SCORING)
"""Columns of ANSWERS that a job comes to; log-probabilities take most of the time of reading."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one job's answers come to."""

    rate: Mapping[str, Any] | None
    """The measured columns of a rate; None where no question was answered (pronouns have no matching answer)."""
    n_silent: int
    """Questions that could not be scored."""
    reason: str
    """Why the first of them could not."""
    dtypes: frozenset[str]
    """Precisions the model computed in, where the scoring method says."""

    @classmethod
    def of(cls, answers: pd.DataFrame) -> Measured:
        """From ANSWERS rows of one job."""
        silent = answers["missing_reason"].dropna()
        rate = None
        if answers["answered_matching"].notna().any():
            seen = set(answers["scoring_way"].dropna())
            metric = ", ".join([METRIC, *(way for way in _OTHER_WAYS if way in seen)])
            alike = {name: _shared(answers[name]) for name in _SCORING}
            rate = {**measured_cell(answers), **alike, "metric": metric}
        dtypes = frozenset(answers["scoring_dtype"].dropna())
        return cls(rate, len(silent), str(silent.iloc[0]) if len(silent) else "", dtypes)


def _shared(values: pd.Series) -> str | None:
    """What all answers that say it say; None where they differ or none does."""
    said = set(values.dropna())
    return said.pop() if len(said) == 1 else None


def _sheet(sweep: Sweep) -> SourceSheet:
    made_up = sweep.backend == "scripted"
    return SourceSheet(
        title=sweep.title,
        source=f"scored with {sweep.path.name}",
        origin=CONTROL if made_up else "measured",
        note=MADE_UP if made_up else "",
    )


def _names(job: Job) -> dict[str, str]:
    """What this sweep calls a job's answers: the same weights under two names share one shard."""
    return {
        "checkpoint": job.target.checkpoint.name,
        "evaluation": job.evaluation.name,
        "prompt_style": job.prompt_style,
    }
