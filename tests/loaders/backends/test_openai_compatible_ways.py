"""What a server's scores are worth: equal to naive scoring, in every way and for every kind of server."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("httpx", reason="needs the extra 'api'")
pytest.importorskip("torch", reason="needs the extra 'models'")

from scored_as import scored_as, text_of
from served_model import END, QUESTIONS, TinyModel, save_tiny_model
from tiny_server import TinyServer, tiny_server

from analysis.errors import UnknownNameError
from analysis.records import Question
from analysis.tables import ANSWERS
from loaders.backends import ScorerError, open_scorer
from loaders.backends.openai_compatible import OpenAICompatibleScorer
from loaders.backends.openai_compatible.ways import SamplingWay
from loaders.evaluations.prompts import PROMPT_STYLES, PromptError, render

Opener = Callable[..., OpenAICompatibleScorer]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def model(folder: Path) -> TinyModel:
    return TinyModel(folder)


@pytest.fixture
def opened() -> Iterator[Opener]:
    scorers: list[OpenAICompatibleScorer] = []

    def open_one(served: TinyServer, **options: Any) -> OpenAICompatibleScorer:
        options = {"pause_s": 0.01, "max_retries": 2, "dtype": "float32", **options}
        scorer = open_scorer("tiny", backend="openai_compatible", base_url=served.url, **options)
        assert isinstance(scorer, OpenAICompatibleScorer)
        scorers.append(scorer)
        return scorer

    yield open_one
    for scorer in scorers:
        scorer.close()


def plain_tokens(model: TinyModel, prompt: str, n_top: int) -> list[str]:
    """Of the likeliest next tokens, those in ASCII that stay what they are behind the prompt, the likeliest first."""
    before = model.encode(prompt)
    likeliest = model.distributions(before)[-1].topk(n_top).indices.tolist()
    texts = [(str(model.tokenizer.decode([id])), id) for id in likeliest]
    return [text for text, id in texts if text.isascii() and model.encode(prompt + text) == [*before, id]]


def assert_naive(frame: Any, model: TinyModel, style: str, begin: str = "") -> None:
    for (_, row), question in zip(frame.iterrows(), QUESTIONS, strict=True):
        assert row["option_logprobs"] == pytest.approx(model.option_logprobs(style, question, begin), abs=1e-4)


@pytest.mark.parametrize("style", sorted(PROMPT_STYLES))
def test_echo_by_ids_equals_naive_scoring_in_every_style(
    style: str, model: TinyModel, folder: Path, opened: Opener
) -> None:
    with tiny_server(model) as served:
        scorer = opened(served, tokenizer=str(folder))
        frame = scorer.score(QUESTIONS, style, evaluation="e")
    assert scorer.method == "option_logprob, prompt_logprobs, token ids, float32"
    ANSWERS.validate(frame)
    assert list(frame["question_id"]) == ["1", "2", "3", "4"]
    assert set(scored_as(frame)) == {scorer.method}
    assert_naive(frame, model, style)


@pytest.mark.parametrize(
    ("manners", "method", "begin"),
    [
        ({"takes_extensions": False}, "option_logprob, echo, token ids", ""),
        ({"takes_ids": False}, "option_logprob, prompt_logprobs, text", ""),
        ({"takes_ids": False, "takes_extensions": False}, "option_logprob, echo, text", ""),
        (
            {"takes_ids": False, "takes_extensions": False, "adds_begin": True},
            "option_logprob, echo, text, begin-of-text added by the server",
            END,
        ),
    ],
)
def test_what_a_server_cannot_do_is_found_out(
    manners: dict[str, bool], method: str, begin: str, model: TinyModel, folder: Path, opened: Opener
) -> None:
    with tiny_server(model, **manners) as served:
        scorer = opened(served, tokenizer=str(folder))
        frame = scorer.score(QUESTIONS, "dialogue")
    assert scorer.method == f"{method}, float32"
    assert_naive(frame, model, "dialogue", begin)


def test_a_server_of_generated_log_probabilities_alone_is_asked_token_by_token(
    model: TinyModel, folder: Path, opened: Opener
) -> None:
    with tiny_server(model, chat_shape=True, takes_extensions=False, top_limit=400) as served:
        with pytest.raises(ScorerError, match="got the generated token alone"):
            opened(served, tokenizer=str(folder), how="echo")
        scorer = opened(served, tokenizer=str(folder))
        assert scorer.method == "top_logprobs, token ids, float32"
        inside = plain_tokens(model, QUESTIONS[0].text, 20)[:2]
        question = Question(id="1", text=QUESTIONS[0].text, options=tuple(inside), matching=(0,))
        row = scorer.score([question], "bare").iloc[0]
    assert row["option_logprobs"] == pytest.approx(model.option_logprobs("bare", question), abs=1e-4)


def test_without_a_tokenizer_the_border_is_found_in_the_text(model: TinyModel, opened: Opener) -> None:
    with tiny_server(model) as served:
        scorer = opened(served, end_of_text=END)
        assert_naive(scorer.score(QUESTIONS, "dialogue"), model, "dialogue")
        with pytest.raises(PromptError, match="chat template"):
            scorer.score(QUESTIONS, "chat")
        with pytest.raises(PromptError, match="end-of-text"):
            opened(served).score(QUESTIONS, "dialogue")


def test_a_server_that_is_off_by_one_is_refused(model: TinyModel, folder: Path, opened: Opener) -> None:
    with tiny_server(model, off_by_one=True) as served:
        with pytest.raises(ScorerError, match="does not pair tokens with their own log-probabilities"):
            opened(served, tokenizer=str(folder), how="echo")
        scorer = opened(served, tokenizer=str(folder))
        assert scorer.method == "top_logprobs, token ids, float32"


def test_an_option_merged_with_the_prompt_is_reported_not_scored(
    model: TinyModel, folder: Path, opened: Opener
) -> None:
    question = Question(id="1", text="Is the sky blue? Ye", options=("s", "x"), matching=(0,))
    assert len(model.encode(" Yes")) == 1
    with tiny_server(model) as served:
        for tokenizer in (str(folder), None):
            scorer = opened(served, tokenizer=tokenizer)
            row = scorer.score([question, QUESTIONS[0]], "bare").iloc[0]
            assert text_of(row).startswith("none: ")
            assert "merges" in text_of(row)
            assert row["option_logprobs"] is None


def test_a_border_the_echoed_texts_do_not_show_is_reported(model: TinyModel, opened: Opener) -> None:
    # behind "日本", whose last bytes are tokens without a text of their own, or before an option of such tokens
    questions = [Question(id="1", text="日", options=("本", " No"), matching=(0,)), QUESTIONS[0]]
    with tiny_server(model, half_characters="") as served:
        scorer = opened(served)
        frame = scorer.score(questions, "bare")
    assert frame["option_logprobs"].isna().tolist() == [True, False]
    assert scored_as(frame).iloc[0].startswith("none: ")


def test_order_and_concurrency_change_nothing(model: TinyModel, folder: Path, opened: Opener) -> None:
    with tiny_server(model) as served:
        alone = opened(served, tokenizer=str(folder), concurrency=1).score(QUESTIONS, "bare")
        many = opened(served, tokenizer=str(folder), concurrency=6).score(QUESTIONS[::-1], "bare")
    assert list(alone["option_logprobs"]) == list(many["option_logprobs"])[::-1]


def test_top_tokens_by_ids_are_exact_where_every_token_is_listed(
    model: TinyModel, folder: Path, opened: Opener
) -> None:
    with tiny_server(model, top_limit=10) as served:
        scorer = opened(served, tokenizer=str(folder), how="top_logprobs")
        prompt = render(PROMPT_STYLES["dialogue"], QUESTIONS[0], eot=END)
        inside = plain_tokens(model, prompt, 10)
        known = (*inside[:2], plain_tokens(model, prompt, 60)[len(inside)])
        asked = [
            Question(id="in", text=QUESTIONS[0].text, options=known[:2], matching=(0,)),
            Question(id="out", text=QUESTIONS[0].text, options=known[1:], matching=(0,)),
        ]
        frame = scorer.score(asked, "dialogue")
    assert frame["option_logprobs"].iloc[0] == pytest.approx(model.option_logprobs("dialogue", asked[0]), abs=1e-4)
    assert frame["option_logprobs"].iloc[1] is None
    assert "is not among the 10 likeliest next tokens" in scored_as(frame).iloc[1]
    assert frame["matching_probability"].isna().tolist() == [False, True]


@pytest.mark.parametrize("endpoint", ["completions", "chat"])
def test_without_ids_only_a_first_token_that_decides_is_read(endpoint: str, model: TinyModel, opened: Opener) -> None:
    style = "bare" if endpoint == "completions" else "chat"
    text = QUESTIONS[0].text
    prompt = text if endpoint == "completions" else f"<user>{text}\n<assistant>"
    last = model.distributions(model.encode(prompt))[-1].topk(20)
    texts = [str(model.tokenizer.decode([id])) for id in last.indices.tolist()]
    values = dict(zip(texts, last.values.tolist(), strict=True))
    words = [text for text in texts if text.strip().isalpha() and text.isascii()][:2]
    options = (words[0] + ")", words[1])
    assert len(words) == 2
    with tiny_server(model, takes_extensions=False) as served:
        scorer = opened(served, how="top_logprobs", endpoint=endpoint)
        row = scorer.score([Question(id="1", text=text, options=options, matching=(0,))], style).iloc[0]
        spelt = scorer.score([Question(id="1", text=text, options=(words[0] + "zz", words[1]))], style).iloc[0]
    assert scorer.method == "top_logprobs, first token, float32"
    assert row["option_logprobs"] == pytest.approx([values[words[0]], values[words[1]]], abs=1e-4)
    assert spelt["option_logprobs"] is None


def test_samples_estimate_the_probability(model: TinyModel, folder: Path, opened: Opener) -> None:
    prompt = render(PROMPT_STYLES["bare"], QUESTIONS[0], eot=None)
    told = model.distributions(model.encode(prompt))[-1].exp()
    vocabulary = [str(model.tokenizer.decode([id])) for id in range(len(told))]
    firsts = [(text[:1], p) for text, p in zip(vocabulary, told.tolist(), strict=True)]
    begins = {sign: sum(p for first, p in firsts if first == sign) for sign in "!.,:;?()"}
    options = tuple(sorted(begins, key=lambda sign: -begins[sign])[:2])
    question = Question(id="1", text=QUESTIONS[0].text, options=options, matching=(0,))
    never = Question(id="2", text=QUESTIONS[0].text, options=(" zz", " qq"), matching=(0,))
    with tiny_server(model, gives_logprobs=False, choices_at_once=50) as served:
        scorer = opened(served, n_samples=60, seed=5)
        frame = scorer.score([question, never], "bare")
        again = opened(served, n_samples=60, seed=5).score([question], "bare")
    assert scorer.method == "sampled, float32"
    assert frame["n_samples"].tolist() == [60, 60]
    for value, true in zip(frame["option_logprobs"].iloc[0], (begins[sign] for sign in options), strict=True):
        count = math.exp(value) * 60
        assert count == pytest.approx(round(count))
        assert abs(count - 60 * true) < 4 * math.sqrt(60 * true * (1 - true))
    assert again["option_logprobs"].iloc[0] == frame["option_logprobs"].iloc[0]
    assert scored_as(frame).iloc[1] == "none: none of 60 samples begins with an option"


def test_a_sample_says_the_longest_option_it_begins_with_as_whole_words() -> None:
    said = iter([" hello", " he", " her own", " he.", "he", " he is"])

    class Sayer:
        def samples(self, prompt: object, n: int, *, seed: int, max_tokens: int) -> list[str]:
            return [next(said) for _ in range(3)]

    way = SamplingWay(Sayer(), 6, seed=0)  # type: ignore[arg-type]
    shares = [math.exp(value) * 6 for value in way.option_logprobs("", (" he", " her", " she"))]
    assert shares == pytest.approx([3, 1, 0])


def test_the_chat_endpoint_has_its_own_limits(model: TinyModel, opened: Opener) -> None:
    with tiny_server(model) as served:
        scorer = opened(served, endpoint="chat", how="sampled", n_samples=4)
        with pytest.raises(PromptError, match="'dialogue' cannot be used"):
            scorer.score(QUESTIONS, "dialogue")
        stem = scorer.score([QUESTIONS[2]], "chat").iloc[0]
        assert "cannot continue what the assistant has begun" in stem["missing_reason"]
        with pytest.raises(ScorerError, match="the chat endpoint has no way 'echo'"):
            opened(served, endpoint="chat", how="echo")
        with pytest.raises(UnknownNameError, match="No endpoint 'caht'"):
            opened(served, endpoint="caht")
        with pytest.raises(UnknownNameError, match="No way of scoring 'best'"):
            opened(served, how="best")
