"""Is a file of a set what it was when it was written?

Size and time are looked at each time, the bytes where these differ or where somebody asks for it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from loaders.files.bounded import FileRefused, checked
from loaders.files.whole_file import sha256_of_file
from loaders.store.manifest import FileFacts, SetInfo


def facts_of(path: Path) -> FileFacts:
    """Size and time of a file. Raises OSError."""
    facts = path.stat()
    return FileFacts(facts.st_size, facts.st_mtime_ns)


def fault(path: Path, file: str, info: SetInfo, root: Path, *, thorough: bool = False) -> str:
    """Why a file of the set cannot be trusted; empty where it can. `thorough`: its bytes are read in any case."""
    expected = info.hashes.get(file)
    if expected is None:
        return "is not in the manifest"
    try:
        seen = checked(path, root)
        said = info.facts.get(file)
        if said is not None and seen.st_size != said.size:
            return f"was changed after it was stored: it has {seen.st_size:,} bytes, had {said.size:,}"
        if not thorough and said is not None and seen.st_mtime_ns == said.time:
            return ""
        state = str(path), seen.st_size, seen.st_mtime_ns, seen.st_ino
        digest = sha256_of_file(path) if thorough else _remembered(*state)
    except FileNotFoundError:
        return "is missing"
    except FileRefused as error:
        return str(error)
    except OSError as error:
        return f"cannot be read ({error})"
    return "" if digest == expected else "was changed after it was stored (its hash is not the manifest's)"


@lru_cache(maxsize=65_536)
def _remembered(path: str, size: int, time: int, inode: int) -> str:
    """SHA-256 of a file that has not changed since it was last hashed."""
    return sha256_of_file(Path(path))
