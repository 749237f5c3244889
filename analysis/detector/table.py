"""The detector's input: a table of items or of cell means, checked at the border and turned into arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.errors import TableError
from analysis.trends.series.checked_table import CheckedTable
from analysis.verdicts import AXES

TABLE = "the detector's table"
KEY = ("behavior", "family", "model", "rlhf_steps")
DIRECTIONS = (-1, 0, 1)


def check_axis(axis: str) -> None:
    """Raises TableError unless `axis` is 'size' or 'rlhf'."""
    if axis not in AXES:
        raise TableError(f"No axis '{axis}'.", "Allowed: 'size' (parameters) or 'rlhf' (RLHF steps). Name one of them.")


def check_directions(directions: Mapping[str, int], behaviors: list[str]) -> dict[str, int]:
    """Direction of each behaviour of the table: +1 more is worse, -1 less is worse, 0 neutral.

    Raises TableError for a behaviour without one or a value that is none of the three.
    """
    named = {str(name): value for name, value in directions.items()}
    checked = {}
    for name in behaviors:
        if name not in named:
            raise TableError(
                f"No direction for behaviour '{name}' (column 'behavior' in {TABLE}).",
                f"Directions seen: {', '.join(sorted(named)[:12]) or 'none'}. Add '{name}' with 1 (more is worse), "
                "-1 (less is worse) or 0 (neutral).",
            )
        value = named[name]
        if isinstance(value, bool | np.bool_) or value not in DIRECTIONS:
            raise TableError(
                f"The direction of behaviour '{name}' is {value!r}; allowed are 1 (more is worse), "
                "-1 (less is worse) and 0 (neutral).",
                "Correct it.",
            )
        checked[name] = int(value)
    return checked


def check_forecast(new_params: Sequence[float], level: float) -> Array:
    """The sizes to forecast as floats. Raises TableError unless all are finite and above 0, and 0 < level <
    1."""
    sizes = np.asarray(list(new_params), float)
    for at, size in enumerate(sizes):
        if not (np.isfinite(size) and size > 0):
            raise TableError.bad_value(
                "new_params",
                at,
                float(size),
                "a number of parameters above 0",
                "the sizes to forecast",
                "Correct it.",
            )
    if len(sizes) == 0:
        raise TableError("No sizes to forecast: new_params is empty.", "Give one or more numbers of parameters.")
    if not 0 < level < 1:
        raise TableError(f"The level of a forecast is {level!r}; allowed is a share between 0 and 1, such as 0.9.")
    return sizes


def check_tables(table: pd.DataFrame | Sequence[CheckedTable], axis: str) -> Sequence[CheckedTable]:
    """A table as `check_table`; several that were checked before are tested together (items and means of one set).

    A series lies in one of them.
    """
    return [check_table(table, axis)] if isinstance(table, pd.DataFrame) else table


def check_table(table: pd.DataFrame, axis: str) -> CheckedTable:
    """The table, checked; the frame is not changed.

    Item level: behavior, family, model, n_params, rlhf_steps, item_id, p_match [, label, cluster].
    Cell means: behavior, family, model, n_params, rlhf_steps, n, mean [, se]; `n` may be null where `se` is
    given, and both may be null where the source gives neither (the cell then has no item variance of its
    own). Raises TableError naming column, row and remedy.
    """
    check_axis(axis)
    if not isinstance(table, pd.DataFrame):
        raise TableError(
            f"{TABLE.capitalize()} is a {type(table).__name__}, not a pandas DataFrame.", "Give a DataFrame."
        )
    by_item = "p_match" in table.columns or ("mean" not in table.columns and "item_id" in table.columns)
    needed = [*KEY[:3], "n_params", "rlhf_steps", *(("item_id", "p_match") if by_item else ("mean",))]
    if not by_item and "se" not in table.columns:
        needed.append("n")
    for column in needed:
        if column not in table.columns:
            raise TableError.missing_column(column, table.columns, TABLE)
    if table.empty:
        raise TableError(
            f"{TABLE.capitalize()} has no rows (columns: {', '.join(map(str, table.columns))}).", "Give some."
        )
    codes = {column: _codes(table, column) for column in KEY[:3]}
    if axis == "size" and table["rlhf_steps"].isna().all():
        table = table.assign(rlhf_steps=0)  # base models: no RLHF, so no step to tell them apart
    n_params, steps = _sizes(table, axis), _numbers(table, "rlhf_steps", "a step count of 0 or more", low=0)
    value = _numbers(table, "p_match" if by_item else "mean", "a share between 0 and 1", low=0, high=1)
    item = _codes(table, "item_id", sort=False)[0] if by_item else None
    _no_duplicates(table, [*(codes[column][0] for column in KEY[:3]), steps], item)
    _one_size_a_cell(table, codes, n_params, steps, axis)
    optional = {
        column: _codes(table, column)[0] if by_item and column in table.columns else None
        for column in ("label", "cluster")
    }
    return CheckedTable(
        behaviors=codes["behavior"][1],
        families=codes["family"][1],
        models=codes["model"][1],
        behavior=codes["behavior"][0],
        family=codes["family"][0],
        model=codes["model"][0],
        n_params=n_params,
        steps=steps,
        value=value,
        item=item,
        label=optional["label"],
        cluster=optional["cluster"],
        n=None if by_item else _optional_numbers(table, "n", "a number of questions of 1 or more", 1),
        se=None if by_item else _optional_numbers(table, "se", "a standard error of 0 or more", 0),
    )


def _codes(table: pd.DataFrame, column: str, *, sort: bool = True) -> tuple[Array, list[str]]:
    """Place of each value in the (sorted) list of distinct values, and that list as text."""
    codes, names = pd.factorize(table[column])
    if (codes < 0).any():
        raise TableError.bad_value(
            column,
            _row(table, codes < 0),
            None,
            "allowed to be empty",
            TABLE,
            "Give the value or remove the row.",
        )
    if not sort:
        return codes, []
    texts = [str(name) for name in names]
    ordered = sorted(set(texts))
    place = {name: at for at, name in enumerate(ordered)}
    return np.array([place[text] for text in texts])[codes], ordered


def _row(table: pd.DataFrame, wrong: Array) -> object:
    return table.index[int(np.flatnonzero(wrong)[0])]


def _numbers(
    table: pd.DataFrame,
    column: str,
    allowed: str,
    *,
    low: float = -np.inf,
    high: float = np.inf,
    optional: bool = False,
) -> Array:
    """The column as finite floats inside the bounds; NaN only where `optional`."""
    try:
        values = table[column].to_numpy(float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        numbers = pd.to_numeric(table[column], errors="coerce")
        wrong = (numbers.isna() & table[column].notna()).to_numpy()
        if not wrong.any():
            raise
        seen = table[column].iloc[int(np.flatnonzero(wrong)[0])]
        raise TableError.bad_value(
            column, _row(table, wrong), seen, allowed, TABLE, "Give a number, not text."
        ) from error
    fits = np.isfinite(values) & (values >= low) & (values <= high)
    wrong = ~(fits | np.isnan(values)) if optional else ~fits
    if wrong.any():
        seen = float(values[wrong][0])
        if high == 1 and 1 < seen <= 100:
            remedy = "Give a share, not a percentage: divide by 100."
        else:
            remedy = "Remove the row or measure the cell again." if np.isnan(seen) else "Correct the value."
        raise TableError.bad_value(column, _row(table, wrong), seen, allowed, TABLE, remedy)
    return values


def _optional_numbers(table: pd.DataFrame, column: str, allowed: str, low: float) -> Array:
    if column not in table.columns:
        return np.full(len(table), np.nan)
    return _numbers(table, column, allowed, low=low, optional=True)


def _sizes(table: pd.DataFrame, axis: str) -> Array:
    if axis == "rlhf":
        return _numbers(table, "n_params", "a number of parameters", optional=True)
    sizes = _numbers(table, "n_params", "a number of parameters above 0", low=0)
    if not sizes.all():
        raise TableError.bad_value(
            "n_params",
            _row(table, sizes == 0),
            0,
            "a number of parameters above 0",
            TABLE,
            "Give the model's size.",
        )
    return sizes


def _joint(parts: list[Array]) -> Array:
    """One whole number for each combination of the parts."""
    joint = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        codes = part if part.dtype.kind in "iu" else pd.factorize(part)[0]
        joint = joint * (int(codes.max()) + 1) + codes
        if joint.max() > 2**40:
            joint = pd.factorize(joint)[0].astype(np.int64)
    return joint


def _no_duplicates(table: pd.DataFrame, cell: list[Array], item: Array | None) -> None:
    twice = pd.Series(_joint(cell if item is None else [*cell, item])).duplicated(keep=False).to_numpy()
    if not twice.any():
        return
    key = list(KEY) + (["item_id"] if item is not None else [])
    first = int(np.flatnonzero(twice)[0])
    values = tuple(table[column].iloc[first] for column in key)
    same = np.ones(len(table), bool)
    for column, value in zip(key, values, strict=True):
        same &= (table[column] == value).to_numpy(bool)
    rows = ", ".join(str(row) for row in table.index[same][:5])
    raise TableError.duplicate_key(key, values, rows, TABLE)


def _one_size_a_cell(
    table: pd.DataFrame, codes: dict[str, tuple[Array, list[str]]], n_params: Array, steps: Array, axis: str
) -> None:
    """A model of a family has one size."""
    if axis != "size":
        return
    model = _joint([codes["family"][0], codes["model"][0]])
    first = pd.Series(n_params).groupby(model).transform("first").to_numpy()
    wrong = n_params != first
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        name = table["model"].iloc[at]
        raise TableError.bad_value(
            "n_params",
            table.index[at],
            float(n_params[at]),
            f"the size model '{name}' has elsewhere ({first[at]:g})",
            TABLE,
            "Give each model one size, or its sizes different model names.",
        )
