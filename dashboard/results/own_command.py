"""Our own command line in a process of its own: statistics libraries stay out of the dashboard's process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.errors import ScalewatchError

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 120
"""Seconds before the command is given up."""


def json_of(arguments: Sequence[str], results: str) -> Any:
    """What `scalewatch ... --json` prints on the results folder.

    Raises ScalewatchError with the command's own reason where it fails, and where it takes too long.
    """
    command = [sys.executable, "-m", "dashboard.commands.cli", *arguments, "--json", "--results", results]
    path = os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part)
    environment = {**os.environ, "PYTHONPATH": path}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired as error:
        raise ScalewatchError(
            f"scalewatch {arguments[0]} took more than {LONGEST} s. Run it in a terminal: {' '.join(arguments)}"
        ) from error
    if done.returncode != 0:
        said = " ".join(done.stderr.split()) or f"exit code {done.returncode} without a reason"
        raise ScalewatchError(said.removeprefix("scalewatch: ")[-1000:])
    return json.loads(done.stdout)
