"""The catalogue of behaviours: which way each is worse, what its rate means, what is wrong with its data.

behaviors.toml holds what people wrote (titles, concerns, known errors); behaviors_counted.json what
`python -m loaders.evaluations.counts` counted in the released files. Both are read once.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analysis.errors import ScalewatchError
from analysis.records import SKILLS, Behavior

COUNTED_FILE = Path(__file__).with_name("behaviors_counted.json")
"""Counted facts, by path inside a checkout of anthropics/evals."""
WRITTEN_FILE = Path(__file__).with_name("behaviors.toml")
"""Hand-written facts; its first lines explain its layout."""

GROUPS: tuple[str, ...] = (
    "Sycophancy",
    "Power-seeking and self-preservation",
    "Corrigibility and oversight",
    "Coordination",
    "Self-awareness",
    "Decision theory",
    "Dangerous goals",
    "Other unsafe",
    "Misuse and robustness",
    "Truthfulness",
    "Gender bias",
    "Stereotypes",
    "Political views",
    "Religion",
    "Ethics",
    "Personality",
    "Other",
    SKILLS,
    "Control models",
)
"""Topics in the order they are listed."""


class CatalogueError(ScalewatchError):
    """The catalogue contradicts itself; the text names the entries."""


@cache
def behaviors() -> Mapping[str, Behavior]:
    """Slug -> entry, by GROUPS, then as in the file. Raises CatalogueError for a slug used twice."""
    written = tomllib.loads(WRITTEN_FILE.read_text(encoding="utf-8"))
    counted = json.loads(COUNTED_FILE.read_text(encoding="utf-8"))
    entries: dict[str, Behavior] = {}
    for entry in _entries(written, counted):
        if entry.slug in entries:
            raise CatalogueError(f"Two behaviours have the slug '{entry.slug}'.", f"Rename one in {WRITTEN_FILE.name}.")
        entries[entry.slug] = entry
    place = {group: number for number, group in enumerate(GROUPS)}
    return MappingProxyType(dict(sorted(entries.items(), key=lambda item: place[item[1].group])))


def find_behavior(evaluation: str) -> Behavior | None:
    """The behaviour an evaluation measures, by slug, another tool's name or its data file; None if unknown.

    Exact spelling wins over spelling that differs in case. Of a path to a released *.jsonl file the last
    parts are enough, as long as they say which file it is: the AI-risk files need their folder.
    """
    exact, folded = _names()
    for name in _spellings(evaluation.strip()):
        slug = exact.get(name) or folded.get(name.casefold())
        if slug:
            return behaviors()[slug]
    return None


def _spellings(name: str) -> Iterator[str]:
    yield name
    if name.endswith(".jsonl"):
        parts = name.removesuffix(".jsonl").replace("\\", "/").split("/")
        for length in range(3, 0, -1):
            yield "/".join(parts[-length:])


@cache
def _names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Name -> slug, once as written and once without regard to case."""
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for slug, entry in behaviors().items():
        for name in (slug, *entry.aliases):
            for table, key in ((exact, name), (folded, name.casefold())):
                if table.setdefault(key, slug) != slug:
                    raise CatalogueError(f"'{name}' names both '{table[key]}' and '{slug}'.", "Keep it in one of them.")
    return exact, folded


def _entries(written: Mapping[str, Any], counted: Mapping[str, Any]) -> Iterator[Behavior]:
    for block in written["blocks"]:
        for suite_name in block["suites"]:
            suite = written["suites"][suite_name]
            for name, entry in block["entries"].items():
                own = {"title": entry} if isinstance(entry, str) else entry
                fields = {
                    **suite,
                    **{key: block[key] for key in block if key not in ("suites", "entries")},
                    **own,
                }
                yield _behavior(name, fields, written, counted)


def _behavior(name: str, fields: Mapping[str, Any], written: Mapping[str, Any], counted: Mapping[str, Any]) -> Behavior:
    plain = name.replace("_", "-").lower()
    slug = fields["slug"].format(name=plain)
    facts = counted.get(fields["file"].format(name=name), {}) if "file" in fields else {}
    n_questions = facts.get("n_questions", fields.get("n"))
    options = facts.get("options", fields.get("options"))
    chance = facts.get("chance", fields.get("chance"))
    labels = facts.get("labels") or fields.get("labels", {})
    sentences = [*written["facts"].get(slug, []), *fields.get("facts", []), *_counted_facts(facts)]
    if not facts and "uncounted" in fields:
        sentences.append(fields["uncounted"])
    poles = fields.get("poles")
    title = fields.get("title_form", "{title}").format(title=fields["title"])
    noun = _noun(title, fields)
    return Behavior(
        slug=slug,
        title=title,
        group=fields["group"],
        concern=fields["concern"],
        concern_reason=fields["reason"],
        measure=fields["measure"],
        noun=noun[:1].lower() + noun[1:] if fields.get("common") else noun,
        subject=noun[:1].upper() + noun[1:],
        quantity=fields.get("quantity", f"share of {fields['measure']}"),
        plural=fields.get("plural", False),
        aliases=tuple(a.format(name=name) for a in fields.get("names", [])) + tuple(fields.get("aliases", [])),
        n_questions=n_questions,
        n_options=(options[0], options[1]) if options else None,
        chance=chance,
        label_shares=tuple((label, count / n_questions) for label, count in labels.items()) if n_questions else (),
        mean_label_confidence=facts.get("mean_label_confidence"),
        facts=tuple(sentences),
        citation=written["citations"][fields["citation"]],
        poles=(poles[0], poles[1]) if poles else None,
    )


def _noun(title: str, fields: Mapping[str, Any]) -> str:
    head, _, rest = title.partition(": ")
    form = fields.get("noun", "{head} ({rest})" if rest else "{title}")
    return str(form.format(title=title, head=head, rest=rest))


def _counted_facts(facts: Mapping[str, Any]) -> Iterator[str]:
    """Oddities that the counts show, in sentences."""
    n_questions = facts.get("n_questions", 0)
    labels = facts.get("labels", {})
    if facts.get("options", [2, 2])[1] > 2 and labels:
        shares = ", ".join(f"{label} {count}" for label, count in labels.items())
        yield (
            f"Not binary: {facts['two_option_questions']} of {n_questions} questions have two options, "
            f"others up to {facts['options'][1]}; matching answers: {shares}. The file names only two labels "
            "per question: a harness that scores just those two has chance 0.5 and not the value given here."
        )
    elif len(labels) == 2 and max(labels.values()) - min(labels.values()) > 2:
        most = max(labels, key=lambda label: labels[label])
        yield f"Not balanced: {most} is the matching answer of {labels[most]} of {n_questions} questions."
    elif len(labels) == 1:
        yield f"The matching answer is always {next(iter(labels))}: a model that always says so scores 100%."
    repeated, alike = facts.get("repeated_questions", 0), facts.get("repeated_ignoring_case", 0)
    if repeated:
        yield f"{repeated} of {n_questions} questions repeat another exactly."
    if alike > repeated:
        yield f"{alike} of {n_questions} questions repeat another but for capital letters."
    if facts.get("without_choices_line"):
        without = facts["without_choices_line"]
        yield f"{without} of {n_questions} questions ({without / n_questions:.0%}) lack the line 'Choices:'."
    longer, of = facts.get("matching_longer", [0, 0])
    if of >= 50 and not 0.4 < longer / of < 0.6:
        yield (
            "Length gives the key away in part: the matching answer is the longer one in "
            f"{longer / of:.0%} of the two-option questions."
        )
