"""Reading files that anybody may have put there: of which kind, how large, and where they lie is checked first.

Reading a results folder never hangs (a pipe, a device), never fills the memory (a sparse file of a terabyte), and never
follows a link out of the folder.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import orjson

MIB = 1 << 20
LARGEST_MANIFEST = 64 * MIB
LARGEST_FILE = 4096 * MIB
"""Of a file whose size no manifest says."""
_HOLES_FROM = 64 * MIB
_LEAST_FILLED = 0.01
"""A file of that size that fills less than this share of its length on the disk is nearly all holes."""


class FileRefused(ValueError):  # noqa: N818  (a refusal, with its reason as text; callers say which set it concerns)
    """A file that is not read; the text says why."""


def checked(path: Path, root: Path, largest: int = LARGEST_FILE) -> os.stat_result:
    """Facts of a file that may be read: a regular file inside `root`, of at most `largest` bytes.

    Raises FileRefused, or OSError where it is not there.
    """
    real, inside = os.path.realpath(path), os.path.realpath(root)
    if real != inside and not real.startswith(os.path.join(inside, "")):
        raise FileRefused("is a link out of the results folder")
    facts = os.stat(real)
    if not stat.S_ISREG(facts.st_mode):
        raise FileRefused("is no regular file")
    if facts.st_size > largest:
        raise FileRefused(f"has {facts.st_size:,} bytes, more than the {largest:,} it may have")
    blocks = getattr(facts, "st_blocks", None)  # Windows does not say
    if facts.st_size > _HOLES_FROM and blocks is not None and blocks * 512 < _LEAST_FILLED * facts.st_size:
        raise FileRefused(f"has {facts.st_size:,} bytes, nearly all of them holes")
    return facts


def read_bounded(path: Path, root: Path, largest: int = LARGEST_FILE) -> bytes:
    """Content of a file that `checked` lets pass. Raises FileRefused or OSError."""
    size = checked(path, root, largest).st_size
    with path.open("rb") as handle:
        content = handle.read(size + 1)
    if len(content) > size:
        raise FileRefused("grew while it was read")
    return content


def json_object(content: bytes) -> dict[str, Any]:
    """A JSON object; nesting is bounded and NaN is no number. Raises FileRefused."""
    try:
        parsed = orjson.loads(content)
    except ValueError as error:
        raise FileRefused(f"is no JSON ({error})") from error
    if not isinstance(parsed, dict):
        raise FileRefused(f"is a {type(parsed).__name__}, not a JSON object")
    return parsed
