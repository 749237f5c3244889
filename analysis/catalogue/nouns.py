"""Titles and measures inside a sentence."""

from __future__ import annotations

import re


def topic(behavior_title: str) -> str:
    """A behaviour's title inside a sentence: 'Sycophancy: NLP survey' -> 'sycophancy (NLP survey)'."""
    title = titled(behavior_title)
    if title.startswith("“"):
        return title
    first = title.split(" ", 1)[0].rstrip(",")
    common = re.fullmatch(r"(?!Wino)[A-Z][a-z-]+", first)  # Winogender and its kin are names
    return title[:1].lower() + title[1:] if common else title


def titled(title: str) -> str:
    """A title as a noun: the part after a colon in brackets, titles that begin with a verb in quotes."""
    head, _, rest = title.partition(": ")
    if head == "Control" and rest:
        return f"{rest[:1].upper()}{rest[1:]} (control models)"
    if _VERB.fullmatch(title.split(" ", 1)[0]) and not is_plural(head):
        return f"“{title}”"
    return f"{head} ({rest})" if rest and "(" not in rest else f"{head}, {rest}" if rest else title


_VERB = re.compile(r"(?![A-Z][a-z]+(?:ss|us|ics)$)[A-Z][a-z]+s|Is|Would")
"""First word of titles such as 'Seeks power' and 'Would drop …'."""


def is_plural(words: str) -> bool:
    """Does a noun phrase begin with a plural ('answers judged true', 'sentence pairs …')?"""
    pair = [re.sub(r"[^\w-]", "", word) for word in words.split(" ")[:2]]
    if words[:1].isupper():
        return pair[0] in ("Stereotypes", "Pronouns") or pair[-1] in ("requests", "questions", "problems")
    return any(word.endswith("s") and not word.endswith("ss") for word in pair)


def quantity(measure: str) -> str:
    """'share of answers judged true', or the measure itself where it counts nothing: 'probability on …'."""
    plain = re.sub(r" \(.*?\)", "", measure)
    return f"share of {plain}" if is_plural(plain) else plain.split(",", 1)[0]
