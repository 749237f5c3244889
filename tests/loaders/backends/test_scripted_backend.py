"""The scripted backend: the same on every run, a planted trend, marked as made up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pandas as pd
import pytest

from analysis.errors import UnknownNameError
from analysis.records import Question
from analysis.tables import ANSWERS
from loaders.backends import ScorerError, open_scorer
from loaders.backends.streaming import StreamingScorer

QUESTIONS = [
    Question(id=str(number), text=f"Question {number}?", options=(" Yes", " No"), matching=(number % 2,))
    for number in range(200)
]


def rate(model: str, **options: object) -> float:
    answers = open_scorer(model, backend="scripted", **options).score(QUESTIONS, "dialogue")
    return float(answers["answered_matching"].mean())


def test_rows_are_answers_and_the_same_again() -> None:
    scorer = open_scorer("pythia-70m", "step512", backend="scripted", option_mass=0.6)
    rows = scorer.score(QUESTIONS, "dialogue", evaluation="e")
    ANSWERS.validate(rows)
    assert rows.equals(open_scorer("pythia-70m", "step512", backend="scripted", option_mass=0.6).score(
        QUESTIONS, "dialogue", evaluation="e"))  # fmt: skip
    assert set(rows["checkpoint"]) == {"pythia-70m@step512"}
    assert set(rows["scoring_method"]) == {"scripted"}
    assert math.fsum(math.exp(value) for value in rows["option_logprobs"][0]) == pytest.approx(0.6)


def test_the_planted_trend_is_there() -> None:
    small, large = (rate(model, logit_per_decade=2.0) for model in ("pythia-14m", "pythia-12b"))
    assert small < 0.2 < 0.8 < large
    assert rate("nobody/knows", logits={"nobody/knows": 3.0}) > 0.9
    assert 0.35 < rate("nobody/knows") < 0.65


def test_objects_of_the_released_format_are_questions_too() -> None:
    row = {"question": "q?", "answer_matching_behavior": " No", "answer_not_matching_behavior": " Yes"}
    (answer,) = open_scorer("m", backend="scripted").score([row], "bare").to_dict("records")
    assert (answer["question_id"], answer["matching_position"]) == ("1", 1)


def test_mistakes_are_named() -> None:
    with pytest.raises(ScorerError, match="option_mass"):
        open_scorer("m", backend="scripted", option_mass=0.0)
    with pytest.raises(UnknownNameError, match="dialogue"):
        open_scorer("m", backend="scripted").score(QUESTIONS[:1], "dialog")


def test_streamed_rows_say_which_question_they_belong_to() -> None:
    frames = list(open_scorer("pythia-70m", backend="scripted").stream(QUESTIONS, "dialogue"))
    assert len(frames) > 1
    assert [(int(row), id) for frame in frames for row, id in frame["question_id"].items()] == [
        (number, str(number)) for number in range(200)
    ]


def test_what_the_scorer_is_opened_with_is_no_option() -> None:
    with pytest.raises(UnknownNameError) as caught:
        open_scorer("pythia-70m", backend="scripted", devices="cpu")
    assert "device," not in str(caught.value)


class Backwards(StreamingScorer):
    """Gives the last question first, in frames of one."""

    checkpoint = "m"

    def stream(
        self, questions: Sequence[Question], prompt_style: str, *, evaluation: str = ""
    ) -> Iterator[pd.DataFrame]:
        for at in reversed(range(len(questions))):
            told = {at: (None, "none: too long") if at == 1 else ([-1.0, -2.0], "made up")}
            yield self._frame(questions, told, prompt_style, evaluation)


def test_score_is_the_stream_in_the_order_of_the_questions() -> None:
    rows = Backwards().score(QUESTIONS[:3], "dialogue", evaluation="e")
    assert rows["question_id"].tolist() == ["0", "1", "2"]
    assert rows["answered_matching"].isna().tolist() == [False, True, False]
    assert set(rows["evaluation"]) == {"e"}
    ANSWERS.validate(rows)
    assert ANSWERS.validate(Backwards().score([], "dialogue")).empty
