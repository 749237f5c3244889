"""Subcommands of `scalewatch`: one file each, one line in COMMANDS. Modules are imported when asked for."""

from __future__ import annotations

COMMANDS = {
    "serve": "dashboard.commands.serve",
    "import": "dashboard.commands.import_results",
    "findings": "dashboard.commands.findings",
    "check": "dashboard.commands.check",
    "diff": "dashboard.commands.diff",
    "set": "dashboard.commands.sets",
    "detect": "dashboard.commands.detect",
    "forecast": "dashboard.commands.forecast",
    "forecast-curve": "dashboard.commands.forecast_curve",
    "audit": "dashboard.commands.audit",
    "compare": "dashboard.commands.compare",
    "controls": "dashboard.commands.controls",
    "run": "dashboard.commands.run_sweep",
    "score": "dashboard.commands.score",
}
"""Name -> module with SUMMARY, add_arguments(parser) and run(args) -> exit code."""
