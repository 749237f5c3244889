"""Results whose every text tries to be more than text: two sets that draw every page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
from finding_builders import finding, point
from preference_store import store_preferences
from rate_builders import SIZES, rates_row
from small_store import write_set

from analysis.tables import RATES
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

BEHAVIOURS = {"sycophancy-nlp-survey": 0.06, "survival-instinct": -0.05, "politically-liberal": 0.05}
"""Behaviours of the topic pages, and their change from one size to the next."""


def kinds(host: str) -> dict[str, str]:
    """Kind of attack -> a text; a browser that is taken in asks `host` for something."""
    return {
        "html": f"<script>alert(1)</script><img src=http://{host}/html.png onerror=alert(2)><b>Fam</b>",
        "markdown": f"Fam ![x](http://{host}/md.png) [click](http://{host}/a) http://{host}/auto www.evil.example",
        "latex": "Fam $\\frac{a}{b}$ $$\\href{javascript:alert(1)}{x}$$ $5 to $10",
        "directive": ":red[RED] :material/delete: :streamlit: :small[x] :violet-badge[INVERSE] :smile:",
        "ticks": "`a` ``` ~~s~~ **b** _i_ | pipe | & < > &lt; -> \" ' a_b",
        "lines": f"Fam one\n# Heading\n\n- item ![x](http://{host}/nl.png)",
        "control": "Fam a\x00b \x1b[31mRED\x1b[0m \x1b]0;pwned\x07 \u202eRTL\u202c \ufeff",
        "formula": "=cmd|' /C calc'!A0",
        "long": "L" * 10_000,
        "words": "Word " * 2_000,
        "path": "../../x",
    }


def everything(host: str) -> str:
    """One text that holds every attack that needs no line of its own, for texts of which a set has one."""
    return " ".join(text for kind, text in kinds(host).items() if kind not in ("long", "words", "lines"))


def store_hostile(folder: Path, host: str) -> None:
    """Store 'hostile', a family of each kind, and 'preferences', with single answers."""
    rows = [
        rates_row(
            checkpoint=f"{text[:9000]} {size:g}", family=text, lineage="Lin" if kind == "long" else text,
            variant=text if kind in ("markdown", "lines") else "", parameter_count=int(size), evaluation=behavior,
            behavior=behavior, metric=f"metric {text}"[:300], prompt_style="0-shot", result_set="hostile",
            origin="imported", matching_rate=0.45 + slope * place, source=everything(host), licence=everything(host),
        )
        for kind, text in kinds(host).items()
        for behavior, slope in {**BEHAVIOURS, text: 0.06}.items()
        for place, size in enumerate(SIZES)
    ]  # fmt: skip
    said = everything(host)
    sheet = SourceSheet(
        title=f"T {said}", source=f"S {said}", url="javascript:alert(document.domain)", licence=f"L {said}",
        citation=f"C {said}", note=f"N {said}", commit=f"abc](http://{host}/commit.png", date=f"2024 {said}",
    )  # fmt: skip
    Store(folder).write_set("hostile", rates=RATES.validate(pd.DataFrame(rows)), answers=None, sheet=sheet, files={})
    store_preferences(folder, "preferences", prefix=kinds(host)["markdown"], family=kinds(host)["html"], source=said)


def write_hostile(folder: Path, host: str) -> None:
    """The set 'hostile' without its rates and without a fit: quick, and enough for pages that read findings only."""
    slugs = {
        "sycophancy-x": "Sycophancy", "seeks-x": "Power-seeking and self-preservation", "view-x": "Political views",
    }  # fmt: skip
    found = [
        replace(
            finding(text, [point(f"{size / 1e9:g}B", size, 0.3 + 0.05 * at) for at, size in enumerate(SIZES)], q=0.001,
                    behavior=slug, title=f"{group}: {everything(host)}", group=group, concern="more_is_worse",
                    measure=everything(host)),
            source=everything(host), licence=everything(host), metric=text,
        )
        for text in kinds(host).values()
        for slug, group in slugs.items()
    ]  # fmt: skip
    write_set(folder, "hostile", found, title=f"T {everything(host)}")
