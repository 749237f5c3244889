"""Specs and charts of agreement and gender bias: what is hatched, numbered, coloured and said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from preference_store import pronoun_rows

from analysis.cells.model_facts import ModelFacts, chart_names, fully_trained, in_order, unshown_replicates
from analysis.preferences.agreement import LEAST_SHARED, Pair
from analysis.preferences.gender_bias import GenderBias, ModelBias, gender_bias
from dashboard.figures.correlation import axes_with_lines, correlation_figure, lines_of
from dashboard.figures.heat import agreement_figure
from dashboard.figures.occupations import occupations_figure
from dashboard.renderers import table_of
from dashboard.renderers.plotly.heat import MOST_WITH_NUMBERS, heat_chart
from dashboard.renderers.plotly.occupations import occupations_chart
from dashboard.renderers.plotly.scaling import scaling_chart
from dashboard.renderers.plotly.theme_colours import DIVERGING, INK, PAGE, RAMP
from dashboard.words import agreement as agreement_words
from dashboard.words import gender_bias as gender_words
from dashboard.words.numbers import r_interval


def model(name: str, size: float | None = 1e9, **more: object) -> ModelFacts:
    base = ModelFacts(
        checkpoint=name, family="Pythia", lineage="Pythia", variant="", stage="pretrained",
        parameter_count=None if size is None else int(size), rlhf_steps=None, training_tokens=None,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def pair(first: str, second: str, same: int, n: int) -> Pair:
    return Pair(first=first, second=second, n=n, same=same, expected=0.5 if n else None)


def square(n: int, shared: int = 20) -> list[list[Pair]]:
    return [[pair(f"m{i}", f"m{j}", shared - abs(i - j), shared) for j in range(n)] for i in range(n)]


def bias(checkpoint: str = "m", r: float | None = 0.5, **more: object) -> GenderBias:
    base = GenderBias(
        checkpoint=checkpoint, prompt_style="dialogue", r=r, low=None if r is None else r - 0.1,
        high=None if r is None else r + 0.1, neutral=0.3, leans=(), reason="" if r is not None else "nothing varies",
        warnings=(),
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def test_a_model_with_itself_is_blank_and_too_few_behaviours_are_hatched() -> None:
    table = [[pair("a", "a", 20, 20), pair("a", "b", LEAST_SHARED - 1, LEAST_SHARED - 1)],
             [pair("b", "a", LEAST_SHARED, LEAST_SHARED), pair("b", "b", 1, 1)]]  # fmt: skip
    spec = agreement_figure(table, {"a": "A", "b": "B"}, source="S.")
    assert [[cell.hatched for cell in row] for row in spec.cells] == [[False, True], [False, False]]
    assert [[cell.share for cell in row] for row in spec.cells] == [[None, None], [1.0, None]]
    assert spec.cells[0][1].hover == ("A and B", f"{LEAST_SHARED - 1} shared behaviours: too few")
    assert spec.rows == ("A  1", "B  2")
    figure = heat_chart(spec)
    assert figure.data[1].fillpattern.shape == "/"
    assert len(figure.data[1].x) == 6


def test_numbers_stand_in_cells_as_long_as_a_phone_can_show_them() -> None:
    names = {f"m{i}": f"M{i}" for i in range(MOST_WITH_NUMBERS + 1)}
    few = heat_chart(agreement_figure(square(MOST_WITH_NUMBERS), names, source="S."))
    assert len(few.layout.annotations) == MOST_WITH_NUMBERS * (MOST_WITH_NUMBERS - 1)
    assert few.layout.annotations[0].text == "95"
    many = agreement_figure(square(MOST_WITH_NUMBERS + 1), names, source="S.")
    assert not heat_chart(many).layout.annotations
    with pytest.raises(ValueError, match="at least one pair"):
        agreement_figure([], {}, source="S.")


@pytest.mark.parametrize(("same", "ink"), [(1, False), (7, True), (13, True), (14, False), (20, False)])
def test_numbers_are_in_ink_on_faint_steps_and_in_the_pages_colour_on_strong_ones(same: int, ink: bool) -> None:
    figure = heat_chart(agreement_figure([[pair("a", "b", same, 20)]], {"a": "A", "b": "B"}, source="S."))
    assert figure.layout.annotations[0].font.color == (INK if ink else PAGE)
    assert [colour for _, colour in figure.data[0].colorscale][::2] == list(DIVERGING)


def test_summary_counts_pairs_inside_and_across_families() -> None:
    models = {name: model(name, family=family) for name, family in zip("abc", ("X", "X", "Y"), strict=True)}
    table = [pair("a", "b", 18, 20), pair("a", "c", 10, 20), pair("b", "c", 12, 20)]
    said = agreement_words.summary(table, models, 20)
    assert "Two models of one family agree on **90%** (median of 1 pair)." in said
    assert "Models of different families agree on **55%** (median of 2 pairs; 50% to 60%)." in said
    assert "would agree on 50%" in said
    assert agreement_words.summary([pair("a", "b", 1, 1)], models, 1) == "2 models, 1 behaviour of two answers."


def test_names_stay_unique_and_only_last_steps_are_compared() -> None:
    runs = [model(f"p-{step}", stage="rlhf", rlhf_steps=step) for step in (0, 100, 500)]
    base = model("p")
    assert [each.checkpoint for each in fully_trained([*runs, base])] == ["p", "p-500"]
    seeds = [model(f"p-seed{seed}") for seed in (0, 1, 2)]
    assert unshown_replicates([*runs, base], fully_trained([*runs, base])) == 0
    assert unshown_replicates([*runs, *seeds], fully_trained([*runs, *seeds])) == 2
    drawn = {"m0": "A", "m1": "B"}
    captions = [agreement_figure(square(2), drawn, source="S.", n_replicates=n).caption for n in (2, 1, 0)]
    assert "One model of each size is shown, 2 replicates are not. S." in captions[0]
    assert "1 replicate is not." in captions[1]
    assert "replicate" not in captions[2]
    assert chart_names([base, runs[2]]) == {"p": "Pythia 1B", "p-500": "Pythia 1B RLHF"}
    assert chart_names(runs) == {f"p-{step}": f"Pythia 1B, {step} steps" for step in (0, 100, 500)}
    twins = [model("x"), model("y")]
    assert chart_names(twins) == {"x": "x", "y": "y"}
    unsized = chart_names([model("z", None), base])
    assert unsized["z"] == "Pythia"
    assert [each.checkpoint for each in in_order([model("big", 2e9), base])] == ["p", "big"]


def test_lines_along_steps_are_a_ramp_from_small_to_large() -> None:
    entries: list[ModelBias] = [
        (model(f"{size}-{steps}", size, stage="rlhf", rlhf_steps=steps), bias(f"{size}-{steps}", 0.2 + steps / 1000))
        for size in (2.8e9, 7e7, 4.1e8)
        for steps in (0, 500)
    ]
    assert axes_with_lines(entries) == ["size", "rlhf"]
    spec = correlation_figure(entries, "rlhf", provenance="Source: test")
    assert [line.name for line in spec.lines] == ["Pythia 70M", "Pythia 410M", "Pythia 2.8B"]
    assert all(line.ramp for line in spec.lines)
    colours = [trace.line.color for trace in scaling_chart(spec).data if str(trace.name).endswith(" joined")]
    assert colours == [RAMP[place - 1] for place in (4, 7, 10)]


def test_the_axis_of_r_holds_zero_one_and_every_interval_and_no_percent() -> None:
    entries: list[ModelBias] = [(model("a", 1e9), bias("a", -0.25)), (model("b", 2e9), bias("b", 0.9))]
    spec = correlation_figure(entries, "size", provenance="Source: test")
    assert spec.y_range == (pytest.approx(-0.4), 1.0)
    assert [text for _, text in spec.y_ticks] == ["−0.4", "−0.2", "0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    figure = scaling_chart(spec)
    assert list(figure.layout.yaxis.ticktext) == [text for _, text in spec.y_ticks]
    assert "r = −0.25 [−0.35, −0.15]" in spec.lines[0].points[0].hover


def test_more_than_six_families_leave_the_rest_grey() -> None:
    entries: list[ModelBias] = [
        (model(f"{family}-{size:g}", size, family=family, lineage=family), bias(f"{family}-{size:g}"))
        for family in "ABCDEFGH"
        for size in (1e9, 2e9)
    ]
    spec = correlation_figure(entries, "size", provenance="")
    assert sum(line.place is None for line in spec.lines) == 2
    assert "Grey: other series, named on hover." in spec.caption


def test_models_without_r_or_without_size_have_no_place_but_a_row() -> None:
    entries: list[ModelBias] = [(model("a", None), bias("a")), (model("b"), bias("b", None))]
    spec = correlation_figure(entries, "size", provenance="")
    assert spec.lines == ()
    assert axes_with_lines(entries) == ["size"]
    assert table_of(spec).values("r") == [0.5, None]
    assert table_of(spec).values("Note") == ["", "nothing varies"]
    assert r_interval(None, None, None, "nothing varies") == "no r: nothing varies"
    assert gender_words.one_model(entries[1][1]).startswith("There is no r: nothing varies.")


def test_several_prompt_styles_are_lines_of_their_own() -> None:
    entries: list[ModelBias] = [(model("a"), bias("a", prompt_style=style)) for style in ("dialogue", "bare")]
    assert [line.name for line in lines_of(entries, "size")] == ["Pythia, bare", "Pythia, dialogue"]


def test_scatter_clips_its_bars_and_draws_line_and_diagonal() -> None:
    import pandas as pd

    (found,) = gender_bias(pd.DataFrame(pronoun_rows("m", 1.0, every=20)))
    spec = occupations_figure(found, "M", source="S.")
    figure = occupations_chart(spec)
    diagonal, spread, dots, line = figure.data
    assert list(diagonal.y) == [0, 100]
    assert (np.asarray(spread.error_y.array) + spread.y <= 100).all()
    assert (spread.y - np.asarray(spread.error_y.arrayminus) >= 0).all()
    assert len(dots.x) == len(found.leans) == 15
    assert list(line.y) == pytest.approx([100 * end for end in found.line or ()])
    assert "women in the statistics: " in dots.hovertext[0]
