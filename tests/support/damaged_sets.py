"""A stored set, and the ways in which somebody can have damaged it.

Every damage is told from the outside: NOTICED is said by whatever lists sets; ON_READING by what reads that file, since
size, time and hash are what the manifest says; HARMLESS is none.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from answer_builders import answers, store_answers_set

from analysis.findings.finding import Finding, Point
from analysis.findings.findings_json import findings_to_json
from analysis.trends.result import SeriesResult
from loaders.store.manifest import SetInfo
from loaders.store.store import Store

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


def write_whole_set(root: Path, name: str = "whole") -> Path:
    """A set with findings, rates, answers and training.csv, not damaged; its folder."""
    store_answers_set(root, name)
    store = Store(root)
    stored = store.read_set(name)
    training = b"checkpoint,family,arm,seed,step,parameters,kl,reward,preference,allowed_share\n"
    store.write_set(
        name, rates=stored.rates, answers=stored.answers, sheet=stored.info.sheet(), files={},
        extra={TRAINING: training},
    )  # fmt: skip
    return root / name


def damaged(whole: Path, root: Path, damage: Damage) -> Path:
    """A damaged copy of a set in a results folder, with data of its own; its folder as it was asked for."""
    folder = root / f"d-{damage.name}"
    shutil.copytree(whole, folder)
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"name": "whole"', f'"name": "{folder.name}"'))
    forge(folder, "rates.csv", (folder / "rates.csv").read_bytes().replace(b"whole,", f"{folder.name},".encode()))
    damage.apply(folder)
    return folder


def damages() -> list[Damage]:
    """All of them, each under a name of its own."""
    found = [*_of_files(), *_of_the_manifest(), *_forged_findings(), *_forged_rates(), *_of_answers(), *_of_folders()]
    assert len({each.name for each in found}) == len(found)
    return found


def forge(folder: Path, file: str, content: bytes) -> None:
    """Put other bytes in a file's place, and what they are in the manifest."""
    (folder / file).write_bytes(content)
    said, facts = json.loads((folder / "manifest.json").read_text()), (folder / file).stat()
    said["hashes"][file] = hashlib.sha256(content).hexdigest()
    said["facts"][file] = {"size": facts.st_size, "time": facts.st_mtime_ns}
    if file == "rates.csv":
        said["data_hash"] = said["hashes"][file][:6]
    (folder / "manifest.json").write_text(json.dumps(said))


def _part(folder: Path) -> str:
    (part,) = (folder / PART).glob("*.parquet")
    return part.relative_to(folder).as_posix()


def _of_files() -> Iterator[Damage]:
    for file in ("manifest.json", "rates.csv", "findings.json", PART, TRAINING):
        for kind, apply in _KINDS.items():
            yield Damage(f"{file.partition('/')[0].partition('.')[0]}-{kind}", _on(file, apply))


def _on(file: str, apply: Callable[[Path], None]) -> Apply:
    def damage(folder: Path) -> None:
        apply(folder / (_part(folder) if file == PART else file))

    return damage


def _replaced_by(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        path.unlink()
        make(path)

    return damage


def _sparse(path: Path) -> None:
    with path.open("wb") as handle:
        handle.truncate(1 << 40)


def _outside(path: Path) -> None:
    outside = path.parents[len(path.parents) - 3] / f"outside-{path.name}"
    outside.write_bytes(b"secret")
    path.symlink_to(outside)


_KINDS: dict[str, Callable[[Path], None]] = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-20]) and None,
    "empty": lambda path: path.write_bytes(b"") and None,
    "not-utf8": lambda path: path.write_bytes(b"\xff\xfe" + path.read_bytes()) and None,
    "zeroes": lambda path: path.write_bytes(bytes(path.stat().st_size)) and None,
    "nested": lambda path: path.write_bytes(b"[" * NESTED + b"]" * NESTED) and None,
    "nested-objects": lambda path: path.write_bytes(b'{"a":' * NESTED + b"1" + b"}" * NESTED) and None,
    "missing": lambda path: path.unlink(),
    "folder": _replaced_by(lambda path: path.mkdir()),
    "fifo": _replaced_by(os.mkfifo),
    "dev-zero": _replaced_by(lambda path: path.symlink_to("/dev/zero")),
    "link-to-itself": _replaced_by(lambda path: path.symlink_to(path)),
    "link-out": _replaced_by(_outside),
    "link-to-nothing": _replaced_by(lambda path: path.symlink_to(path.with_name("nothing"))),
    "sparse": _replaced_by(_sparse),
}


