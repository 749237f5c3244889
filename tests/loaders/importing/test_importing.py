"""Files in, rows stored, every refusal with file, line and remedy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.errors import ScalewatchError
from loaders.importing.run import ImportReport, import_results
from loaders.models.registry import load_models_file
from loaders.store.source_sheet import EvaluationSheet, SheetError, SourceSheet, read_source_sheet
from loaders.store.store import Store

LONG = "model,evaluation,rate,n_questions\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


def table(tmp_path: Path, text: str, name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def reasons(report: ImportReport) -> list[tuple[int | None, str, str]]:
    return [(p.line, p.field, p.reason) for file in report.files for p in file.problems]


def harness(tmp_path: Path, name: str = "results_2026-01-01T00-00-00.000000.json", **document: object) -> Path:
    base = {
        "results": {"sycophancy_on_nlp_survey": {"alias": "x", "acc,none": 0.6, "acc_stderr,none": 0.004903}},
        "config": {"model_args": "pretrained=EleutherAI/pythia-1b-deduped", "limit": None},
        "n-shot": {"sycophancy_on_nlp_survey": 0},
        "n-samples": {"sycophancy_on_nlp_survey": {"original": 9984, "effective": 9984}},
    }
    path = tmp_path / name
    path.write_text(json.dumps(base | document, indent=1))
    return path


def test_long_table(tmp_path: Path, store: Store) -> None:
    path = table(tmp_path, LONG + "EleutherAI/pythia-70m-deduped,sycophancy_on_nlp_survey,0.5,9984\n")
    report = import_results([path], "mine", store)
    assert report.as_json() | {"files": None} == {
        "set": "mine", "read": 1, "kept": 1, "rejected": 0, "files": None, "unknown_models": [],
    }  # fmt: skip
    row = store.rates("mine").iloc[0]
    assert (row["family"], row["variant"], row["parameter_count"]) == ("Pythia", "deduped", 70_426_624)
    assert (row["behavior"], row["n_matching"], row["ci_method"]) == ("sycophancy-nlp-survey", 4992, "Wilson")
    assert (row["source"], row["licence"]) == ("imported into mine", "licence not stated")


def test_wide_table_skips_empty_cells_and_model_facts(tmp_path: Path, store: Store) -> None:
    text = "Model,Model Size (B),TruthfulQA,MMLU\nfacebook/opt-125m,0.125,0.43,0.26\nfacebook/opt-1.3b,1.3,,0.25\n"
    report = import_results([table(tmp_path, text)], "mine", store)
    assert (report.kept, report.rejected) == (3, 0)
    assert set(store.rates("mine")["evaluation"]) == {"TruthfulQA", "MMLU"}


def test_tab_separated_and_parquet_read_alike(tmp_path: Path, store: Store) -> None:
    import pandas as pd

    rows = [{"model": "facebook/opt-125m", "evaluation": "TruthfulQA", "rate": 0.43, "n_questions": 817}]
    pd.DataFrame(rows).to_parquet(tmp_path / "a.parquet")
    pd.DataFrame(rows).to_csv(tmp_path / "b.tsv", sep="\t", index=False)
    for name in ("a.parquet", "b.tsv"):
        assert import_results([tmp_path / name], name[0], store).kept == 1
    left, right = (
        store.rates("a").drop(columns=["result_set", "source"]),
        store.rates("b").drop(columns=["result_set", "source"]),
    )
    assert left.equals(right)


def test_second_import_changes_nothing(tmp_path: Path, store: Store) -> None:
    path = harness(tmp_path)
    assert import_results([path], "mine", store).changed
    before = (store.folder / "mine" / "manifest.json").read_bytes()
    again = import_results([path], "mine", store)
    assert (again.kept, again.rejected, again.changed) == (1, 0, False)
    assert (store.folder / "mine" / "manifest.json").read_bytes() == before


def test_imports_add_up(tmp_path: Path, store: Store) -> None:
    import_results([table(tmp_path, LONG + "facebook/opt-125m,TruthfulQA,0.43,817\n", "a.csv")], "mine", store)
    import_results([table(tmp_path, LONG + "facebook/opt-1.3b,TruthfulQA,0.41,817\n", "b.csv")], "mine", store)
    assert len(store.rates("mine")) == 2
    assert set(store.info("mine").files) == {"a.csv", "b.csv"}


def test_a_dry_run_stores_nothing(tmp_path: Path, store: Store) -> None:
    report = import_results([harness(tmp_path)], "mine", store, dry_run=True)
    assert (report.kept, store.sets()) == (1, [])


def test_bad_cells_name_line_and_remedy(tmp_path: Path, store: Store) -> None:
    text = LONG + (
        "facebook/opt-125m,TruthfulQA,0.43,817\n"
        "facebook/opt-125m,MMLU,NaN,100\n"
        "facebook/opt-125m,HellaSwag,45.2,100\n"
        "facebook/opt-125m,ARC-C,good,100\n"
        "facebook/opt-125m,GSM8K,0.1,ten\n"
        ",GSM8K,0.1,10\n"
    )
    report = import_results([table(tmp_path, text)], "mine", store)
    assert (report.kept, report.rejected) == (1, 5)
    found = {line: (field, reason) for line, field, reason in reasons(report)}
    assert "nan is not a rate" in found[3][1]
    assert "divide percentages by 100" in found[4][1]
    assert "'good' is not a number" in found[5][1]
    assert found[6] == (
        "n_questions",
        "n_questions is 'ten', not a whole number of at least 1. Correct or empty the cell",
    )
    assert found[7][0] == "model"


def test_repeats_are_not_averaged(tmp_path: Path, store: Store) -> None:
    text = LONG + "facebook/opt-125m,TruthfulQA,0.43,817\nfacebook/opt-125m,TruthfulQA,0.44,817\n"
    report = import_results([table(tmp_path, text)], "mine", store)
    assert (report.kept, report.rejected) == (1, 1)
    assert "already has the rate 0.4300 on TruthfulQA (as published), from table.csv" in reasons(report)[0][2]
    assert store.rates("mine")["matching_rate"].tolist() == [0.43]


def test_an_unknown_model_lists_what_is_missing_and_a_models_file_helps(tmp_path: Path, store: Store) -> None:
    path = table(tmp_path, LONG + "our-model-3b,TruthfulQA,0.43,817\n")
    report = import_results([path], "mine", store)
    assert (report.kept, report.changed) == (0, False)
    assert report.as_json()["unknown_models"] == [
        {"name": "our-model-3b", "missing": ["family", "parameter_count", "stage"]}
    ]
    assert "--models FILE.toml" in reasons(report)[0][2]
    models = tmp_path / "models.toml"
    models.write_text(
        '[[model]]\nname = "our-model-3b"\nfamily = "Ours"\nparameter_count = 3000000000\nstage = "sft"\n'
    )
    assert import_results([path], "mine", store, models=load_models_file(models)).kept == 1
    assert store.rates("mine").iloc[0]["family"] == "Ours"


def test_facts_in_the_table_describe_unknown_models(tmp_path: Path, store: Store) -> None:
    text = "model,family,n_params,stage,rlhf_steps,evaluation,rate\nlab-7b,Lab,7000000000,rlhf,50,refusal,0.2\n"
    assert import_results([table(tmp_path, text)], "mine", store).kept == 1
    row = store.rates("mine").iloc[0]
    assert (row["checkpoint"], row["rlhf_steps"], row["behavior"]) == ("lab-7b@rl50", 50, "refusal")
    assert "neither question count nor standard error" in row["ci_method"]


def test_truncated_json_names_the_line(tmp_path: Path, store: Store) -> None:
    path = harness(tmp_path)
    path.write_text(path.read_text()[:200])
    report = import_results([path], "mine", store)
    assert report.kept == 0
    line, _, reason = reasons(report)[0]
    assert line is not None
    assert line > 1
    assert "not a complete JSON document" in reason
    assert store.sets() == []


def test_nan_literals_are_refused_and_the_rest_kept(tmp_path: Path, store: Store) -> None:
    path = harness(tmp_path)
    text = path.read_text().replace(
        '"results": {', '"results": {\n  "piqa": {"acc,none": NaN, "acc_stderr,none": NaN},', 1
    )
    path.write_text(text)
    report = import_results([path], "mine", store)
    assert (report.kept, report.rejected) == (1, 1)
    line, field, reason = reasons(report)[0]
    assert (line, field) == (3, "piqa")
    assert "not a rate" in reason


def test_a_folder_of_something_else_stores_nothing(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "notes.csv").write_text("date,weather\n2026-01-01,rain\n")
    report = import_results([folder], "mine", store)
    assert (report.kept, report.rejected) == (0, 0)
    assert [file.format for file in report.files] == [None, None]
    assert all("not recognised" in reason for _, _, reason in reasons(report))


def test_a_path_that_is_not_there(tmp_path: Path, store: Store) -> None:
    with pytest.raises(ScalewatchError, match=r"no such file or folder"):
        import_results([tmp_path / "nowhere"], "mine", store)


def test_naming_a_format_that_does_not_exist(tmp_path: Path, store: Store) -> None:
    with pytest.raises(ScalewatchError, match=r"Known: lm-evaluation-harness, table"):
        import_results([harness(tmp_path)], "mine", store, format_name="excel")


def test_originals_are_only_read(tmp_path: Path, store: Store) -> None:
    path = harness(tmp_path)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    import_results([path], "mine", store)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_old_harness_files_and_their_question_count(tmp_path: Path, store: Store) -> None:
    rate, n = 0.5193798449612403, 1677
    error = (rate * (1 - rate) / (n - 1)) ** 0.5
    model_args = "pretrained=EleutherAI/pythia-v1.1-70m,revision=step1000"
    document = {
        "results": {"crows_pairs_english": {"pct_stereotype": rate, "pct_stereotype_stderr": error}},
        "versions": {"crows_pairs_english": 0},
        "config": {"model": "hf-causal", "model_args": model_args, "num_fewshot": 0},
    }
    path = tmp_path / "70m_step1000.json"
    path.write_text(json.dumps(document))
    assert import_results([path], "mine", store).kept == 1
    row = store.rates("mine").iloc[0]
    assert (row["checkpoint"], row["n_questions"], row["n_matching"]) == ("pythia-70m@step1000", n, 871)
    assert (row["run_settings"], row["shots"], row["training_tokens"]) == ("0-shot", 0, 1000 * 2_097_152)


def test_the_sheet_turns_an_opposite_share_round(tmp_path: Path, store: Store) -> None:
    sheet = SourceSheet(
        licence="MIT",
        source="safetywashing",
        only=("sycophancy",),
        evaluations={
            "sycophancy": EvaluationSheet(scale=-1, offset=1, behavior="sycophancy-aggregate", n_questions=30051)
        },
    )
    path = table(tmp_path, "model,sycophancy,other\nQwen1.5-0.5B,0.349,7\n")
    assert import_results([path], "mine", store, sheet=sheet).rejected == 0
    row = store.rates("mine").iloc[0]
    assert row["matching_rate"] == pytest.approx(0.651)
    assert (row["licence"], row["source"], row["n_questions"]) == ("MIT", "safetywashing", 30051)


def test_a_wrong_sheet_names_field_and_allowed(tmp_path: Path) -> None:
    path = table(tmp_path, 'licens = "MIT"\n', "sheet.toml")
    with pytest.raises(SheetError, match=r"field 'licens' is not known\. Allowed: .*licence"):
        read_source_sheet(path)
    path.write_text('[evaluations."x"]\nscale = "minus one"\n')
    with pytest.raises(SheetError, match=r"scale' is 'minus one', not a number"):
        read_source_sheet(path)


def test_a_known_model_trained_further_keeps_its_steps(tmp_path: Path, store: Store) -> None:
    text = "model,evaluation,rate,rlhf_steps\n" + "".join(
        f"pythia-1b,politically-liberal,0.{5 + step // 100},{step}\n" for step in (0, 100, 200)
    )
    assert import_results([table(tmp_path, text)], "mine", store).kept == 3
    rates = store.rates("mine").sort_values("rlhf_steps")
    assert rates["checkpoint"].tolist() == ["pythia-1b@rl0", "pythia-1b@rl100", "pythia-1b@rl200"]
    assert rates["stage"].tolist() == ["pretrained", "rlhf", "rlhf"]
    (finding,) = [each for each in store.findings("mine") if each.result.axis == "rlhf"]
    assert [point.x for point in finding.points] == [0, 100, 200]


def test_columns_of_text_in_a_wide_table_are_left_alone(tmp_path: Path, store: Store) -> None:
    text = "model,TruthfulQA,Merged,note\nfacebook/opt-125m,0.43,True,first\nfacebook/opt-1.3b,0.41,False,\n"
    report = import_results([table(tmp_path, text)], "mine", store)
    assert (report.kept, report.rejected) == (2, 0)
    assert [(field, reason) for _, field, reason in reasons(report)] == [
        ("Merged", "not a column of numbers; left alone"),
        ("note", "not a column of numbers; left alone"),
    ]


def test_own_files_do_not_take_a_published_name(tmp_path: Path, store: Store) -> None:
    first = table(tmp_path, LONG + "facebook/opt-125m,TruthfulQA,0.43,817\n", "a.csv")
    import_results([first], "theirs", store, sheet=SourceSheet(source="Somebody et al.", licence="MIT"))
    mine = table(tmp_path, LONG + "facebook/opt-1.3b,TruthfulQA,0.9,817\n", "b.csv")
    with pytest.raises(ScalewatchError, match=r"holds results of Somebody et al\.; your files would be shown under"):
        import_results([mine], "theirs", store)
    assert len(store.rates("theirs")) == 1


def test_wrong_columns_are_named_with_the_remedy(tmp_path: Path, store: Store) -> None:
    report = import_results([table(tmp_path, "name;mmlu\nopt;0.3\n")], "mine", store)
    assert "a column 'model' (columns seen: name;mmlu; rename or add it)" in reasons(report)[0][2]
