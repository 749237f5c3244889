"""Stored findings against the same computed anew: hashes say that nothing changed since the set was written, this
that what was written follows from its rows."""

from __future__ import annotations

from analysis.findings.checks.recomputed import disagreements
from analysis.findings.findings_json import findings_from_json
from loaders.store.errors import Damage
from loaders.store.set_folder import SetFolder
from loaders.store.writing import FINDINGS, computed_findings

_MOST = 3


def recomputed(stored: SetFolder) -> list[Damage]:
    """One line where stored findings do not follow from the set's rates and answers.

    Raises StoreError where the set cannot be read, or another version of the method computed its findings.
    """
    answers = stored.answers()
    content = computed_findings(stored.rates(), {} if answers is None else answers.files)
    said = disagreements(stored.findings(), findings_from_json(content))
    if not said:
        return []
    more = f"; and {len(said) - _MOST} more" if len(said) > _MOST else ""
    reason = f"does not say what its rates and answers say: {'; '.join(said[:_MOST])}{more}"
    return [Damage(stored.name, FINDINGS, reason, "Run: scalewatch findings --refresh, or import the set again.")]
