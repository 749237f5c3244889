"""Pure analysis: rows in, findings out. No files, no network, no drawing.

`analysis.detect` and `analysis.predict` are found on first use, so that `import analysis` stays light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.detector import detect, predict

__all__ = ["detect", "predict"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from analysis import detector

        return getattr(detector, name)
    raise AttributeError(f"module 'analysis' has no attribute '{name}'")
