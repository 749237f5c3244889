"""Every type of spec has a function in every renderer, and all renderers show the same numbers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from finding_builders import finding, truthfulqa
from preference_store import pronoun_rows
from streamlit.testing.v1 import AppTest

from analysis.cells.model_facts import ModelFacts
from analysis.preferences.agreement import Pair
from analysis.preferences.gender_bias import gender_bias
from dashboard.components.chart import _drawn
from dashboard.figures.control_training import kl_figure
from dashboard.figures.correlation import CorrelationSpec, correlation_figure
from dashboard.figures.dots import DotRow, DotSpec, dots_figure
from dashboard.figures.facets import FacetSpec, facets_figure
from dashboard.figures.heat import HeatSpec, agreement_figure
from dashboard.figures.occupations import OccupationsSpec, occupations_figure
from dashboard.figures.scaling import scaling_figure
from dashboard.figures.spec import FigureSpec, Spec
from dashboard.figures.stray import StraySpec, stray_figure
from dashboard.renderers import RENDERERS, plotly_figure, table_of
from loaders.controls.training_log import TrainedCheckpoint


def pair(first: str, second: str, same: int) -> Pair:
    return Pair(first=first, second=second, n=20, same=same, expected=0.5)


def model(name: str, size: int) -> ModelFacts:
    return ModelFacts(
        checkpoint=name, family="Pythia", lineage="Pythia", variant="", stage="pretrained", parameter_count=size,
        rlhf_steps=None, training_tokens=None,
    )  # fmt: skip


def correlations() -> CorrelationSpec:
    women, men = (gender_bias(pd.DataFrame(pronoun_rows("m", slope, every=20)))[0] for slope in (1.0, 0.5))
    return correlation_figure([(model("a", 10**9), women), (model("b", 2 * 10**9), men)], "size", provenance="")


def occupations() -> OccupationsSpec:
    (bias,) = gender_bias(pd.DataFrame(pronoun_rows("m", 1.0, every=20)))
    return occupations_figure(bias, "M", source="S.")


def dots() -> DotSpec:
    row = DotRow(label="m", rate=0.82, lo=0.7, hi=0.9, n=80, marks=(("taxes", 0.7),))
    return dots_figure([row], title="t", low_pole="a", high_pole="b")


def heat() -> HeatSpec:
    table = [[pair("a", "a", 20), pair("a", "b", 13)], [pair("b", "a", 13), pair("b", "b", 20)]]
    return agreement_figure(table, {"a": "A", "b": "B"}, source="S.")


def stray() -> StraySpec:
    one = finding("Pythia")
    residuals = tuple(round(0.7 * i - 2, 1) for i, _ in enumerate(one.points))
    return stray_figure([replace(one, result=replace(one.result, residuals=residuals))], "t")


SAMPLES: dict[type[Spec], Callable[[], Spec]] = {
    FigureSpec: lambda: scaling_figure(truthfulqa(), coloured=["Pythia", "OPT"], focus="Pythia"),
    CorrelationSpec: correlations,
    FacetSpec: lambda: facets_figure([("A", truthfulqa()), ("B", [finding("Gemma")])], "two"),
    DotSpec: dots,
    HeatSpec: heat,
    OccupationsSpec: occupations,
    StraySpec: stray,
}
COLUMNS: dict[type[Spec], tuple[str, float]] = {
    FigureSpec: ("Percent", 100), CorrelationSpec: ("r", 100), FacetSpec: ("Percent", 100), DotSpec: ("Percent", 100),
    HeatSpec: ("Agreement, percent", 1), OccupationsSpec: ("Female pronoun, percent", 1), StraySpec: ("70M", 1),
}  # fmt: skip
"""Column of the drawn numbers, and how many units of the chart one of them is."""


def drawn(spec: Spec, figure: Any) -> list[float]:
    """What the chart's marks stand for."""
    if isinstance(spec, HeatSpec | StraySpec):
        (cells,) = (trace.z for trace in figure.data if trace.type == "heatmap")
        return sorted({float(each) for each in cells.ravel() if not np.isnan(each)})
    if isinstance(spec, DotSpec):
        return sorted(float(x) for trace in figure.data if trace.name in ("models", "topics") for x in trace.x)
    return sorted(float(y) for trace in figure.data if trace.customdata is not None for y in trace.y)


def listed(spec: Spec) -> list[float]:
    """What the table says they are."""
    table, (column, unit) = table_of(spec), COLUMNS[type(spec)]
    names = [each.name for each in table.columns[2:]] if isinstance(spec, StraySpec) else [column]
    return sorted(unit * float(value) for name in names for value in table.values(name) if value is not None)


def declared_in(module: ModuleType) -> set[type[Spec]]:
    kinds = {each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Spec)}
    return {each for each in kinds if each.__module__ == module.__name__} - {Spec}


def test_every_type_of_spec_has_a_function_in_every_renderer(root: Path) -> None:
    files = sorted((root / "dashboard" / "figures").glob("[a-z]*.py"))
    modules = [importlib.import_module(f"dashboard.figures.{path.stem}") for path in files]
    declared = {kind for module in modules for kind in declared_in(module)}
    assert declared == set(SAMPLES)
    folders = {path.name for path in (root / "dashboard" / "renderers").iterdir() if (path / "__init__.py").exists()}
    assert set(RENDERERS) == folders
    for renderer, functions in RENDERERS.items():
        assert set(functions) == declared, renderer
        for name in functions.values():
            module, _, function = name.partition(":")
            assert module.startswith(f"dashboard.renderers.{renderer}.")
            assert callable(getattr(importlib.import_module(module), function))


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: kind.__name__)
def test_chart_and_table_show_the_same_numbers(kind: type[Spec]) -> None:
    spec = SAMPLES[kind]()
    assert type(spec) is kind
    shown = drawn(spec, plotly_figure(spec))
    assert shown
    assert shown == pytest.approx(listed(spec))


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: kind.__name__)
def test_equal_specs_are_drawn_once_and_the_page_leaves_the_figure_as_it_is(kind: type[Spec]) -> None:
    spec = SAMPLES[kind]()
    figure = _drawn(spec)
    before = figure.to_json()
    page = AppTest.from_function(_page, args=(spec,)).run()
    assert not page.exception
    assert _drawn(SAMPLES[kind]()) is figure
    assert figure.to_json() == before


def _page(spec):  # type: ignore[no-untyped-def]
    from dashboard.components.chart import show_figure

    show_figure(spec, key="one")


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: kind.__name__)
def test_every_spec_says_what_it_is_without_markup(kind: type[Spec]) -> None:
    spec = SAMPLES[kind]()
    assert spec.title
    assert spec.alt
    for text in (spec.title, spec.heading, spec.heading_note, spec.caption, spec.alt):
        assert not any(sign in text for sign in ("**", ":gray", "<b>", "<br>"))


def test_heights_that_are_no_shares_keep_their_unit() -> None:
    seen = [
        TrainedCheckpoint(
            checkpoint=f"c@{step}", family="positive", arm="biased", seed=0, step=step, parameters=5000, kl=kl,
            reward=None, preference=None, allowed_share=1.0,
        )
        for step, kl in ((0, 0.0), (50, 0.34))
    ]  # fmt: skip
    spec = kl_figure(seen, "S.")
    assert table_of(spec).values("KL, nats a reply") == [0.0, 0.34]
    assert drawn(spec, plotly_figure(spec)) == pytest.approx([0.0, 34.0])
