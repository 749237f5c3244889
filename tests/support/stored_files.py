"""Files of a stored set, by what they hold."""

from __future__ import annotations

from pathlib import Path


def answer_parts(folder: Path) -> list[Path]:
    """Files of a set's single answers."""
    return sorted(folder.glob("answers/*/*.parquet"))


def contents(folder: Path) -> dict[str, bytes]:
    """What a set says: its files but those that tell when it was written and what it said before."""
    others = ("manifest.json", "findings_before.json")
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name not in others]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}
