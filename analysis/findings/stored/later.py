"""Parts of a stored finding that are decoded when they are first looked at: most findings of a large set never are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class Kept:
    """One stored text (bytes, or a part of some), and those of its parts that were decoded, by name."""

    __slots__ = ("_content", "_decode", "_parts")

    def __init__(self, content: Any, decode: Callable[[Any, str], tuple[Any, ...]]) -> None:
        self._content, self._decode = content, decode
        self._parts: dict[str, tuple[Any, ...]] | None = None

    def part(self, name: str) -> tuple[Any, ...]:
        """One part, decoded once. Raises what `decode` raises."""
        if self._parts is None:
            self._parts = {}
        if name not in self._parts:
            self._parts[name] = self._decode(self._content, name)
        return self._parts[name]


class Later(Sequence[T], Generic[T]):
    """One part, to be used as the tuple it is equal to."""

    __slots__ = ("_kept", "_name")

    def __init__(self, kept: Kept, name: str) -> None:
        self._kept, self._name = kept, name

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...
    def __getitem__(self, at: int | slice) -> T | tuple[T, ...]:
        return self._kept.part(self._name)[at]

    def __iter__(self) -> Iterator[T]:
        return iter(self._kept.part(self._name))

    def __len__(self) -> int:
        return len(self._kept.part(self._name))

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, Later) else other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
