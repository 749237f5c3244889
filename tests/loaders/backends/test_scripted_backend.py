"""The scripted backend: the same on every run, a planted trend, marked as made up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pandas as pd
import pytest
from scored_as import scored_as

from analysis.cells.scoring import Scoring
from analysis.errors import UnknownNameError
from analysis.records import Question
from analysis.tables import ANSWERS
from loaders.backends import ScorerError, open_scorer
from loaders.backends.streaming import StreamingScorer, Told

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
    assert set(scored_as(rows)) == {"scripted"}
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


def logprobs(answers: object, n: int = 3, style: str = "bare") -> list[list[float] | None]:
    scorer = open_scorer("m", "main", backend="scripted", answers=answers)
    return scorer.score(QUESTIONS[:n], style)["option_logprobs"].tolist()


def test_answers_are_given_by_id_in_order_or_by_a_function() -> None:
    by_rule = open_scorer("m", "main", backend="scripted").score(QUESTIONS[:3], "bare")["option_logprobs"].tolist()
    one, other = [-0.5, -1.5], [-2.0, -0.25]
    assert logprobs({"0": one, 2: other}) == [one, by_rule[1], other], "a sweep file's bare 2 is the id '2' too"
    assert logprobs([one, other, one]) == [one, other, one]
    asked: list[tuple[str, str, str]] = []

    def answer(question: Question, prompt_style: str, checkpoint: str) -> list[float] | None:
        asked.append((question.id, prompt_style, checkpoint))
        return one if question.id == "1" else None

    assert logprobs(answer, style="dialogue") == [by_rule[0], one, by_rule[2]]
    assert asked == [(id, "dialogue", "m@main") for id in ("0", "1", "2")]


def test_an_answer_may_say_how_it_was_obtained_or_why_there_is_none() -> None:
    given = [Told([-1.0, -2.0], Scoring("sampled")), Told.nothing("too long"), [-1.0, -2.0]]
    rows = open_scorer("m", backend="scripted", answers=given).score(QUESTIONS[:3], "bare")
    assert scored_as(rows).tolist() == ["sampled", "none: too long", "scripted"]
    assert rows["answered_matching"].isna().tolist() == [False, True, False]


def test_answers_that_do_not_fit_the_questions_are_named() -> None:
    with pytest.raises(ScorerError, match=r"answers end after 2, before question '2'"):
        logprobs([[-1.0, -1.0], [-1.0, -1.0]])
    with pytest.raises(ScorerError, match=r"answers give 3 log-probabilities for question '0', which has 2 options"):
        logprobs({"0": [-1.0, -1.0, -1.0]})
    for wrong in ("yes", 5):
        with pytest.raises(ScorerError, match="Give a mapping, a list or a function"):
            logprobs(wrong)


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
            told = {at: Told.nothing("too long") if at == 1 else Told([-1.0, -2.0], Scoring("made up"))}
            yield self._frame(questions, told, prompt_style, evaluation)


def test_score_is_the_stream_in_the_order_of_the_questions() -> None:
    rows = Backwards().score(QUESTIONS[:3], "dialogue", evaluation="e")
    assert rows["question_id"].tolist() == ["0", "1", "2"]
    assert rows["answered_matching"].isna().tolist() == [False, True, False]
    assert set(rows["evaluation"]) == {"e"}
    ANSWERS.validate(rows)
    assert ANSWERS.validate(Backwards().score([], "dialogue")).empty