def _said(change: Callable[[dict[str, Any]], object]) -> Apply:
    """A manifest whose entries were changed."""

    def damage(folder: Path) -> None:
        path = folder / "manifest.json"
        entry = json.loads(path.read_text())
        change(entry)
        path.write_text(json.dumps(entry))

    return damage


def _text(change: Callable[[str], str]) -> Apply:
    """A manifest whose text was changed."""

    def damage(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(change(path.read_text()))

    return damage


def _of_the_manifest() -> Iterator[Damage]:
    for each in fields(SetInfo):
        for kind, value in (("list", [1]), ("number", 5.5), ("object", {"a": [{}]})):
            apply = _said(lambda entry, name=each.name, value=value: entry.update({name: value}))  # type: ignore[misc]
            yield Damage(f"field-{each.name}-{kind}", apply, word=each.name)
    for name in ("hashes", "facts", "title", "data_hash", "n_rates"):
        apply = _said(lambda entry, name=name: entry.update({name: None}))  # type: ignore[misc]
        yield Damage(f"field-{name}-null", apply, word=name)
    for name in ("title", "n_answers", "data_hash", "method_version"):
        yield Damage(f"field-{name}-absent", _said(lambda entry, name=name: entry.pop(name)), word=name)  # type: ignore[misc]
    yield Damage("field-of-tomorrow", _said(lambda entry: entry.update(colour="red")), word="colour")
    yield Damage("newer", _said(lambda entry: entry.update(schema_version=99)), word="newer scalewatch")
    yield Damage("n-rates-nan", _text(lambda text: text.replace('"n_rates": 14', '"n_rates": NaN')))
    yield Damage("n-rates-huge", _text(lambda text: text.replace('"n_rates": 14', f'"n_rates": {HUGE}')))
    yield Damage("schema-huge", _text(lambda text: text.replace('"schema_version": 2', f'"schema_version": {HUGE}')))
    yield Damage("infinite", _text(lambda text: text.replace('"n_rates": 14', '"n_rates": Infinity')))
    yield Damage("field-twice", _text(lambda text: text.replace("{", '{"title": "first",', 1)), "harmless")
    yield Damage("whole-list", _text(lambda text: f"[{text}]"), word="list")
    yield Damage("whole-number", _text(lambda _: "5"), word="int")
    yield Damage("whole-null", _text(lambda _: "null"), word="NoneType")
    yield Damage("surrogate", _text(lambda text: text.replace('"title": "whole"', '"title": "\\ud800"')))
    yield Damage("odd-origin", _said(lambda entry: entry.update(origin="dreamt")), "harmless")
    yield Damage("long-title", _said(lambda entry: entry.update(title="x" * 100_000)), "harmless")
    for name, file in (("up", "../../x"), ("root", "/etc/passwd"), ("empty", ""), ("backslash", "..\\x")):
        apply = _said(lambda entry, file=file: entry["hashes"].update({file: "0"}))  # type: ignore[misc]
        yield Damage(f"hash-{name}", apply, word="outside the set")
    yield Damage("hash-lines", _said(lambda entry: entry["hashes"].update({"a\nb": "0"})), word="a\\nb")
    yield Damage("hash-many", _said(lambda entry: entry["hashes"].update({f"x{n}.csv": "0" for n in range(2000)})))
    yield Damage("hash-other", _said(lambda entry: entry["hashes"].update({"rates.csv": "0"})), "harmless")
    yield Damage("facts-other", _said(lambda entry: entry["facts"]["rates.csv"].update(size=1)), word="rates.csv")
    yield Damage("facts-none", _said(lambda entry: entry.update(facts={})), "harmless")
    yield Damage("other-method", _said(lambda entry: entry.update(method_version="0")), word="--refresh")


def _findings(change: Callable[[list[dict[str, Any]]], object]) -> Apply:
    """findings.json changed, its hash with it."""

    def damage(folder: Path) -> None:
        entries = json.loads((folder / "findings.json").read_bytes())
        made = change(entries)
        forge(folder, "findings.json", json.dumps(entries if made is None else made).encode())

    return damage


def _forged_findings() -> Iterator[Damage]:
    def set_field(name: str, value: Any) -> Apply:
        return _findings(lambda entries: entries[0].update({name: value}))

    def set_result(name: str, value: Any) -> Apply:
        return _findings(lambda entries: entries[0]["result"].update({name: value}))

    def set_point(place: int, value: Any) -> Apply:
        def change(entries: list[dict[str, Any]]) -> None:
            row = entries[0]["points"][0]
            row += [None] * (place + 1 - len(row))
            row[place] = value

        return _findings(change)

    for each in fields(Finding):
        yield Damage(f"finding-{each.name}", set_field(each.name, {"a": 1}))
    for each in fields(SeriesResult):
        yield Damage(f"result-{each.name}", set_result(each.name, {"a": 1}))
    for place, each in enumerate(fields(Point)):
        yield Damage(f"point-{each.name}", set_point(place, {"a": 1}), word=each.name)
    yield Damage("verdict-unknown", set_result("verdict", "excellent"), word="verdict")
    yield Damage("axis-unknown", set_result("axis", "depth"), word="axis")
    yield Damage("rate-above-1", set_point(4, 1.5), word="share")
    yield Damage("rate-text", set_point(4, "0.5"), word="rate")
    yield Damage("x-below-0", set_point(2, -7e7), word="x")
    yield Damage("x-zero", set_point(2, 0), word="x")
    yield Damage("n-true", set_point(8, True), word="n_questions")
    yield Damage("finding-unknown-field", set_field("colour", "red"))
    yield Damage("residuals-many", set_result("residuals", [0.0] * 99), word="residuals")
    yield Damage("curve-texts", set_result("curve", [["a"] * 5]), word="CurvePoint")
    yield Damage("curve-short", set_result("curve", [[1.0]]))
    yield Damage("points-text", set_field("points", "many"))
    yield Damage("point-empty", set_field("points", [[]]))
    yield Damage("findings-object", _findings(lambda entries: {"a": entries}))
    yield Damage("findings-null", _findings(lambda _: [None]))
    yield Damage("findings-number", _findings(lambda _: 5))
    yield Damage("findings-none", _findings(lambda _: []), "harmless")
    for name, value in (("nan", b"NaN"), ("too-large", b"1e400"), ("huge", HUGE.encode())):
        yield Damage(f"findings-{name}", _forged("findings.json", b'"n_points":6', b'"n_points":' + value))
    for name, content in (("empty", b""), ("binary", bytes(range(256))), ("nested", b"[" * NESTED)):
        yield Damage(f"findings-forged-{name}", _as("findings.json", content))
    yield Damage("findings-of-an-empty-list", _as("findings.json", findings_to_json([])), "harmless")


def _forged(file: str, old: bytes, new: bytes) -> Apply:
    def damage(folder: Path) -> None:
        content = (folder / file).read_bytes()
        assert old in content, "else nothing is damaged"
        forge(folder, file, content.replace(old, new, 1))

    return damage


def _as(file: str, content: bytes) -> Apply:
    return lambda folder: forge(folder, file, content)


def _forged_rates() -> Iterator[Damage]:
    def column(name: str, cell: str) -> Apply:
        """Another text in a column of the first row."""

        def damage(folder: Path) -> None:
            header, row, *rest = (folder / "rates.csv").read_text().splitlines()
            cells = row.split(",")
            cells[header.split(",").index(name)] = cell
            forge(folder, "rates.csv", "\n".join([header, ",".join(cells), *rest, ""]).encode())

        return damage

    for name in ("matching_rate", "checkpoint", "evaluation", "behavior", "n_questions", "parameter_count"):
        yield Damage(f"rates-no-{name}", _forged("rates.csv", name.encode(), b"other"), _said_of(name))
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
    yield Damage("rates-long-row", _forged("rates.csv", b"\n", b",,,\n"))
    yield Damage("rates-open-quote", _forged("rates.csv", b"\nd-", b'\n"d-'))
    yield Damage("rates-column-twice", _forged("rates.csv", b"family", b"lineage"), word="twice")
    for name, content in (
        ("empty", b""), ("binary", bytes(range(256))), ("latin", b"a,b\n\xe4,\xf6\n"), ("header", b"a,b\n1,2\n"),
        ("newlines", b"\n\n\n"), ("json", b"{}"),
    ):  # fmt: skip
        yield Damage(f"rates-forged-{name}", _as("rates.csv", content), word="rates.csv")


def _said_of(name: str) -> Said:
    return "harmless" if name in ("n_questions", "parameter_count") else "noticed"


def _doubled(folder: Path) -> bytes:
    header, row, *rest = (folder / "rates.csv").read_bytes().splitlines()
    return b"\n".join([header, row, row, *rest, b""])


def _of_answers() -> Iterator[Damage]:
    def part(make: Callable[[bytes], bytes]) -> Apply:
        def damage(folder: Path) -> None:
            forge(folder, _part(folder), make((folder / _part(folder)).read_bytes()))

        return damage

    def parquet(table: pa.Table) -> bytes:
        out = io.BytesIO()
        pq.write_table(table, out)
        return out.getvalue()

    frame = answers()
    other = parquet(pa.table({"colour": ["red"]}))
    texts = parquet(pa.Table.from_pandas(frame.assign(matching_probability="much"), preserve_index=False))
    yield Damage("answers-other-schema", part(lambda _: other), "on reading")
    yield Damage("answers-texts", part(lambda _: texts), "on reading")
    yield Damage("answers-binary", part(lambda _: bytes(range(256))), "on reading")
    yield Damage("answers-forged-empty", part(lambda _: b""), "on reading")
    yield Damage("answers-footer", part(lambda content: content[:-9] + b"xxxxxPAR1"), "on reading")
    yield Damage("answers-extra", _extra_part, word="is not in the manifest")
    yield Damage("answers-gone", lambda folder: shutil.rmtree(folder / "answers"), word="is missing")
    yield Damage("answers-a-file", _answers_a_file)
    yield Damage("answers-linked-out", _answers_linked_out, word="out of the results folder")
    yield Damage("training-forged", _as(TRAINING, b"a,b\n1,2\n"), "on reading")
    yield Damage("training-binary", _as(TRAINING, bytes(range(256))), "on reading")


def _extra_part(folder: Path) -> None:
    shutil.copy(folder / _part(folder), folder / PART / "part-0000000000000000.parquet")


def _answers_a_file(folder: Path) -> None:
    shutil.rmtree(folder / "answers")
    (folder / "answers").write_text("none")


def _answers_linked_out(folder: Path) -> None:
    outside = folder.parent.parent / "outside-answers"
    shutil.rmtree(outside, ignore_errors=True)
    shutil.move(folder / "answers", outside)
    (folder / "answers").symlink_to(outside)


def _of_folders() -> Iterator[Damage]:
    def named(name: str | bytes) -> Apply:
        def damage(folder: Path) -> None:
            os.rename(os.fsencode(folder), os.path.join(os.fsencode(folder.parent), os.fsencode(name)))

        return damage

    yield Damage("name-lines", named("a\nb"), word="a\\nb")
    yield Damage("name-bytes", named(b"\xff\xfe"), word="udcff")
    yield Damage("name-bell", named("bell\x07"), word="bell")
    yield Damage("name-quote", named('set"x'), "harmless")
    yield Damage("name-markup", named("<b>*x*$y$"), "harmless")
    yield Damage("name-long", named("n" * 255), "harmless")
    yield Damage("name-dots", named("..."), "harmless")
    yield Damage("name-blank", named(" "), "harmless")
    yield Damage("name-capital", named("My results (copy)"), "harmless")
    yield Damage("folder-linked-out", _folder_linked_out, word="out of the results folder")
    yield Damage("folder-linked-inside", _folder_linked_inside, "harmless")
    yield Damage("folder-linked-to-itself", lambda folder: _in_place_of(folder, folder), "harmless")
    yield Damage("folder-linked-to-root", lambda folder: _in_place_of(folder, Path("/")), "harmless")
    yield Damage("folder-empty", _emptied, "harmless")


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _in_place_of(folder: Path, target: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to(target)


def _folder_linked_out(folder: Path) -> None:
    outside = folder.parent.parent / "outside-set"
    shutil.rmtree(outside, ignore_errors=True)
    shutil.move(folder, outside)
    folder.symlink_to(outside)


def _folder_linked_inside(folder: Path) -> None:
    other = folder.with_name("d-target")
    folder.rename(other)
    folder.symlink_to(other)
