"""Manifests that say something else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from damaging.damage import HUGE, Apply, Damage

from loaders.store.manifest import SetInfo


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


def of_the_manifest() -> Iterator[Damage]:
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
