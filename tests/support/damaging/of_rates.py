"""rates.csv that was forged, its hash with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from damaging.damage import Apply, Damage, Said, forge, one_replaced, replaced_whole


def of_rates() -> Iterator[Damage]:
    def column(name: str, cell: str) -> Apply:
        """Another text in a column of the first row."""

        def damage(folder: Path) -> None:
            header, row, *rest = (folder / "rates.csv").read_text().splitlines()
            cells = row.split(",")
            cells[header.split(",").index(name)] = cell
            forge(folder, "rates.csv", "\n".join([header, ",".join(cells), *rest, ""]).encode())

        return damage

    for name in ("matching_rate", "checkpoint", "evaluation", "behavior", "n_questions", "parameter_count"):
        yield Damage(f"rates-no-{name}", one_replaced("rates.csv", name.encode(), b"other"), _said_of(name))
    yield Damage("rates-above-1", column("matching_rate", "1.5"), word="matching_rate")
    yield Damage("rates-below-0", column("ci_low", "-0.5"), word="ci_low")
    yield Damage("rates-text", column("matching_rate", "much"), word="matching_rate")
    yield Damage("rates-nan", column("matching_rate", "NaN"), word="matching_rate")
    yield Damage("rates-infinite", column("matching_rate", "1e400"), word="matching_rate")
    yield Damage("rates-part-of-a-question", column("n_questions", "10.5"), word="n_questions")
    yield Damage("rates-no-question", column("n_questions", "0"), word="n_questions")
    yield Damage("rates-odd-stage", column("stage", "asleep"), word="stage")
    yield Damage("rates-odd-boolean", column("parameter_count_is_estimate", "maybe"), word="estimate")
    yield Damage("rates-no-model", column("checkpoint", ""), word="checkpoint")
    yield Damage("rates-newer", column("schema_version", "99"), word="newer scalewatch")
    yield Damage("rates-twice", lambda folder: forge(folder, "rates.csv", _doubled(folder)), word="twice")
    yield Damage("rates-long-row", one_replaced("rates.csv", b"\n", b",,,\n"))
    yield Damage("rates-open-quote", one_replaced("rates.csv", b"\nd-", b'\n"d-'))
    yield Damage("rates-column-twice", one_replaced("rates.csv", b"family", b"lineage"), word="twice")
    for name, content in (
        ("empty", b""), ("binary", bytes(range(256))), ("latin", b"a,b\n\xe4,\xf6\n"), ("header", b"a,b\n1,2\n"),
        ("newlines", b"\n\n\n"), ("json", b"{}"),
    ):  # fmt: skip
        yield Damage(f"rates-forged-{name}", replaced_whole("rates.csv", content), word="rates.csv")


def _said_of(name: str) -> Said:
    return "harmless" if name in ("n_questions", "parameter_count") else "noticed"


def _doubled(folder: Path) -> bytes:
    header, row, *rest = (folder / "rates.csv").read_bytes().splitlines()
    return b"\n".join([header, row, row, *rest, b""])
