"""Source formats that can be imported: one file, one line here. Tried in this order."""

from __future__ import annotations

from loaders.importing.formats.lm_eval_harness import LmEvalHarnessImporter
from loaders.importing.formats.table import TableImporter
from loaders.importing.protocol import Importer

IMPORTERS: tuple[Importer, ...] = (
    LmEvalHarnessImporter(),
    TableImporter(),
)
