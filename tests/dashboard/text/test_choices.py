"""Options of a choice are told apart by what is in sight of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.text.choices import SEEN, labels
from dashboard.text.plain import NAME

ALIKE = "x" * (SEEN - 4) + "abcd"
HEAD = "xxxxxxxxxxxx…"


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["Pythia", "OPT"], ["Pythia", "OPT"]),
        ([ALIKE, "OPT"], [ALIKE, "OPT"]),
        ([ALIKE + " run 1", ALIKE + " run 2", "OPT"], [HEAD + "1", HEAD + "2", "OPT"]),
        ([ALIKE + " run 1st", ALIKE + " run 1"], [HEAD + "1st", HEAD + "1"]),
        ([ALIKE + " " + "y" * 15 + "1", ALIKE + " " + "y" * 15 + "2"], [HEAD + "y" * 15 + "1", HEAD + "y" * 15 + "2"]),
        ([ALIKE + " " + "y" * 16 + "1", ALIKE + " " + "y" * 16 + "2"], [HEAD + "yyyy1", HEAD + "yyyy2"]),
        ([ALIKE, ALIKE + "e"], [HEAD + "abcd", HEAD + "abcde"]),
        ([ALIKE[1:] + "1", ALIKE[1:] + "2"], [ALIKE[1:] + "1", ALIKE[1:] + "2"]),
        (["a\u200b", "a\u2060", "a\u200d", "a\u200b"], ["a\ufffd", "a\ufffd (2)", "a\u200d", "a\ufffd"]),
    ],
)
def test_labels(names: list[str], shown: list[str]) -> None:
    assert labels(names) == shown


def test_long_names_that_are_alike_at_both_ends_differ_in_sight() -> None:
    one, two = labels(["word " * 100 + middle + " word" * 100 for middle in ("one", "two")])
    assert one[:SEEN] != two[:SEEN]
    assert len(one) == NAME


@given(st.lists(st.text(alphabet="ab\u200b\u2060", max_size=4).map(lambda text: ALIKE + text), unique=True))
def test_different_names_have_different_labels(names: list[str]) -> None:
    assert len(set(labels(names))) == len(names)
