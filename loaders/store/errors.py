"""What can be wrong with a results folder."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.errors import ScalewatchError
from analysis.tables import SCHEMA_VERSION

_LONGEST = 300
RESTORE = "Restore the file, or remove the set (scalewatch set remove) and import it again."


class StoreError(ScalewatchError):
    """A results folder or set that cannot be read or written; the text names the file and the remedy."""


class NewerVersionError(StoreError):
    """Something that a newer scalewatch stored, which this one neither reads nor overwrites."""

    @classmethod
    def of(cls, what: object, version: object) -> NewerVersionError:
        """`what` was found, in this version of the schema."""
        return cls(
            f"{what}: written by a newer scalewatch (schema {version}, this one knows {SCHEMA_VERSION}).",
            "Update scalewatch: pip install --upgrade scalewatch",
        )


@dataclass(frozen=True, slots=True)
class Damage:
    """Something stored that is not as it was written."""

    set: str
    file: str
    reason: str
    remedy: str = RESTORE

    def __str__(self) -> str:
        where = f"{self.set}/{self.file}" if self.file else self.set
        return f"{shown(where)}: {self.reason}. {self.remedy}"


def shown(name: str) -> str:
    """A name from outside on one line: what is no printable text is written as Python does, a long one cut."""
    text = name if name.isprintable() else ascii(name)[1:-1]
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
