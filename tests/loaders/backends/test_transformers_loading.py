"""What is said of a name that leads to no language model: no folder, a folder without a checkpoint, a classifier."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_builders import save_checkpoint

from loaders.backends import ScorerError, open_scorer

transformers = pytest.importorskip("transformers")


def test_a_name_that_is_neither_folder_nor_hub_id(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no connection")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(transformers.AutoTokenizer, "from_pretrained", unreachable)
    with pytest.raises(ScorerError, match=r"'models/mine' \(no folder here, so taken as a hub id\): no connection"):
        open_scorer("models/mine", device="cpu")


def test_a_folder_without_a_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "step100").mkdir()
    with pytest.raises(ScorerError, match=r"has no config\.json.*folders in it: step100"):
        open_scorer(str(tmp_path), device="cpu")


def test_a_preference_model_is_pointed_to_its_backend(tmp_path: Path) -> None:
    folder = save_checkpoint(tmp_path)
    config = transformers.AutoConfig.from_pretrained(folder, num_labels=1)
    transformers.AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)
    with pytest.raises(ScorerError, match="sequence classifier: score it with --backend preference_model"):
        open_scorer(str(folder), device="cpu")
    assert open_scorer(str(folder), backend="preference_model", device="cpu").method
