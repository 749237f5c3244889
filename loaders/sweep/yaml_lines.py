"""YAML with line numbers: mappings whose fields are checked one by one, every problem kept with its place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from analysis.errors import ScalewatchError, did_you_mean


@dataclass(frozen=True, slots=True, order=True)
class SweepProblem:
    """One thing wrong in a file."""

    line: int
    """From 1."""
    field: str
    reason: str
    """What was seen, what is allowed, what to do."""


class SweepFileError(ScalewatchError):
    """A sweep file that cannot be run; the text lists every problem with its line."""

    def __init__(self, path: Path, problems: Collection[SweepProblem]) -> None:
        self.problems = sorted(set(problems))
        n = len(self.problems)
        lines = [f"{path.name}, line {each.line}, {each.field}: {each.reason}" for each in self.problems]
        super().__init__(
            f"{path}: {n} problem{'s' * (n != 1)}, nothing was run.", "\n".join(["Correct the file:", *lines])
        )


@dataclass(slots=True)
class Block:
    """One mapping of the file. Readers return None where a field is absent or wrong; what is wrong is noted."""

    line: int
    problems: list[SweepProblem]
    nodes: dict[str, yaml.Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, node: yaml.Node, allowed: Collection[str], where: str, problems: list[SweepProblem]) -> Block:
        """The mapping at `node`; unknown and repeated fields are problems."""
        block = cls(line_of(node), problems)
        if not isinstance(node, yaml.MappingNode):
            block.note(where, f"is {_seen(node)}, not fields with values. Write 'field: value'")
            return block
        for key, value in node.value:
            name = str(key.value)
            if name not in allowed:
                reason = f"unknown field. {did_you_mean(name, allowed)}Allowed in {where}: {', '.join(allowed)}"
                problems.append(SweepProblem(line_of(key), f"field '{name}'", reason))
            elif name in block.nodes:
                reason = f"given twice, first in line {block.lines[name]}. Keep one"
                problems.append(SweepProblem(line_of(key), f"field '{name}'", reason))
            else:
                block.nodes[name], block.lines[name] = value, line_of(key)
        return block

    def note(self, name: str, reason: str, line: int | None = None) -> None:
        """Keep a problem; its line is the field's where there is one."""
        label = f"field '{name}'" if " " not in name else name
        self.problems.append(SweepProblem(line or self.lines.get(name, self.line), label, reason))

    def require(self, *names: str) -> None:
        """Absent fields are problems."""
        for name in names:
            if name not in self.nodes:
                self.note(name, "is missing. Add it")

    def value(self, name: str) -> Any:
        """Whatever stands there, as plain Python."""
        node = self.nodes.get(name)
        return None if node is None else self._plain(name, node)

    def text(self, name: str, allowed: Collection[str] = ()) -> str | None:
        """A text, one of `allowed` where given; bare numbers count as text."""
        node = self.nodes.get(name)
        return None if node is None else self._text(name, node, allowed)

    def texts(self, name: str, allowed: Collection[str] = ()) -> list[str] | None:
        """A text or a list of texts."""
        node = self.nodes.get(name)
        if not isinstance(node, yaml.SequenceNode):
            one = self.text(name, allowed)
            return None if one is None else [one]
        if not node.value:
            self.note(name, "is an empty list. Name at least one or remove the field")
        read = [self._text(name, each, allowed) for each in node.value]
        return [each for each in read if each is not None] or None

    def whole(self, name: str, least: int) -> int | None:
        """A whole number from `least`; 7e9 and 7_000_000_000 are read too."""
        value = self.number(name, least)
        if value is not None and not value.is_integer():
            self.note(name, f"is {value:g}, not a whole number. Correct it")
            return None
        return None if value is None else int(value)

    def number(self, name: str, least: float) -> float | None:
        """A number from `least`."""
        if name not in self.nodes:
            return None
        value = self.value(name)
        try:
            number = float("nan") if isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if not least <= number < float("inf"):
            self.note(name, f"is {value!r}, not a number from {least}. Correct it")
            return None
        return number

    def flag(self, name: str) -> bool | None:
        """True or false."""
        value = self.value(name)
        if value is not None and not isinstance(value, bool):
            self.note(name, f"is {value!r}, not true or false. Correct it")
            return None
        return value

    def items(self, name: str) -> list[yaml.Node]:
        """The entries of a list."""
        node = self.nodes.get(name)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            seen = "an empty list" if isinstance(node, yaml.SequenceNode) else _seen(node)
            self.note(name, f"is {seen}, not a list with entries. Write each on a line of its own after '- '")
            return []
        return list(node.value)

    def _text(self, name: str, node: yaml.Node, allowed: Collection[str]) -> str | None:
        if not isinstance(node, yaml.ScalarNode) or node.tag.endswith(":null") or not node.value.strip():
            self.note(name, f"is {_seen(node)}, not a text. Correct it", line_of(node))
            return None
        if allowed and node.value not in allowed:
            hint = did_you_mean(node.value, allowed)
            self.note(name, f"is '{node.value}'. {hint}Allowed: {', '.join(allowed)}", line_of(node))
            return None
        return str(node.value)

    def _plain(self, name: str, node: yaml.Node) -> Any:
        constructor = yaml.constructor.SafeConstructor()
        try:
            return constructor.construct_document(node)
        except yaml.YAMLError as error:
            self.note(name, f"cannot be read ({' '.join(str(error).split())}). Correct it", line_of(node))
            return None


def compose(path: Path) -> yaml.Node:
    """The file's tree. Raises SweepFileError where it is not readable YAML or empty."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise SweepFileError(path, [SweepProblem(1, "file", f"cannot be read ({error}). Check the path")]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = f"not YAML: {getattr(error, 'problem', None) or error}. Correct it"
        raise SweepFileError(path, [SweepProblem(mark.line + 1 if mark else 1, "file", reason)]) from error
    if node is None:
        raise SweepFileError(path, [SweepProblem(1, "file", "is empty. It needs into, checkpoints and evaluations")])
    return node


def line_of(node: yaml.Node) -> int:
    """Line of a node, from 1."""
    return int(node.start_mark.line) + 1


def _seen(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return f"'{node.value}'" if node.value else "empty"
