"""Where tests find the repository and the real data beside it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""
APP = ROOT / "dashboard" / "app.py"
SHARED = ROOT.parent / "shared"
"""Real data and tools; absent on a user's machine."""
NEEDS_SHARED = "needs ../shared, which is not on this machine"
"""Why a test that reads it is skipped."""
