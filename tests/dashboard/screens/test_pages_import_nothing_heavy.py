"""A page shows what was computed before: it imports no model and no statistics library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from places import ROOT
from small_store import write_small_store

TRACE = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("dashboard/app.py", default_timeout=120).run()
heavy = ("torch", "transformers", "statsmodels", "scipy")
print("landing draws charts", any(name.startswith("dashboard.renderers.") for name in sys.modules))
for file in sys.argv[1:]:
    app = app.switch_page(file).run()
    assert not app.exception, app.exception
    assert app.title, file
print("heavy", sorted(name for name in heavy if name in sys.modules))
"""


def test_no_page_imports_torch_transformers_statsmodels_or_scipy(tmp_path: Path) -> None:
    write_small_store(tmp_path / "results")
    script = tmp_path / "trace.py"
    script.write_text(TRACE.replace('"dashboard/app.py"', repr(str(ROOT / "dashboard" / "app.py"))), encoding="utf-8")
    files = sorted(f"views/{path.name}" for path in (ROOT / "dashboard" / "views").glob("[a-z]*.py"))
    done = subprocess.run(
        [sys.executable, str(script), *files],
        env={**os.environ, "SCALEWATCH_RESULTS": str(tmp_path / "results"), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "landing draws charts False" in done.stdout
    assert "heavy []" in done.stdout
