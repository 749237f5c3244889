"""Control characters, direction marks and length of a text that is shown."""

from __future__ import annotations

import pytest

from dashboard.text.plain import one_line, plain, shortened


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\nc\td", "a b c d"),
        ("a\u2028b\x85c", "a b c"),
        ("a\x00b\x7f", "a\ufffdb\ufffd"),
        ("\x1b[31mRED\x1b[0m", "\ufffdRED\ufffd"),
        ("\x1b]0;title\x07x", "\ufffdx"),
        ("\x1b]8;;http://a\x1b\\x", "\ufffdx"),
        ("\x9b2Jx", "\ufffdx"),
        ("\x1b]0;never ended", "\ufffd]0;never ended"),
        ("\u202egnp\u202c\u2066\u200f", "\ufffdgnp\ufffd\ufffd\ufffd"),
        ("a\u200bb\ufeff\u00ad", "a\ufffdb\ufffd\ufffd"),
        ("\ud800", "\ufffd"),
        ("שלום 😀 👩\u200d👩 é\u00a0\u2011", "שלום 😀 👩\u200d👩 é\u00a0\u2011"),
    ],
)
def test_one_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_shortened_keeps_both_ends_and_what_differs_apart() -> None:
    assert shortened("abcdefghijklmnopqrst", 20) == "abcdefghijklmnopqrst"
    assert shortened("abcdefghijklmnopqrstu", 20) == "abcdefgh…25f6…pqrstu"  # sha256sum of the 21 letters
    assert len(shortened("x" * 10_000, 200)) == 200
    assert shortened("x" * 500 + "1" + "x" * 500) != shortened("x" * 500 + "2" + "x" * 500)


def test_a_long_word_is_cut_and_a_path_is_not() -> None:
    assert plain("/" + "d" * 199) == "/" + "d" * 199
    assert plain("a " + "L" * 10_000 + " 7") == "a " + shortened("L" * 10_000) + " 7"
    assert len(plain("word " * 1_000, 300)) == 300
