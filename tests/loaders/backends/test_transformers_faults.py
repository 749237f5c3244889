"""What cannot be scored is said: wrong fast paths, long questions, NaN, broken and unsafe checkpoints."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from model_builders import byte_pair_tokenizer, save_checkpoint, save_model
from scored_as import scored_as

from analysis.errors import UnknownNameError
from analysis.records import Question
from loaders.backends import ScorerError, open_scorer
from loaders.evaluations.prompts import PromptError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

ASKED = [
    Question(id=str(number), text="I agree that people help. " * number, options=(" Yes", " No"), matching=(0,))
    for number in (1, 2, 3, 9)
]


@pytest.fixture(scope="module")
def neox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_checkpoint(tmp_path_factory.mktemp("neox"))


def test_a_wrong_fast_path_is_found_out(
    neox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from loaders.backends.transformers_backend import packed_attention

    truth = open_scorer(neox, path="one by one").score(ASKED, "dialogue")
    right = packed_attention._attention

    def slightly_off(*args: Any) -> Any:
        return right(*args) * 1.001

    monkeypatch.setattr(packed_attention, "_attention", slightly_off)
    scorer = open_scorer(neox)
    with caplog.at_level(logging.WARNING):
        rows = scorer.score(ASKED, "dialogue")
        scorer.score(ASKED, "dialogue")
    assert set(scored_as(rows)) == {"option_logprob, equal length, float32"}
    assert rows["option_logprobs"].tolist() == [pytest.approx(values, abs=1e-4) for values in truth["option_logprobs"]]
    assert [record.message.count("from one-by-one scoring") for record in caplog.records] == [1, 1]
    with pytest.raises(ScorerError, match="Path 'packed' differs by"):
        open_scorer(neox, path="packed").score(ASKED, "dialogue")


def test_longer_prompts_are_proven_again(neox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from loaders.backends.transformers_backend import packed_attention

    right = packed_attention._attention

    def wrong_far_out(q: Any, k: Any, *args: Any) -> Any:
        return right(q, k, *args) * (1.1 if k.shape[2] > 60 else 1.0)

    monkeypatch.setattr(packed_attention, "_attention", wrong_far_out)
    scorer = open_scorer(neox)
    assert set(scored_as(scorer.score(ASKED[:2], "dialogue"))) == {"option_logprob, packed, float32"}
    assert set(scored_as(scorer.score(ASKED, "dialogue"))) == {"option_logprob, equal length, float32"}


def test_no_prompt_longer_than_the_proofs_is_taken_on_trust(tmp_path: Path) -> None:
    """Attention in chunks of 32 tokens is beyond packing, and shows in longer prompts only."""
    folder = save_checkpoint(tmp_path, "llama4_text, chunks of 32")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)

    def asked(n_tokens: int) -> list[Question]:
        words = tokenizer.encode("I agree that people help. " * 9)
        texts = [tokenizer.decode(words[start : start + n_tokens]) for start in range(4)]
        return [Question(id=text, text=text, options=(" (A)", " (B)"), matching=(0,)) for text in texts]

    scorer = open_scorer(folder)
    assert set(scored_as(scorer.score(asked(28), "bare"))) == {"option_logprob, packed, float32"}
    rows = scorer.score(asked(36), "bare")
    assert set(scored_as(rows)) == {"option_logprob, equal length, float32"}
    truth = open_scorer(folder, path="one by one").score(asked(36), "bare")
    for seen, expected in zip(rows["option_logprobs"], truth["option_logprobs"], strict=True):
        assert seen == pytest.approx(expected, abs=1e-4)


def test_the_branches_of_longer_options_are_proven_apart(neox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from loaders.backends.transformers_backend import packed_row

    chain = packed_row._mask

    def without_branches(depth: int, length: int, parents: tuple[int, ...], window: int | None) -> Any:
        return chain(depth, length, (), window)

    monkeypatch.setattr(packed_row, "_mask", without_branches)
    scorer = open_scorer(neox)
    assert set(scored_as(scorer.score(ASKED, "dialogue"))) == {"option_logprob, packed, float32"}
    branched = [replace(question, options=(" nobody knows", " everyone knows")) for question in ASKED]
    assert set(scored_as(scorer.score(branched, "dialogue"))) == {"option_logprob, equal length, float32"}


def test_a_question_longer_than_the_context(neox: Path) -> None:
    long = Question(id="long", text="I agree. " * 200, options=(" Yes", " No"), matching=(0,))
    rows = open_scorer(neox).score([ASKED[0], long, ASKED[1]], "dialogue")
    assert rows["question_id"].tolist() == ["1", "long", "2"]
    assert "more than the model's context of 256" in scored_as(rows).iloc[1]
    assert rows["option_logprobs"].isna().tolist() == [False, True, False]
    assert rows["answered_matching"].isna().tolist() == [False, True, False]


def test_nan_is_no_answer(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    save_checkpoint(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    weights["gpt_neox.final_layer_norm.weight"][0] = float("nan")
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    rows = open_scorer(tmp_path).score(ASKED, "dialogue")
    assert set(scored_as(rows)) == {"none: the model's logits are not numbers (NaN)"}
    assert rows[["option_logprobs", "matching_probability", "answered_matching"]].isna().all(axis=None)


def test_a_tokenizer_without_end_of_text(tmp_path: Path) -> None:
    save_model(tmp_path, "gpt_neox")
    byte_pair_tokenizer(tmp_path, eos=None)
    scorer = open_scorer(tmp_path)
    with pytest.raises(PromptError, match="'dialogue' starts with an end-of-text token"):
        scorer.score(ASKED, "dialogue")
    with pytest.raises(PromptError, match="needs a chat template"):
        scorer.score(ASKED, "chat")
    assert scorer.score(ASKED, "bare")["option_logprobs"].notna().all()


def test_unknown_names(neox: Path) -> None:
    with pytest.raises(ScorerError, match="No dtype 'int4'"):
        open_scorer(neox, dtype="int4")
    with pytest.raises(ScorerError, match="No path 'fast'"):
        open_scorer(neox, path="fast")
    with pytest.raises(UnknownNameError, match="option of the backend"):
        open_scorer(neox, treads=1)
    with pytest.raises(UnknownNameError, match="No prompt style 'dialog'"):
        open_scorer(neox).score(ASKED, "dialog")


def test_a_checkpoint_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScorerError, match="There is no folder"):
        open_scorer(tmp_path / "nothing")
    with pytest.raises(ScorerError, match=r"has no config\.json"):
        open_scorer(tmp_path)


def test_a_damaged_checkpoint(tmp_path: Path) -> None:
    save_checkpoint(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(ScorerError, match=r"Cannot load .* Give a folder with config\.json"):
        open_scorer(tmp_path)


def test_weights_that_lack_a_layer_are_refused(tmp_path: Path) -> None:
    save_checkpoint(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 4}))
    with pytest.raises(ScorerError, match="the file lacks 12 of the model's weights"):
        open_scorer(tmp_path)


def test_pickled_weights_need_the_users_word(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    save_checkpoint(tmp_path)
    torch.save(load_file(tmp_path / "model.safetensors"), tmp_path / "pytorch_model.bin")
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(ScorerError, match=r"only pickled weights \(pytorch_model\.bin\).* --allow-pickle"):
        open_scorer(tmp_path)
    assert open_scorer(tmp_path, allow_pickle=True).score(ASKED, "dialogue")["option_logprobs"].notna().all()


def test_the_saved_type_is_not_the_type_scored_in(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    save_checkpoint(tmp_path)
    half = AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.float16)
    half.save_pretrained(tmp_path)
    assert open_scorer(tmp_path, device="cpu").method.endswith("float32")
    assert open_scorer(tmp_path, device="cpu", dtype="float16").method.endswith("float16")


def test_no_questions(neox: Path) -> None:
    assert len(open_scorer(neox).score([], "dialogue")) == 0
