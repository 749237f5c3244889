"""Pure analysis: rows in, findings out. No files, no network, no drawing.

`analysis.detect`, `analysis.predict` (sweeps of a few sizes) and `analysis.forecast_curve` (dense learning curves) are
found on first use, so that `import analysis` stays light.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.dense import forecast_curve
    from analysis.detector.detect import detect, predict

__all__ = ["detect", "forecast_curve", "predict"]
_HOME = {
    "detect": "analysis.detector.detect",
    "predict": "analysis.detector.detect",
    "forecast_curve": "analysis.dense",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'analysis' has no attribute '{name}'")
