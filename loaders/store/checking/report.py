"""What `scalewatch check` finds, of the user's own folder and the shipped sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis.findings.checks.data_health import HealthNote, health_of
from loaders.store.checking.anew import recomputed
from loaders.store.checking.integrity import damage_of
from loaders.store.checking.surroundings import Notice, notices
from loaders.store.errors import Damage, StoreError, shown
from loaders.store.results_folder import state_dir
from loaders.store.set_folder import SetFolder
from loaders.store.states import misnamed
from loaders.store.store import Store

Progress = Callable[[Sequence[str]], Iterable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One set."""

    set: str
    own: bool
    """In the user's own folder; else it comes with scalewatch."""
    folder: str
    n_rates: int | None
    """None where the manifest cannot be read."""
    n_answers: int | None
    n_files: int
    n_bytes: int
    damage: tuple[Damage, ...]
    health: tuple[HealthNote, ...]
    recomputed: bool
    """Were its findings computed anew and compared?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """All that was looked at."""

    results: Path
    shipped: Path | None
    state: Path
    """Where pins, notes and remembered answers lie."""
    sets: tuple[Checked, ...]
    notices: tuple[Notice, ...]

    @property
    def damage(self) -> list[Damage]:
        """What is damaged, of all sets."""
        return [each for checked in self.sets for each in checked.damage]

    @property
    def health(self) -> list[HealthNote]:
        """What to beware of, of all sets."""
        return [each for checked in self.sets for each in checked.health]

    def as_json(self) -> dict[str, Any]:
        """The report as one JSON object (docs/results-folder.md)."""
        counted = ("damage", "health")
        return {
            "results": str(self.results), "shipped": None if self.shipped is None else str(self.shipped),
            "state": str(self.state), "damaged": bool(self.damage),
            "sets": [
                {key: value for key, value in asdict(each).items() if key not in counted}
                | {f"n_{key}": len(getattr(each, key)) for key in counted}
                for each in self.sets
            ],
            "damage": [asdict(each) for each in self.damage], "health": [asdict(each) for each in self.health],
            "notices": [asdict(each) for each in self.notices],
        }  # fmt: skip


def check(
    store: Store, *, only: str | None = None, anew: bool = False, progress: Progress = lambda names: names
) -> CheckReport:
    """Every byte of every set is read; nothing is written. `anew`: findings are computed anew and compared.

    With `only` one set. Raises UnknownNameError.
    """
    names = store.sets() if only is None else [store.set_folder(only).name]
    return CheckReport(
        results=store.folder, shipped=store.shipped, state=state_dir(store.folder),
        sets=tuple(_checked(store, name, anew) for name in progress(names)), notices=tuple(notices(store)),
    )  # fmt: skip


def _checked(store: Store, name: str, anew: bool) -> Checked:
    stored = store.set_folder(name)
    damage = damage_of(stored) if name.isprintable() else [misnamed(name)]
    compared = anew and not damage and not stored.is_stale()
    if compared:
        damage = recomputed(stored)
    try:
        info = stored.manifest()
    except StoreError:
        info = None
    sizes = [] if info is None else [_size(stored.path / file) for file in info.hashes]
    return Checked(
        set=shown(name), own=store.is_own(name), folder=shown(str(stored.path)),
        n_rates=None if info is None else info.n_rates, n_answers=None if info is None else info.n_answers,
        n_files=len(sizes), n_bytes=sum(sizes),
        damage=tuple(damage), health=tuple([] if damage else _health(stored)), recomputed=compared,
    )  # fmt: skip


def _health(stored: SetFolder) -> list[HealthNote]:
    """Of stale findings no notes on points: what they say is not shown anywhere."""
    findings = [] if stored.is_stale() else stored.findings()
    return health_of(stored.name, findings, stored.rates())


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
