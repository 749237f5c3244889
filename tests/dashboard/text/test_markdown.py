"""What is not Markdown is escaped: every sign that Streamlit reads, and what it replaces after parsing."""

from __future__ import annotations

import re

import pytest
from hostile_store import everything, kinds
from hypothesis import given
from hypothesis import strategies as st

from dashboard.text.markdown import Markdown, bullets, strong

SPECIAL = "\\`*_~|$&#[]<>:@-+=!().{}1a \n"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("![x](http://a.example/x.png)", r"!\[x\](http:small[]\://a.example/x.png)"),
        ("<b>x</b>", r"\<b>x\</b>"),
        ("$5 to $10", r"\$5 to \$10"),
        (":red[x]", r"\::small[]red\[x\]"),
        (":material/delete:", r"\::small[]material/delete\:"),
        ("a -> b", "a -:small[]> b"),
        ("a@b.example", "a:small[]@b.example"),
        ("www.a.example", "www:small[].a.example"),
        ("R&D", r"R\&D"),
        ("_x_", r"\_x\_"),
        ("# a", r"\# a"),
        ("12. a", r"12\. a"),
        ("- a", r"\- a"),
        ("> a", r"\> a"),
        ("a\n# b", r"a \# b"),
    ],
)
def test_signs_are_escaped(text: str, escaped: str) -> None:
    assert str(Markdown.escape(text)) == escaped


@pytest.mark.parametrize(
    "text",
    [
        "Qwen1.5 chat", "sycophancy_on_nlp_survey", "−13.8 points [−18.5, −9.3]", "p < 0.001, q = 0.03; 95% interval",
        "1.5B", "-0.5", "a (b), c; d. “e” – f’s", "Apache\u20112.0", "Source: x",
    ],
)  # fmt: skip
def test_ordinary_text_has_no_backslash(text: str) -> None:
    assert str(Markdown.escape(text)) == text


def test_format_escapes_what_is_not_markdown_and_keeps_what_is() -> None:
    said = Markdown("**{}** in {}, {:.1f}").format(Markdown("*x*"), "a*b", 1.25)
    assert isinstance(said, Markdown)
    assert str(said) == r"***x*** in a\*b, 1.2"
    assert Markdown.escape(said) is said


def test_joining_and_adding_escape_too() -> None:
    assert str(Markdown(" ").join(["a*", Markdown("*b*")]) + "_c_") == r"a\* *b*\_c\_"
    assert str(bullets(["a", "*"])) == "- a\n- \\*"
    assert (str(strong(" a ")), str(strong(""))) == ("**a**", "")


@given(st.text(alphabet=SPECIAL, max_size=40))
def test_no_special_sign_is_left_bare(text: str) -> None:
    bare = re.sub(r"\\.", "", str(Markdown.escape(text)).replace(":small[]", "\x00"))
    bare = re.sub(r"\[[\s.,+−%–\d-]*\]", "", bare)  # an interval: brackets around numbers
    assert not set("`*~|$&#[]\\") & set(bare)
    assert "://" not in bare
    assert not re.search(r":[^\s\x00]", bare)


@pytest.mark.parametrize("kind", kinds("a.example"))
def test_every_kind_of_attack_is_short_and_on_one_line(kind: str) -> None:
    shown = str(Markdown.escape(kinds("a.example")[kind]))
    assert len(shown) < 2_200
    assert shown.isprintable()


def test_the_attacks_are_attacks() -> None:
    said = everything("a.example")
    assert all(each in said for each in ("![x](", "<script>", "$$", ":red[", "\x1b", "\u202e", "\x00", "=cmd"))
