"""Runs one program as a child of its own, on one thread, and counts its CPU time and memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
_OFFLINE = ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
ENVIRONMENT = dict.fromkeys(_ONE_THREAD, "1") | dict.fromkeys(_OFFLINE, "1") | {"TOKENIZERS_PARALLELISM": "false"}


@dataclass(frozen=True, slots=True)
class Usage:
    """User plus system time of a child and its children, and its largest resident set in 1e9 bytes."""

    cpu_seconds: float
    peak_gb: float
    output: str


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Usage:
    """Run it to its end. Raises RuntimeError with the end of its stderr where it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(
            command, stdout=out, stderr=err, env=dict(os.environ) | ENVIRONMENT | dict(environment or {})
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            said = err.read().decode(errors="replace")[-3000:]
            raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}:\n{said}")
        return Usage(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e9, out.read().decode())
