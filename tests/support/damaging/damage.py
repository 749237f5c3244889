"""One way to damage a set, and what the ways share.

Every damage is told from the outside: NOTICED is said by whatever lists sets; ON_READING by what reads that file, since
size, time and hash are what the manifest says; HARMLESS is none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Said = Literal["noticed", "on reading", "harmless"]
Apply = Callable[[Path], None]
PART = "answers/evaluation=sycophancy_on_nlp_survey"
TRAINING = "training.csv"
HUGE = "1" + "0" * 400
NESTED = 100_000


@dataclass(frozen=True, slots=True)
class Damage:
    """One way to damage a set."""

    name: str
    apply: Apply
    """What is done to the set's folder."""
    said: Said = "noticed"
    word: str = ""
    """Something that its reason must hold."""


def forge(folder: Path, file: str, content: bytes) -> None:
    """Put other bytes in a file's place, and what they are in the manifest."""
    (folder / file).write_bytes(content)
    said, facts = json.loads((folder / "manifest.json").read_text()), (folder / file).stat()
    said["hashes"][file] = hashlib.sha256(content).hexdigest()
    said["facts"][file] = {"size": facts.st_size, "time": facts.st_mtime_ns}
    if file == "rates.csv":
        said["data_hash"] = said["hashes"][file][:6]
    (folder / "manifest.json").write_text(json.dumps(said))


def part_of(folder: Path) -> str:
    """The one part of answers, by the set's name for it."""
    (part,) = (folder / PART).glob("*.parquet")
    return part.relative_to(folder).as_posix()


def one_replaced(file: str, old: bytes, new: bytes) -> Apply:
    """A file with some of its bytes replaced once, and its hash with them."""

    def damage(folder: Path) -> None:
        content = (folder / file).read_bytes()
        assert old in content, "else nothing is damaged"
        forge(folder, file, content.replace(old, new, 1))

    return damage


def replaced_whole(file: str, content: bytes) -> Apply:
    """A file with other content, and its hash with it."""
    return lambda folder: forge(folder, file, content)
