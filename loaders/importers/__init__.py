"""Source formats that can be imported: one file, one line here. Tried in this order."""

from __future__ import annotations

from loaders.importers.lm_eval_harness import LmEvalHarnessImporter
from loaders.importers.protocol import Importer
from loaders.importers.table import TableImporter

IMPORTERS: tuple[Importer, ...] = (
    LmEvalHarnessImporter(),
    TableImporter(),
)
