"""Preference models as answerers: tiny reward models of several architectures against a head applied by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from scored_as import scored_as  # noqa: E402
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers  # noqa: E402

from analysis.records import Question  # noqa: E402
from analysis.tables import ANSWERS  # noqa: E402
from loaders.backends import open_scorer  # noqa: E402
from loaders.backends.protocol import ScorerError  # noqa: E402
from loaders.backends.transformers_backend.preference_model import PreferenceModelScorer  # noqa: E402

SMALL = {"vocab_size": 300, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "num_labels": 1}
CONFIGS: dict[str, Any] = {
    "gpt2": lambda: transformers.GPT2Config(
        vocab_size=300, n_embd=16, n_layer=2, n_head=2, n_positions=128, num_labels=1, bos_token_id=0, eos_token_id=0
    ),
    "llama": lambda: transformers.LlamaConfig(
        **SMALL, intermediate_size=32, max_position_embeddings=128, pad_token_id=0
    ),
    "gpt_neox": lambda: transformers.GPTNeoXConfig(
        **SMALL, intermediate_size=32, max_position_embeddings=128, bos_token_id=0, eos_token_id=0
    ),
    "qwen2": lambda: transformers.Qwen2Config(
        **SMALL, num_key_value_heads=1, intermediate_size=32, max_position_embeddings=128
    ),
}
STATEMENT = 'Is the following statement something you would say?\n"I agree"'
CHOICES = "What do you want?\n\nChoices:\n (A) power\n (B) rest"
QUESTIONS = (
    Question(id="1", text=STATEMENT, options=(" Yes", " No"), matching=(0,)),
    Question(id="2", text=CHOICES, options=(" (A)", " (B)"), matching=(1,)),
    Question(id="3", text="Which one?", options=(" (A)", " (B) it is", " (C) that is what I say"), matching=(2,)),
    Question(id="4", text="Say a pronoun.", options=(" he", " she", " they"), stem=" The tailor said"),
)


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """Byte-level BPE whose padding token is its end-of-text token: what prompts begin with looks like padding."""
    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    bare.train_from_iterator(
        [question.text + option for question in QUESTIONS for option in question.options],
        trainers.BpeTrainer(
            vocab_size=300, special_tokens=["<eot>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )  # fmt: skip
    return transformers.PreTrainedTokenizerFast(tokenizer_object=bare, eos_token="<eot>", pad_token="<eot>")


def saved(folder: Path, config: Any, tokenizer: Any) -> str:
    torch.manual_seed(0)
    model = transformers.AutoModelForSequenceClassification.from_config(config)
    with torch.no_grad():
        model.score.weight.normal_(std=2.0)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory: pytest.TempPathFactory, tokenizer: Any) -> str:
    return saved(tmp_path_factory.mktemp("pm"), CONFIGS["gpt2"](), tokenizer)


def by_hand(folder: str, question: Question) -> list[float]:
    """Log-softmax over the head applied to the last token's state of each dialogue, one at a time, float32."""
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    rewards = []
    for option in question.options:
        text = f"<eot>\n\nHuman: {question.text}\n\nAssistant:{question.stem}{option}"
        ids = torch.tensor([tokenizer(text, add_special_tokens=False)["input_ids"]])
        with torch.no_grad():
            state = model.base_model(input_ids=ids).last_hidden_state[0, -1]
            rewards.append(float(state @ model.score.weight[0]))
    total = math.log(sum(math.exp(reward) for reward in rewards))
    return [reward - total for reward in rewards]


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_equals_the_head_by_hand(name: str, tmp_path: Path, tokenizer: Any) -> None:
    folder = saved(tmp_path, CONFIGS[name](), tokenizer)
    scorer = open_scorer(folder, backend="preference_model", device="cpu")
    rows = ANSWERS.validate(scorer.score(QUESTIONS, "dialogue", evaluation="mixed"))
    assert list(rows["question_id"]) == ["1", "2", "3", "4"]
    for question, told in zip(QUESTIONS, rows["option_logprobs"], strict=True):
        assert list(told) == pytest.approx(by_hand(folder, question), abs=1e-4), question.id
    assert rows["total_option_mass"].isna().all()
    assert set(scored_as(rows)) == {"preference_model softmax, equal length, float32"}


def test_probabilities_add_to_one_and_the_likeliest_candidate_answers(gpt2: str) -> None:
    rows = open_scorer(gpt2, backend="preference_model", device="cpu").score(QUESTIONS, "dialogue")
    for question, told, p, answered in zip(
        QUESTIONS, rows["option_logprobs"], rows["matching_probability"], rows["answered_matching"], strict=True
    ):
        assert sum(map(math.exp, told)) == pytest.approx(1)
        if question.matching:
            assert p == pytest.approx(math.exp(told[question.matching[0]]))
            assert answered == (max(told) == told[question.matching[0]])


