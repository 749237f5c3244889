"""Import: files in, rows stored, and a report of everything that was refused. Originals are only read.

Files are read before the results folder is held, so that a long import keeps nobody waiting; what the set holds is read
when it is held, so that nothing another writer stored meanwhile is lost.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from analysis.errors import ScalewatchError, UnknownNameError
from loaders.importing.assemble import Assembler
from loaders.importing.discover import discover, discover_as, files_below
from loaders.importing.formats import IMPORTERS
from loaders.importing.gathered import Gathered, gather
from loaders.importing.merge import merged_answers, merged_questions, merged_rates
from loaders.importing.protocol import Importer
from loaders.importing.report import ImportReport
from loaders.models.registry import Registry
from loaders.store.manifest import NO_LICENCE, SetInfo
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store
from loaders.store.writing import check_name

Item = TypeVar("Item")


class Progress(Protocol):
    """Shows how far a long loop is; gives every item back."""

    def __call__(self, items: Sequence[Item], /) -> Iterable[Item]:
        """The items, one by one."""
        ...


def import_results(
    paths: Iterable[Path],
    into: str,
    store: Store,
    *,
    format_name: str | None = None,
    models: Registry | None = None,
    sheet: SourceSheet | None = None,
    dry_run: bool = False,
    progress: Progress = lambda items: items,
) -> ImportReport:
    """Read every file below `paths` and store what is usable as set `into`.

    A second import of the same files changes nothing. Raises ScalewatchError where the name is not allowed, a path is
    not there, the format is unknown or the set cannot be written; then the set is as it was.
    """
    check_name(into)
    asked = None if format_name is None else _importer(format_name)
    meant = _meant(into, store, sheet)
    files = files_below(paths)
    found = discover(files, IMPORTERS, progress) if asked is None else discover_as(asked, files)

    def read(meant: SourceSheet) -> Gathered:
        readings = (reading for each in progress(found) for reading in each.read(meant))
        return gather(readings, Assembler(into, meant, models), into)

    gathered = read(meant)
    if gathered.rates.empty and not gathered.answers:
        return gathered.report
    with contextlib.nullcontext() if dry_run else store.writing():
        now = _meant(into, store, sheet)
        if now != meant:  # stored from another source while the files were read
            gathered = read(now)
        return _store(gathered, into, store, now, dry_run=dry_run)


def _meant(into: str, store: Store, sheet: SourceSheet | None) -> SourceSheet:
    """What the files' names mean: as given, else as the set was stored. Raises ScalewatchError where the set is
    somebody else's."""
    before = _before(into, store)
    if sheet is not None or before is None:
        return sheet or SourceSheet()
    if not before.is_users_own:
        raise ScalewatchError(
            f"Set '{into}' holds results of {before.source}; your files would be shown under that name.",
            "Choose another --into, or name their source with --source SHEET.toml.",
        )
    return before.sheet()


def _before(into: str, store: Store) -> SetInfo | None:
    return store.info(into) if into in store.sets() else None


def _store(gathered: Gathered, into: str, store: Store, sheet: SourceSheet, *, dry_run: bool) -> ImportReport:
    """Add what was gathered to what the set holds now. The caller holds the results folder."""
    stands = store.set_folder(into) if store.is_own(into) else None
    rates = merged_rates(gathered, stands.rates() if stands else None)
    answers = merged_answers(gathered, (stands.answer_files() or {}) if stands else {})
    questions = merged_questions(
        gathered, stands.question_files() if stands else {}, sheet, sheet.licence or NO_LICENCE
    )  # fmt: skip
    report = gathered.report
    files = dict(stands.manifest().files) if stands else {}
    kept = [(place, report.files[place]) for place in gathered.hashes if report.files[place].kept]
    files |= {Path(file.path).name: gathered.hashes[place] for place, file in kept}
    if report.kept and not dry_run:
        report.changed = store.write_set(
            into, rates=rates, answers=answers or None, questions=questions, sheet=sheet, files=files
        )
    return report


def _importer(name: str) -> Importer:
    for importer in IMPORTERS:
        if name == importer.NAME:
            return importer
    raise UnknownNameError.of("format", name, [each.NAME for each in IMPORTERS])
