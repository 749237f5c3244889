"""What the commands on a bare table share: reading the table and the directions, writing the result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import ScalewatchError, TableError
from loaders.importing.formula_cells import csv_text, unmarked_cell

if TYPE_CHECKING:
    import pandas as pd

_DIRECTIONS = 'Give {"behaviour": 1} with 1, -1 or 0 each.'


def read_table(path: Path) -> pd.DataFrame:
    """A CSV or Parquet table. Raises TableError where it cannot be read."""
    import pandas as pd

    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        frame = pd.read_csv(path)
        texts = frame.select_dtypes(exclude=["number", "bool"]).columns
        return frame.assign(**{name: frame[name].map(unmarked_cell) for name in texts})
    except FileNotFoundError as error:
        raise TableError(f"{path}: no such file.", "Check the path.") from error
    except (OSError, ValueError) as error:
        raise TableError(
            f"{path}: cannot be read as {path.suffix or 'CSV'} ({error}).", "Give CSV or Parquet."
        ) from error


def read_directions(path: Path) -> dict[str, int]:
    """Behaviour -> +1 more is worse, -1 less is worse, 0 neutral. Raises ScalewatchError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScalewatchError(f"{path}: cannot be read as JSON ({error}).", _DIRECTIONS) from error
    if not isinstance(content, dict):
        raise ScalewatchError(f"{path}: not a JSON object.", _DIRECTIONS)
    return content


def write_result(frame: pd.DataFrame, path: Path) -> None:
    """CSV, or Parquet where the name says so. Raises ScalewatchError where it cannot be written."""
    try:
        if path.suffix == ".parquet":
            frame.to_parquet(path, index=False)
        else:
            path.write_text(csv_text(frame), encoding="utf-8", newline="")
    except OSError as error:
        raise ScalewatchError(f"{path}: cannot be written ({error}).", "Choose another file for --out.") from error