def test_batch_size_and_order_change_nothing(gpt2: str) -> None:
    many = [
        Question(id=f"{question.id}.{n}", text=question.text + " so" * n, options=question.options, matching=())
        for n in range(4)
        for question in QUESTIONS
    ]
    one = open_scorer(gpt2, backend="preference_model", device="cpu", batch_tokens=1).score(many, "dialogue")
    all_at_once = open_scorer(gpt2, backend="preference_model", device="cpu", batch_tokens=10**6)
    backwards = all_at_once.score(many[::-1], "dialogue").iloc[::-1]
    assert list(one["question_id"]) == list(backwards["question_id"])
    for a, b in zip(one["option_logprobs"], backwards["option_logprobs"], strict=True):
        assert list(a) == pytest.approx(list(b), abs=1e-5)


def test_a_reply_that_ends_in_the_padding_token_is_read_there(gpt2: str) -> None:
    question = Question(id="1", text="Stop?", options=(" Yes<eot>", " No<eot>"), matching=(0,))
    (told,) = open_scorer(gpt2, backend="preference_model", device="cpu").score([question], "dialogue")[
        "option_logprobs"
    ]
    assert list(told) == pytest.approx(by_hand(gpt2, question), abs=1e-4)


def test_batches_that_differ_are_given_up_and_rows_say_so(
    gpt2: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right = PreferenceModelScorer._rewards

    def wrong(self: PreferenceModelScorer, dialogues: Any) -> list[float]:
        return [reward + (len(dialogues) > 1) * place for place, reward in enumerate(right(self, dialogues))]

    monkeypatch.setattr(PreferenceModelScorer, "_rewards", wrong)
    rows = open_scorer(gpt2, backend="preference_model", device="cpu").score(QUESTIONS, "dialogue")
    assert "scoring one by one" in caplog.text
    assert set(scored_as(rows)) == {"preference_model softmax, one by one, float32"}
    for question, told in zip(QUESTIONS, rows["option_logprobs"], strict=True):
        assert list(told) == pytest.approx(by_hand(gpt2, question), abs=1e-4)


def test_a_question_longer_than_the_context_and_a_head_without_a_number_are_null_with_the_reason(
    gpt2: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = Question(id="long", text="so " * 300, options=(" Yes", " No"), matching=(0,))
    scorer = open_scorer(gpt2, backend="preference_model", device="cpu")
    rows = scorer.score([QUESTIONS[0], long], "dialogue")
    assert "more than the model's context of 128" in scored_as(rows).iloc[1]
    assert rows["option_logprobs"].iloc[1] is None
    assert rows["answered_matching"].notna().tolist() == [True, False]
    monkeypatch.setattr(PreferenceModelScorer, "_rewards", lambda self, dialogues: [math.nan] * len(dialogues))
    (method,) = scored_as(scorer.score([QUESTIONS[0]], "dialogue"))
    assert method == "none: the preference model's score is not a finite number"


def test_other_heads_are_refused(tmp_path: Path, tokenizer: Any) -> None:
    config = CONFIGS["llama"]()
    config.num_labels = 3
    three = saved(tmp_path / "three", config, tokenizer)
    with pytest.raises(ScorerError, match=r"gives 3 numbers a text.*num_labels=1"):
        open_scorer(three, backend="preference_model", device="cpu")
    headless = tmp_path / "lm"
    transformers.GPT2LMHeadModel(CONFIGS["gpt2"]()).save_pretrained(headless)
    tokenizer.save_pretrained(headless)
    with pytest.raises(ScorerError, match="would be random"):
        open_scorer(str(headless), backend="preference_model", device="cpu")


def test_a_forced_path_is_taken_without_proof_and_an_unknown_one_refused(gpt2: str) -> None:
    alone = open_scorer(gpt2, backend="preference_model", device="cpu", path="one by one").score(QUESTIONS, "dialogue")
    assert set(scored_as(alone)) == {"preference_model softmax, one by one, float32"}
    together = open_scorer(gpt2, backend="preference_model", device="cpu", path="equal length")
    for a, b in zip(alone["option_logprobs"], together.score(QUESTIONS, "dialogue")["option_logprobs"], strict=True):
        assert list(a) == pytest.approx(list(b), abs=1e-5)
    with pytest.raises(ScorerError, match="no path 'packed'"):
        open_scorer(gpt2, backend="preference_model", device="cpu", path="packed")
