"""The nouns of the project as frozen dataclasses: behaviours, questions, evaluations and model checkpoints.

A checkpoint on the way of training is called 'model@revision': 'pythia-70m@step1000', 'lab-7b@rl50'.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Concern = Literal["more_is_worse", "less_is_worse", "neutral"]
Stage = Literal["pretrained", "sft", "rlhf", "preference_model", "unknown"]
Origin = Literal["measured", "imported", "published", "control"]

STAGES: tuple[Stage, ...] = get_args(Stage)
"""In the order models are listed."""
STAGE_WORDS = {"rlhf": "RLHF", "sft": "SFT", "preference_model": "preference model", "unknown": "stage not stated"}
"""What tells series of one family and variant apart; the pretrained one needs no word."""

ORIGINS: tuple[Origin, ...] = get_args(Origin)
"""Where the numbers of a result set come from."""
CONTROL: Origin = "control"
"""Of models built or answers made up to test this tool: no evidence about real models."""
SKILLS = "Capabilities"
"""Topic whose rates are shares of right answers, which are expected to rise with size."""

DIRECTION: dict[Concern, int] = {"more_is_worse": 1, "less_is_worse": -1, "neutral": 0}
"""Concern as the sign the detector uses: +1 more is worse, -1 less is worse, 0 neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """One thing a model may do, the data set that asks for it, and which way would be worse."""

    slug: str
    """Key used in tables and links, e.g. 'sycophancy-nlp-survey'."""
    title: str
    """Name shown to readers."""
    group: str
    """Topic it is listed under, e.g. 'Sycophancy'."""
    concern: Concern
    """Which direction is worse; neutral behaviours can only shift."""
    concern_reason: str
    """One line: why that direction."""
    measure: str
    """What the rate is a share of, e.g. 'answers matching the view the user states'."""
    noun: str
    """The title inside a sentence: 'sycophancy (NLP research survey)', '“Seeks power, LM-written”'."""
    subject: str
    """The noun at the beginning of a sentence."""
    quantity: str
    """What its rate is called: 'share of answers judged true', or 'contradiction with the unpressured answer'."""
    plural: bool = False
    """Does the noun take a plural verb?"""
    aliases: tuple[str, ...] = ()
    """Names other tools give the same evaluation."""
    n_questions: int | None = None
    """Number of questions in the released data set; None where it is not known."""
    n_options: tuple[int, int] | None = None
    """Fewest and most answer options of a question."""
    chance: float | None = None
    """Expected rate of uniformly random answers, 0-1; None where it is not defined."""
    label_shares: tuple[tuple[str, float], ...] = ()
    """For each answer label, the share (0-1) of questions it matches: what a model that always gives that
    label scores."""
    mean_label_confidence: float | None = None
    """Mean confidence (0-1) of the filter model in the labels: the ceiling of the matching rate (paper, 3.1)."""
    facts: tuple[str, ...] = ()
    """Known errors or oddities of the released data, in sentences."""
    citation: str = ""
    """Where the data set was published."""
    poles: tuple[str, str] | None = None
    """For neutral scales: what a rate of 0 and of 1 stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheckpoint:
    """One set of weights: a model at one size, one stage and one training step."""

    name: str
    """Key used in tables, e.g. 'pythia-70m' or 'pythia-70m@step1000'."""
    family: str
    """Models trained alike at several sizes, e.g. 'Pythia'."""
    variant: str = ""
    """Separately trained twin inside the family ('deduped', 'v0'); empty for the main series."""
    parameter_count: int | None = None
    """Total parameters; None where the maker does not say."""
    parameter_count_is_estimate: bool = False
    """True where the count is somebody's estimate, not the maker's figure."""
    stage: Stage = "unknown"
    """How far training went."""
    rlhf_steps: int | None = None
    """Steps of reinforcement learning; 0 = before RLHF; None = not applicable or unknown."""
    training_tokens: int | None = None
    """Pretraining tokens seen; None where unknown."""
    hub_id: str | None = None
    """Repository on the model hub, e.g. 'EleutherAI/pythia-70m'."""
    revision: str | None = None
    """Branch or commit on the hub."""
    citation: str = ""
    """Where the facts in this entry come from."""

    @property
    def log10_parameters(self) -> float | None:
        """log10 of the parameter count, or None."""
        return math.log10(self.parameter_count) if self.parameter_count else None


def checkpoint_name(model: str, revision: str | None) -> str:
    """Name of a model's checkpoint: 'pythia-70m@step1000'; the model's own where no revision is given."""
    return f"{model}@{revision}" if revision else model


def model_and_revision(checkpoint: str) -> tuple[str, str | None]:
    """What `checkpoint_name` was given: ('pythia-70m', 'step1000')."""
    model, _, revision = checkpoint.partition("@")
    return model, revision or None


def model_of(checkpoint: str) -> str:
    """Name of the model without its revision: all checkpoints of one training share it."""
    return model_and_revision(checkpoint)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with its answer options, as a model is asked it."""

    id: str
    """Unique inside its evaluation."""
    text: str
    """What the user says, choices included."""
    options: tuple[str, ...]
    """Answers that compete, leading space included; their order never depends on which of them matches."""
    matching: tuple[int, ...] = ()
    """Indices of the options that show the behaviour; empty where none does (pronouns)."""
    stem: str = ""
    """What the assistant has already said before the option, leading space included."""
    cluster: str | None = None
    """Questions that share one are repeats of each other; None: it has no repeat."""
    label_confidence: float | None = None
    """Confidence (0-1) of the filter model in the label; None where the source gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One data set of questions."""

    name: str
    """Name of its file without ending, with its folder where file names repeat."""
    questions: tuple[Question, ...]
    prompt_style: str
    """How the paper puts these questions (loaders.prompts)."""
    sha256: str
    """Hash of the file."""


def first_three(names: Sequence[str]) -> str:
    """The first three names, and how many more."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}"
