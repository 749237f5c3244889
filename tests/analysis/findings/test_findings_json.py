"""The stored form of findings: two lines each, the second read when looked at, and the form before it."""

from __future__ import annotations

import orjson
import pytest
from rate_builders import sweep

from analysis.findings.compute import findings_of
from analysis.findings.finding import Finding
from analysis.findings.findings_json import findings_from_json, findings_to_json
from analysis.findings.stored.later import Kept, Later


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    """One tested finding with points, curve, residuals and forecasts, and one that is not tested."""
    return [*findings_of(sweep((0.3, 0.34, 0.4, 0.45, 0.52, 0.6)), "size"), *findings_of(sweep((0.3, 0.4)), "size")]


def test_the_file_is_one_array_of_a_form_and_two_lines_a_finding(findings: list[Finding]) -> None:
    text = findings_to_json(findings)
    form, *entries = orjson.loads(text)
    assert form == {"form": 2}
    assert len(entries) == 2 * len(findings) == len(text.splitlines()) - 3
    assert "points" not in entries[0]
    assert len(entries[1]["points"]) == 6
    assert len(entries[1]["curve"]) == 40


def test_what_is_not_looked_at_is_not_decoded(findings: list[Finding]) -> None:
    first, second = findings_from_json(findings_to_json(findings))
    assert isinstance(first.points, Later)
    assert isinstance(second.points, Later)
    assert len(second.points) == 2
    assert [each._kept._parts for each in (first.points, second.points)] == [None, {"points": tuple(second.points)}]


def test_a_second_line_that_is_spoilt_is_said_when_the_set_is_read(findings: list[Finding]) -> None:
    lines = findings_to_json(findings).split(b"\n")
    lines[3] = b"spoiled,"
    with pytest.raises(ValueError, match="malformed"):
        findings_from_json(b"\n".join(lines))


def test_parts_of_a_finding_equal_the_computed_ones(findings: list[Finding]) -> None:
    again = findings_from_json(findings_to_json(findings))
    once_more = findings_from_json(findings_to_json(again))
    assert again == once_more
    assert hash(again[0].points) == hash(tuple(once_more[0].points))
    assert again[0].points[1:3] == tuple(again[0].points)[1:3]
    assert [point.checkpoint for point in again[0].points] == [point.checkpoint for point in findings[0].points]
    assert again[1].result.curve == ()


def test_form_1_with_everything_of_a_finding_in_one_object_is_still_read(findings: list[Finding]) -> None:
    written = findings_to_json(findings)
    _, *entries = orjson.loads(written)
    old = []
    for light, heavy in zip(entries[::2], entries[1::2], strict=True):
        result = light["result"] | {name: heavy.pop(name) for name in ("curve", "residuals") if name in heavy}
        old.append(orjson.dumps(light | heavy | {"result": result}))
    assert findings_from_json(b"[\n" + b",\n".join(old) + b"\n]\n") == findings_from_json(written)


def test_no_findings_are_a_form_alone() -> None:
    assert findings_from_json(findings_to_json([])) == []
    assert findings_from_json(b"[\n\n]\n") == []


def test_each_part_is_decoded_once() -> None:
    seen = []

    def decode(text: bytes, name: str) -> tuple[int, ...]:
        seen.append((text, name))
        return (1, 2) if name == "points" else ()

    kept = Kept(b"text", decode)
    points, other = Later[int](kept, "points"), Later[int](kept, "curve")
    assert (list(points), list(other), points, bool(other)) == ([1, 2], [], (1, 2), False)
    assert seen == [(b"text", "points"), (b"text", "curve")]
