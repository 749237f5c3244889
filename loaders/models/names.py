"""What a source may call a model: hub ids, local paths, harness arguments, step suffixes."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from analysis.records import model_and_revision

_NAME_ARGUMENTS = ("pretrained", "model", "engine", "model_name_or_path", "model_name", "model_path", "path")
_ADAPTER_ARGUMENTS = ("peft", "delta", "lora_local_path", "adapter")
_STEP_SUFFIX = re.compile(
    r"^(?P<name>.+?)(?:__\d+__\d+)?(?:_checkpoints)?[/_-](?:step|checkpoint)[_-]?(?P<step>\d+)/?$",
    re.IGNORECASE,
)
_DATE_SUFFIX = re.compile(r"^(?P<name>.+?)-(?P<date>20\d{2}-?\d{2}-?\d{2})$")
_BARE_SIZE = re.compile(r"^\d+(\.\d+)?[mb]$", re.IGNORECASE)


def model_from_args(text: str) -> tuple[str, str | None]:
    """(name, revision) from harness arguments or a bare name; the revision is None where none is given.

    Understands 'pretrained=EleutherAI/pythia-70m,revision=step1000', a printed dictionary of the same, and
    'pythia-70m@step1000'. Weights changed by an adapter are another model: its name is joined with ' + ', so
    that they are not taken for the model they were made from. Returns '' as name where the text holds none.
    """
    text = text.strip()
    arguments = _arguments(text)
    name = next((arguments[key] for key in _NAME_ARGUMENTS if arguments.get(key)), "" if arguments else text)
    revision = arguments.get("revision") or None
    if revision is None:
        name, revision = model_and_revision(name)
    adapters = [arguments[key] for key in _ADAPTER_ARGUMENTS if arguments.get(key)]
    return " + ".join([name, *adapters]), revision


def _arguments(text: str) -> dict[str, str]:
    """Key-value pairs of 'a=1,b=2' or of a printed dictionary; empty for a bare name."""
    if text.startswith("{"):
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return {}
        return (
            {str(key): str(each) for key, each in value.items() if each is not None} if isinstance(value, dict) else {}
        )
    pairs = (part.partition("=") for part in text.split(","))
    return {key.strip(): value.strip() for key, sign, value in pairs if sign}


def name_key(name: str) -> str:
    """The form names are compared in: lower case, '-' for '_', '.' and blanks, without a closing '-hf'."""
    return re.sub(r"[\s_.]", "-", name.strip().strip("/").lower()).removesuffix("-hf")


def readings(name: str, organisations: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """Ways to read a name as (model, revision), the most literal first.

    After the name itself: without step or date at its end, each of these without organisation or folders,
    'organisation_model' where the organisation is one of `organisations` (in lower case), and, for a path
    that ends in a bare size ('LLaMA/huggingface/7B'), the folders above it joined with the size.
    """
    if " + " in name:
        return
    name, given = model_and_revision(name)
    yield name, given
    heads = [(name, given)]
    if found := _STEP_SUFFIX.match(name):
        heads.append((found["name"], f"step{found['step']}"))
    if found := _DATE_SUFFIX.match(name):
        heads.append((found["name"], found["date"]))
    for head, revision in heads:
        parts = [part for part in head.replace("__", "/").split("/") if part]
        if not parts:
            continue
        yield parts[-1], revision
        organisation, _, rest = parts[-1].partition("_")
        if rest and organisation.lower() in organisations:
            yield rest, revision
        if _BARE_SIZE.match(parts[-1]):
            for folder in reversed(parts[:-1]):
                yield f"{folder}-{parts[-1]}", revision
