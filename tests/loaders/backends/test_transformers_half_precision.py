"""Half precision is judged by float32 of the same weights: near is accepted, wrong is found out, weights stay."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra 'models'")
pytest.importorskip("transformers", reason="needs the extra 'models'")

import torch
from model_builders import save_checkpoint
from scored_as import scored_as

from analysis.records import Question
from loaders.backends import open_scorer
from loaders.backends.transformers_backend import packed_attention, yardstick

ASKED = [
    Question(id=str(number), text="I agree that people help. " * number, options=(" (A)", " (B)"), matching=(0,))
    for number in (1, 2, 3, 9)
]
HALVES = ("bfloat16", "float16")


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_checkpoint(tmp_path_factory.mktemp("llama"), "llama")


def paths(scorer: Any) -> set[str]:
    return set(scored_as(scorer.score(ASKED, "dialogue")))


@pytest.mark.parametrize("dtype", HALVES)
def test_a_rounded_path_is_exact_enough(dtype: str, llama: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert paths(open_scorer(llama, device="cpu", dtype=dtype)) == {f"option_logprob, packed, {dtype}"}
    assert not caplog.records


@pytest.mark.parametrize(("dtype", "off"), [("bfloat16", 1.1), ("float16", 1.05)])
def test_a_wrong_path_is_found_out(
    dtype: str, off: float, llama: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right = packed_attention._attention
    monkeypatch.setattr(packed_attention, "_attention", lambda *args: right(*args) * off)
    with caplog.at_level(logging.WARNING):
        assert paths(open_scorer(llama, device="cpu", dtype=dtype)) == {f"option_logprob, equal length, {dtype}"}
    assert "one-by-one scoring in float32" in caplog.records[0].message


def test_weights_are_what_they_were_to_the_bit(llama: Path) -> None:
    model = open_scorer(llama, device="cpu", dtype="bfloat16")._loaded.model  # type: ignore[attr-defined]
    before = {name: each.clone() for name, each in (*model.named_parameters(), *model.named_buffers())}
    with yardstick.in_float32(model):
        assert {each.dtype for each in model.parameters()} == {torch.float32}
    after = dict((*model.named_parameters(), *model.named_buffers()))
    assert {each.dtype for each in model.parameters()} == {torch.bfloat16}
    assert all(each.dtype == before[name].dtype and torch.equal(each, before[name]) for name, each in after.items())


def test_where_float32_does_not_fit_the_same_type_judges(
    llama: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(yardstick, "MOST_EXTRA_BYTES", 1000)
    with caplog.at_level(logging.WARNING):
        scorer = open_scorer(llama, device="cpu", dtype="bfloat16")
    assert [record.message.partition(": ")[2] for record in caplog.records] == [
        "no room for its weights in float32; paths are judged by one-by-one scoring in bfloat16"
    ]
    monkeypatch.setattr(yardstick, "in_float32", None)  # would fail if it were used
    assert paths(scorer) == {"option_logprob, packed, bfloat16"}


def test_an_overflow_of_half_precision_allows_nothing(llama: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scorer: Any = open_scorer(llama, device="cpu", dtype="float16")
    told = iter(([[float("nan"), -1.0]], [[-2.0, -1.0]]))
    monkeypatch.setattr(yardstick, "scored", lambda *_: next(told))
    standard = yardstick.yardstick(scorer._reference, scorer._loaded, [], float32_fits=True)
    assert standard.allowed == 0.02
    assert standard.what == "one-by-one scoring in float16"
