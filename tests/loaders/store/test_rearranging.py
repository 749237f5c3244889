"""Sets removed, renamed, merged and taken back: whole or not at all."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from answer_builders import answers
from rate_builders import sweep

from analysis.errors import UnknownNameError
from loaders.store.errors import StoreError
from loaders.store.rearranging.merging import joined_sheet
from loaders.store.rearranging.rearrange import merge, remove, rename, undo
from loaders.store.source_sheet import EvaluationSheet, SourceSheet
from loaders.store.store import Store
from loaders.store.undo import pending

RISING = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
SHEET = SourceSheet(source="made for a test", licence="none", origin="published")
OTHER = {"evaluation": "truthfulqa_mc2", "behavior": "truthfulqa-mc2"}


def write(
    store: Store, name: str, rates: pd.DataFrame, sheet: SourceSheet = SHEET, single: pd.DataFrame | None = None
) -> None:
    store.write_set(name, rates=rates.assign(source=sheet.source), answers=single, sheet=sheet, files={"a.csv": name})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    store = Store(folder / "results")
    write(store, "a", sweep(RISING))
    write(store, "b", sweep(RISING[::-1], **OTHER))
    write(Store(folder / "shipped"), "shipped", sweep(RISING, family="OPT"))
    return folder


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Store:
    for each in ("results", "shipped"):
        shutil.copytree(built / each, tmp_path / each)
    return Store(tmp_path / "results", tmp_path / "shipped")


def files(store: Store) -> dict[str, bytes]:
    paths = (path for name in store.own_sets() for path in (store.folder / name).rglob("*") if path.is_file())
    return {path.relative_to(store.folder).as_posix(): path.read_bytes() for path in paths}


def test_a_removed_set_is_gone_and_comes_back(store: Store) -> None:
    before = files(store)
    remove(store, "a")
    assert store.own_sets() == ["b"]
    assert undo(store).text == "remove a"
    assert files(store) == before
    with pytest.raises(StoreError, match="Nothing to undo"):
        undo(store)


def test_a_renamed_set_is_the_same_under_its_new_name(store: Store) -> None:
    before = files(store)
    rename(store, "a", "z")
    assert store.own_sets() == ["b", "z"]
    assert store.damage("z", thorough=True) == []
    assert {each.result_set for each in store.findings("z")} == {"z"}
    assert undo(store).text == "rename a to z"
    assert files(store) == before


def test_a_merged_set_has_the_rows_of_both_and_can_be_unmade(store: Store) -> None:
    before = files(store)
    merge(store, ["a", "b", "shipped"], "c")
    assert store.info("c").n_rates == 18
    assert set(store.rates("c")["result_set"]) == {"c"}
    assert (store.info("c").source, store.info("c").title) == ("made for a test", "c")
    assert store.info("c").files == {"a.csv": "a", "a.csv (b)": "b", "a.csv (shipped)": "shipped"}
    assert undo(store).text == "merge c"
    assert files(store) == before


@pytest.mark.parametrize(
    "did", ["remove", pytest.param("rename", marks=pytest.mark.slow), pytest.param("merge", marks=pytest.mark.slow)]
)
def test_a_write_ends_what_can_be_undone(store: Store, did: str) -> None:
    {"remove": lambda: remove(store, "a"), "rename": lambda: rename(store, "a", "z"),
     "merge": lambda: merge(store, ["a", "b"], "c")}[did]()  # fmt: skip
    write(store, "b", sweep(RISING[::-1], **OTHER))
    assert pending(store.folder) is not None, "nothing was written: the set was there already"
    write(store, "b", sweep(RISING[:5], **OTHER))
    assert pending(store.folder) is None
    assert not (store.folder / ".undo").exists()


def test_a_set_that_was_written_since_is_not_unmade(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    merge(store, ["a", "b"], "c")
    monkeypatch.setattr("loaders.store.store.forget", lambda folder: None)  # a writer killed just after its renames
    write(store, "c", sweep(RISING))
    with pytest.raises(StoreError, match="Nothing to undo"):
        undo(store)
    assert store.info("c").n_rates == 6


@pytest.mark.parametrize("name", ["shipped", "c", "../a", ""])
def test_what_is_not_ones_own_stays(store: Store, name: str) -> None:
    for action in (lambda: remove(store, name), lambda: rename(store, name, "new")):
        with pytest.raises((StoreError, UnknownNameError), match=r"comes with scalewatch|No result set"):
            action()


@pytest.mark.parametrize("name", ["b", "Upper", "../a"])
def test_a_name_that_is_taken_or_bad_is_refused_first(store: Store, name: str) -> None:
    before = files(store)
    with pytest.raises(StoreError, match=r"is there already|is not allowed"):
        rename(store, "a", name)
    with pytest.raises(StoreError, match=r"is there already|is not allowed"):
        merge(store, ["a", "shipped"], name)
    assert files(store) == before


def test_a_row_both_hold_is_one_row(store: Store) -> None:
    write(store, "more", pd.concat([sweep(RISING[:2]), sweep(RISING, **OTHER)], ignore_index=True))
    merge(store, ["a", "more"], "c")
    assert store.info("c").n_rates == 12


def test_another_value_is_refused_and_the_row_named(store: Store) -> None:
    write(store, "more", sweep((RISING[0] + 1e-9, *RISING[1:])))
    with pytest.raises(StoreError, match=r"one row \(Pythia-7e\+07, sycophancy_on_nlp_survey, acc, 0-shot\): \w+ 0\.4"):
        merge(store, ["a", "more"], "c")
    assert "c" not in store.sets()


@pytest.mark.parametrize("field", ["source", "licence", "url", "commit", "citation", "origin"])
def test_two_sources_need_a_sheet(field: str) -> None:
    sheet = replace(SHEET, **{field: "imported" if field == "origin" else "another"})  # type: ignore[arg-type]
    with pytest.raises(StoreError, match=rf"Sets 'a' and 'b' have different sources: {field} "):
        joined_sheet([SHEET, sheet], ["a", "b"], "c")
    given = SourceSheet(source="both")
    assert joined_sheet([SHEET, sheet], ["a", "b"], "c", given) is given


def test_what_else_two_sheets_say_is_joined() -> None:
    facts = {"e": EvaluationSheet(metric="acc")}
    one = replace(SHEET, title="One", note="First.", date="2024-01-01", prompt_style="0-shot", evaluations=facts)
    two = replace(SHEET, title="Two", note="Second.", date="2023-01-01")
    joined = joined_sheet([one, two], ["a", "b"], "c")
    assert (joined.title, joined.note, joined.date, joined.prompt_style) == ("c", "First. Second.", "2024-01-01", None)
    assert joined.evaluations == facts
    with pytest.raises(StoreError, match="Set 'b' says otherwise than another what evaluation 'e' means"):
        joined_sheet([one, replace(two, evaluations={"e": EvaluationSheet(scale=-1.0)})], ["a", "b"], "c")


def test_a_given_sheet_is_said_in_every_row(store: Store) -> None:
    merge(store, ["a", "b"], "c", SourceSheet(source="both", licence="CC0", origin="imported"))
    rates = store.rates("c")
    assert (set(rates["source"]), set(rates["licence"]), set(rates["origin"])) == ({"both"}, {"CC0"}, {"imported"})


def test_controls_and_real_models_are_never_one_set(store: Store) -> None:
    control = replace(SHEET, origin="control")
    write(store, "made-up", sweep(RISING, **OTHER).assign(origin="control"), control)
    with pytest.raises(StoreError, match="never in one set"):
        merge(store, ["a", "made-up"], "c")
    for sheets, given in (([SHEET, control], SHEET), ([SHEET, control], control), ([SHEET, SHEET], control)):
        with pytest.raises(StoreError, match="never in one set"):
            joined_sheet(sheets, ["a", "b"], "c", given)


def test_one_checkpoint_with_two_sizes_is_refused(store: Store) -> None:
    odd = sweep(RISING, **OTHER)
    write(store, "odd", odd.assign(parameter_count=odd["parameter_count"] + 1))
    with pytest.raises(StoreError, match=r"'a' and 'odd' say different things of checkpoint 'Pythia.*parameter_count"):
        merge(store, ["a", "odd"], "c")


@pytest.mark.slow
def test_parts_of_answers_are_kept_and_shared_questions_stand_once(store: Store) -> None:
    rows = answers()
    other = rows.assign(evaluation="other")
    write(store, "x", sweep(RISING), single=rows)
    write(store, "y", sweep(RISING, **OTHER), single=pd.concat([other, rows.head(70)]))
    merge(store, ["x", "y"], "c")
    assert store.info("c").n_answers == 2 * len(rows)
    (kept,) = (file for file in store.info("y").hashes if file.startswith("answers/evaluation=other/"))
    assert (store.folder / "c" / kept).stat().st_ino == (store.folder / "y" / kept).stat().st_ino
    changed = rows.head(70).assign(matching_probability=rows["matching_probability"].head(70) / 2)
    write(store, "y", sweep(RISING, **OTHER), single=changed)
    with pytest.raises(StoreError, match=r"matching_probability"):
        merge(store, ["x", "y"], "d")


def test_answers_of_other_models_are_kept_as_parts(store: Store) -> None:
    rows = answers()
    small = rows["checkpoint"] == rows["checkpoint"].iloc[0]
    write(store, "x", sweep(RISING), single=rows[small])
    write(store, "y", sweep(RISING, **OTHER), single=rows[~small])
    merge(store, ["x", "y"], "c")
    parts = [file for file in store.info("c").hashes if file.startswith("answers/")]
    assert (len(parts), store.info("c").n_answers) == (2, len(rows))
