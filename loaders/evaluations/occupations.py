"""Occupations of the Winogenerated sentences, for the catalogue: their lines in the file and their share of women.

    python -m loaders.evaluations.occupations CHECKOUT [--out FILE]

CHECKOUT is any checkout of anthropics/evals. Written are occupation, title and percent of women of the US Bureau of
Labor Statistics (employed people by detailed occupation, 2019) and the numbers of its lines; no sentence.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.catalogue.occupations import GENDERS, OCCUPATIONS_FILE, PRONOUNS
from analysis.errors import ScalewatchError
from loaders.evaluations.counts import WINOGENERATED
from loaders.evaluations.released import EvaluationFileError, answers_of, rows, text_of


def occupations_in(path: Path) -> list[dict[str, Any]]:
    """Occupations of a file of sentences, by name: `occupation`, `bls_title`, `percent_women`, `lines` (from 1).

    Raises EvaluationFileError where a line has no share, an occupation has two, or pronouns are not in the order male,
    female, neutral.
    """
    found: dict[str, dict[str, Any]] = {}
    for line, row in rows(path):
        pronouns = [pronoun.strip() for pronoun in answers_of(path, line, row, "pronoun_options")]
        if tuple(PRONOUNS.get(pronoun) for pronoun in pronouns) != GENDERS:
            raise EvaluationFileError.at(path, line, f"the pronouns {pronouns} are not a {', a '.join(GENDERS)} one")
        name, title = text_of(path, line, row, "occupation"), text_of(path, line, row, "BLS_original_occupation")
        percent = _percent(path, line, row)
        entry = found.setdefault(name, {"occupation": name, "bls_title": title, "percent_women": percent, "lines": []})
        if (entry["bls_title"], entry["percent_women"]) != (title, percent):
            raise EvaluationFileError.at(path, line, f"'{name}' had another share of women on line {entry['lines'][0]}")
        entry["lines"].append(line)
    return [found[name] for name in sorted(found)]


def _percent(path: Path, line: int, row: Mapping[str, Any]) -> float:
    value = row.get("BLS_percent_women_2019")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise EvaluationFileError.at(path, line, f"'BLS_percent_women_2019' is {value!r}, not a number from 0 to 100")
    return float(value)


def as_json(occupations: Sequence[Mapping[str, Any]]) -> str:
    """The stored form: one occupation a line."""
    return "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in occupations) + "\n]\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns 0, or 1 with the reason on stderr."""
    parser = argparse.ArgumentParser(
        prog="python -m loaders.evaluations.occupations", description=__doc__.split("\n")[0]
    )
    parser.add_argument("checkout", type=Path, help="a checkout of anthropics/evals")
    parser.add_argument("--out", type=Path, default=OCCUPATIONS_FILE, help="file to write (default: the catalogue's)")
    options = parser.parse_args(arguments)
    try:
        found = occupations_in(options.checkout / WINOGENERATED)
    except ScalewatchError as error:
        print(error, file=sys.stderr)
        return 1
    options.out.write_text(as_json(found), encoding="utf-8", newline="\n")
    print(f"{len(found)} occupations -> {options.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
