"""scalewatch set: result sets removed, renamed, merged, and the last of these taken back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.commands.terminal import say

if TYPE_CHECKING:
    from loaders.store.store import Store

SUMMARY = "remove, rename or merge result sets; undo the last of these"
_UNDO = "Take it back before the next write: scalewatch set undo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """remove NAME | rename OLD NEW | merge SET SET... --into NEW [--source SHEET.toml] | undo."""
    actions = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    remove = actions.add_parser("remove", help="take a set out of the results folder")
    remove.add_argument("name", metavar="NAME")
    rename = actions.add_parser("rename", help="call a set otherwise")
    rename.add_argument("old", metavar="OLD")
    rename.add_argument("new", metavar="NEW")
    merge = actions.add_parser("merge", help="make a new set of the rows of several, which stay as they are")
    merge.add_argument("names", nargs="+", metavar="SET")
    merge.add_argument("--into", required=True, metavar="NEW", help="name of the new set")
    merge.add_argument("--source", type=Path, metavar="SHEET.toml", help="where the merged results come from")
    undo = actions.add_parser("undo", help="take back the last of these, until the next write")
    for each in (remove, rename, merge, undo):
        each.add_argument(
            "--results", type=Path, metavar="DIR", default=argparse.SUPPRESS,
            help="results folder (default: $SCALEWATCH_RESULTS, else ./cached_results)",
        )  # fmt: skip
        each.add_argument(
            "--no-shipped", action="store_true", default=argparse.SUPPRESS,
            help="leave out the sets that come with scalewatch",
        )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Do it and say so, with how to take it back."""
    from loaders.store.store import Store

    store = Store.opened(args.results)
    say(_DO[args.action](store, args))
    if args.action != "undo":
        where = f" --results {args.results}" if args.results is not None else ""
        say(f"{_UNDO}{where}")
    return 0


def _remove(store: Store, args: argparse.Namespace) -> str:
    from loaders.store.rearranging.rearrange import remove

    remove(store, args.name)
    shipped = " (the set of that name that comes with scalewatch shows again)" if args.name in store.sets() else ""
    return f"removed {args.name}{shipped}"


def _rename(store: Store, args: argparse.Namespace) -> str:
    from loaders.store.rearranging.rearrange import rename

    rename(store, args.old, args.new)
    return f"renamed {args.old} to {args.new}"


def _merge(store: Store, args: argparse.Namespace) -> str:
    from loaders.store.rearranging.rearrange import merge
    from loaders.store.source_sheet import read_source_sheet

    merge(store, args.names, args.into, read_source_sheet(args.source) if args.source else None)
    info = store.info(args.into)
    return f"merged {', '.join(args.names)} into {args.into}: {info.n_rates:,} rates, {info.n_answers:,} answers"


def _undo(store: Store, args: argparse.Namespace) -> str:
    del args
    from loaders.store.rearranging.rearrange import undo

    return f"undone: {undo(store).text}"


_DO = {"remove": _remove, "rename": _rename, "merge": _merge, "undo": _undo}
