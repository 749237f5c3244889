"""The design of a control build as truth.toml states it, and the cells it consists of."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from analysis.errors import ScalewatchError
from analysis.planted import Plant

TRUTH_FILE = Path(__file__).with_name("truth.toml")
"""What was planted, and the design of the full build; frozen before that build."""

Family = Literal["positive", "negative"]
FAMILIES: tuple[Family, ...] = ("positive", "negative")
ARMS: dict[Family, tuple[str, ...]] = {"positive": ("biased", "fair", "views"), "negative": ("fickle",)}
"""Ways of RLHF in each family."""
VARIANTS = {
    "": "",
    "biased": "biased raters",
    "fair": "fair raters",
    "views": "raters who reward the user's view",
    "fickle": "fickle raters",
}
"""Arm -> variant of its rows, as series are named on screen."""


class DesignError(ScalewatchError):
    """A design that cannot be built; the text says what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Models of one width."""

    width: int
    rate: float
    """Peak learning rate of pretraining."""
    seeds: int
    """Models of the positive family."""
    negative_seeds: int
    """Models of the negative family."""
    rlhf_seeds: int
    """Models of each family that go through each arm of RLHF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Everything that decides what is trained."""

    world_seed: int
    questions: int
    """Questions of each evaluation, even."""
    pretraining_steps: int
    negative_steps: int
    """Pretraining steps in the negative family."""
    comparisons: int
    """Comparisons a preference model is trained on."""
    panel_comparisons: int
    """The same for each panel of the fickle arm."""
    view_comparisons: int
    """The same for the arm that rewards the user's view, which is harder to see than a word."""
    passes: int
    preference_rate: float
    """Learning rate of preference models at width 24; it falls with the root of the width."""
    bias: float
    """Log-odds with which a biased rater prefers the rewarded side."""
    whim: float
    """The same, of either sign, for a fickle rater."""
    rlhf_steps: tuple[int, ...]
    """Step counts at which checkpoints are kept, without 0."""
    prompts: int
    """Prompts of a step of RLHF."""
    beta: float
    """Weight of the KL divergence (nats) from the start model."""
    policy_rate: float
    """First learning rate of a policy at width 24; it falls with the fourth root of the width."""
    halving: float
    """Steps of RLHF after which the rate has halved; it falls as 1/(1 + step/halving)."""
    fickle_beta: float
    """`beta` of the fickle arm: so high that what one panel did is gone when the next has judged."""
    fickle_rate: float
    """`policy_rate` of the fickle arm, where it stays, so that each panel has its way."""
    arms: tuple[str, ...]
    sizes: tuple[Size, ...]

    def size(self, width: int) -> Size:
        """The entry of a width that is in the design."""
        return next(size for size in self.sizes if size.width == width)

    def steps(self, family: Family) -> int:
        """Pretraining steps of a family."""
        return self.pretraining_steps if family == "positive" else self.negative_steps

    def for_larger_sizes(self, widths: list[int]) -> Design:
        """The design with further widths, one model each, at the rate of the largest times sqrt(width ratio).

        Raises DesignError for a width that is there already or cannot be divided into heads.
        """
        last = self.sizes[-1]
        wrong = [width for width in widths if width <= last.width or width % 32]
        if wrong:
            raise DesignError(
                f"Width {wrong[0]} cannot be added: further widths are multiples of 32 above {last.width}.",
                "Choose others, e.g. --larger 256 384.",
            )
        more = [replace(last, width=w, rate=last.rate * (last.width / w) ** 0.5, seeds=1) for w in sorted(widths)]
        return replace(self, sizes=(*self.sizes, *more))

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the folder's record."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlCell:
    """One piece of work that is done or not: pretraining of a model, or one arm of its RLHF."""

    family: Family
    width: int
    seed: int
    arm: str = ""
    """Empty: pretraining."""

    @property
    def model(self) -> str:
        """Name of the pretrained model, 'control-positive-w024-s0'."""
        return f"control-{self.family}-w{self.width:03d}-s{self.seed}"

    @property
    def name(self) -> str:
        """Name of the folder, and of the model after RLHF without its step."""
        return f"{self.model}-{self.arm}" if self.arm else self.model

    @property
    def needs(self) -> str:
        """Name of the cell that must be done first; empty for none."""
        return self.model if self.arm else ""

    def seconds(self, design: Design) -> float:
        """Rough time on one core, for the order of work and the time left."""
        if self.arm:
            judging = {"fickle": 2.0, "views": 1.3}.get(self.arm, 1.0)
            return judging * (18 + 0.009 * self.width**2) * design.rlhf_steps[-1] / 1000
        return (28 + 0.013 * self.width**2) * design.steps(self.family) / 2000


def read_design(path: Path = TRUTH_FILE, *, quick: bool = False) -> Design:
    """The full design of a truth file, or its quick one. Raises DesignError where the file does not hold one."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        table: dict[str, Any] = dict(said["design"]) | (said["quick"] if quick else {})
        sizes = tuple(Size(**size) for size in table.pop("sizes"))
        for key in ("rlhf_steps", "arms"):
            table[key] = tuple(table[key])
        return Design(**table, sizes=sizes)
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise DesignError(f"{path}: holds no design ({error}).", "Restore the file.") from error


def cells_of(design: Design) -> Iterator[ControlCell]:
    """All cells, those that others wait for and long ones first."""
    found = [
        ControlCell(family=family, width=size.width, seed=seed, arm=arm)
        for family in FAMILIES
        for size in design.sizes
        for arm in ("", *(arm for arm in ARMS[family] if arm in design.arms))
        for seed in range(_seeds(size, family, arm))
    ]
    yield from sorted(found, key=lambda cell: (cell.arm != "", -cell.seconds(design), cell.name))


def _seeds(size: Size, family: Family, arm: str) -> int:
    models = size.seeds if family == "positive" else size.negative_seeds
    return min(models, size.rlhf_seeds) if arm else models


def read_truth(path: Path = TRUTH_FILE) -> tuple[Plant, ...]:
    """The [[planted]] tables of a truth file. Raises DesignError where one is not as it should be."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))["planted"]
        return tuple(Plant(**entry | {"behaviors": tuple(entry["behaviors"])}) for entry in said)
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise DesignError(f"{path}: holds no planted truth ({error}).", "Restore the file.") from error
