"""What was asked is stored beside the answers, once, and the first text of an id stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loaders.importing.run import import_results
from loaders.store.store import Store

STAMP = "2026-01-01T00-00-00.000000"


def run(folder: Path, model: str, *samples: dict[str, Any]) -> Path:
    folder.mkdir()
    document = {"results": {"t": {"acc,none": 0.5}}, "config": {"model_args": f"pretrained={model}"}}
    (folder / f"results_{STAMP}.json").write_text(json.dumps(document))
    (folder / f"samples_t_{STAMP}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in samples))
    return folder


def sample(arguments: Any, doc_id: int = 0, target: str = "1", **more: Any) -> dict[str, Any]:
    responses = [[-1.0, False], [-0.5, True]]
    return {"doc_id": doc_id, "target": target, "arguments": arguments, "filtered_resps": responses, "acc": 1, **more}


@pytest.mark.parametrize(
    ("arguments", "text", "options"),
    [
        ([["Is it?", " Yes"], ["Is it?", " No"]], "Is it?", [" Yes", " No"]),
        ({"gen_args_0": {"arg_0": "Q", "arg_1": " A"}, "gen_args_1": {"arg_0": "Q", "arg_1": " B"}}, "Q", [" A", " B"]),
        ([["He met Ann", " there."], ["He met Bob", " there."]], "He met ", ["Ann there.", "Bob there."]),
        ([["Write:", {"until": ["."]}]], "Write:", []),
        (None, "from the row", [" u", " v"]),
    ],
)
def test_the_text_the_model_saw(tmp_path: Path, arguments: Any, text: str, options: list[str]) -> None:
    doc = {"question": "from the row", "choices": [" u", " v"]}
    store = Store(tmp_path / "r")
    import_results([run(tmp_path / "a", "EleutherAI/pythia-70m", sample(arguments, doc=doc))], "s", store)
    (row,) = store.questions("s", "t").to_dict("records")
    assert (row["question_id"], row["text"], list(row["options"])) == ("0", text, options)
    assert list(row["matching"]) == ([1] if options else [])
    assert (row["licence"], row["may_leave_machine"]) == ("licence not stated", False)
    assert store.damage("s", thorough=True) == []


def test_a_second_import_changes_nothing_and_answers_are_the_same(tmp_path: Path) -> None:
    samples = [sample([[f"Q{at}", " Yes"], [f"Q{at}", " No"]], at) for at in range(12)]
    folder, store = run(tmp_path / "a", "EleutherAI/pythia-70m", *samples), Store(tmp_path / "r")
    assert import_results([folder], "s", store).changed
    before = (store.folder / "s" / "manifest.json").read_bytes()
    again = import_results([folder], "s", store)
    assert (again.kept, again.rejected, again.changed) == (13, 0, False)
    assert (store.folder / "s" / "manifest.json").read_bytes() == before


def test_another_text_under_the_same_id_is_reported_and_the_first_stays(tmp_path: Path) -> None:
    store = Store(tmp_path / "r")
    first = run(tmp_path / "a", "EleutherAI/pythia-70m", sample([["Old", " Yes"], ["Old", " No"]]))
    import_results([first], "s", store)
    new = [sample([["New", " Yes"], ["New", " No"]]), sample([["More", " Yes"], ["More", " No"]], 1)]
    report = import_results([run(tmp_path / "b", "EleutherAI/pythia-160m", *new)], "s", store)
    assert (report.kept, report.rejected) == (3, 0)
    (problem,) = [problem for file in report.files for problem in file.problems]
    assert problem.reason.startswith("the text of 1 questions (the first: 0) differs from the text stored")
    assert "New" not in problem.reason
    assert store.questions("s")["text"].tolist() == ["Old", "More"]


def test_questions_stay_by_link_when_other_rows_are_added(tmp_path: Path) -> None:
    store = Store(tmp_path / "r")
    import_results([run(tmp_path / "a", "EleutherAI/pythia-70m", sample([["Q", " Yes"], ["Q", " No"]]))], "s", store)
    (part,) = (store.folder / "s" / "questions").rglob("*.parquet")
    inode = part.stat().st_ino
    (tmp_path / "t.csv").write_text("model,evaluation,rate\nfacebook/opt-125m,TruthfulQA,0.43\n")
    assert import_results([tmp_path / "t.csv"], "s", store).changed
    assert part.stat().st_ino == inode
    assert store.questions("s")["text"].tolist() == ["Q"]
