"""findings.json that was forged, its hash with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson
from damaging.damage import HUGE, NESTED, Apply, Damage, forge, one_replaced, replaced_whole

from analysis.findings.finding import Finding, Point
from analysis.findings.findings_json import findings_to_json
from analysis.trends.result import SeriesResult

MARK = [each.name for each in fields(Point)].index("mark")
"""Place in a point that is a text, empty by default."""


def _findings(change: Callable[[dict[str, Any], dict[str, Any]], object]) -> Apply:
    """findings.json with the two lines of its first finding changed, or all of it replaced, its hash with it."""

    def damage(folder: Path) -> None:
        entries = json.loads((folder / "findings.json").read_bytes())
        made = change(entries[1], entries[2])
        lines = b",\n".join(map(orjson.dumps, entries))
        forge(folder, "findings.json", b"[\n" + lines + b"\n]\n" if made is None else orjson.dumps(made))

    return damage


def of_findings() -> Iterator[Damage]:
    def set_field(name: str, value: Any) -> Apply:
        return _findings(
            lambda light, heavy: (heavy if name in ("points", "forecasts") else light).update({name: value})
        )

    def set_result(name: str, value: Any) -> Apply:
        late = name in ("curve", "residuals")
        return _findings(lambda light, heavy: (heavy if late else light["result"]).update({name: value}))

    def set_point(place: int, value: Any) -> Apply:
        def change(_: dict[str, Any], heavy: dict[str, Any]) -> None:
            row = heavy["points"][0]
            row += ["" if at == MARK else None for at in range(len(row), place + 1)]
            row[place] = value

        return _findings(change)

    for each in fields(Finding):
        yield Damage(f"finding-{each.name}", set_field(each.name, {"a": 1}))
    for each in fields(SeriesResult):
        yield Damage(f"result-{each.name}", set_result(each.name, {"a": 1}))
    for place, each in enumerate(fields(Point)):
        yield Damage(f"point-{each.name}", set_point(place, {"a": 1}), word=f"points[0][{place}]")
    yield Damage("verdict-unknown", set_result("verdict", "excellent"), word="verdict")
    yield Damage("axis-unknown", set_result("axis", "depth"), word="axis")
    yield Damage("rate-above-1", set_point(4, 1.5), word="points[0][4]")
    yield Damage("rate-text", set_point(4, "0.5"), word="points[0][4]")
    yield Damage("x-below-0", set_point(2, -7e7), word="points[0][2]")
    yield Damage("x-zero", set_point(2, 0), word="points[0][2]")
    yield Damage("n-true", set_point(8, True), word="points[0][8]")
    yield Damage("finding-unknown-field", set_field("colour", "red"))
    yield Damage("residuals-many", set_result("residuals", [0.0] * 99), word="residuals")
    yield Damage("curve-texts", set_result("curve", [["a"] * 5]), word="curve[0]")
    yield Damage("curve-short", set_result("curve", [[1.0]]))
    yield Damage("points-text", set_field("points", "many"))
    yield Damage("point-empty", set_field("points", [[]]))
    yield Damage("findings-object", _findings(lambda light, _: {"a": light}))
    yield Damage("findings-null", _findings(lambda *_: [None]))
    yield Damage("findings-number", _findings(lambda *_: 5))
    yield Damage("findings-none", _findings(lambda *_: []), "harmless")
    for name, value in (("nan", b"NaN"), ("too-large", b"1e400"), ("huge", HUGE.encode())):
        yield Damage(f"findings-{name}", one_replaced("findings.json", b'"n_points":6', b'"n_points":' + value))
    for name, content in (("empty", b""), ("binary", bytes(range(256))), ("nested", b"[" * NESTED)):
        yield Damage(f"findings-forged-{name}", replaced_whole("findings.json", content))
    yield Damage("findings-of-an-empty-list", replaced_whole("findings.json", findings_to_json([])), "harmless")
