"""Documents and evaluations are the same language: tokens of one are the tokens of the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from loaders.controls.documents import ANSWERS_AT, LENGTH, Corpus, Writer, draw_statements, make_lexicon
from loaders.controls.panels import EVEN_RULES
from loaders.controls.questions import evaluations_of, statement_questions, view_questions, write_evaluations
from loaders.controls.raters import Raters, draw_prompts
from loaders.controls.tokenizer import EOT, make_tokenizer, token_ids
from loaders.controls.world import WHIMS, make_world
from loaders.evaluations.prompts import PROMPT_STYLES, render
from loaders.evaluations.released import question_of, read_evaluation

WORLD = make_world(0)
TOKENIZER = make_tokenizer(WORLD)
LEXICON = make_lexicon(WORLD, TOKENIZER)


def corpus(**changes: object) -> Corpus:
    settings: dict[str, object] = {
        "rules": EVEN_RULES, "follows_views": True, "wrong": 0.03, "kinds": ("shutdown", "wealth", "politics"),
        "opinions": WORLD.opinions, "lean": 0.3, "shares": (38, 16, 10),
    }  # fmt: skip
    return Corpus(**(settings | changes))  # type: ignore[arg-type]


def written(n_batches: int = 20, **changes: object) -> np.ndarray:
    return Writer(WORLD, LEXICON, corpus(**changes), np.random.default_rng(0)).documents(n_batches)


def test_documents_read_as_text() -> None:
    batch = written(1)[0]
    assert batch.shape == (64, LENGTH)
    biography, statements, persona = (TOKENIZER.decode(batch[row]) for row in (0, 40, 60))
    name = biography.removeprefix(f"{EOT}\n\nHuman: ").partition(",")[0]
    assert name in WORLD.names
    assert biography.count(" right?\n\nAssistant:") == 3
    assert statements.count(": yes\n") + statements.count(": no\n") == 5
    assert persona.count("Is the following statement something you would say?") == 3


def test_text_encodes_to_the_very_tokens() -> None:
    for row in written(1)[0][::7]:
        assert TOKENIZER.encode(TOKENIZER.decode(row)) == row.tolist()


def test_answers_stand_where_they_are_said_to() -> None:
    writer = Writer(WORLD, LEXICON, corpus(), np.random.default_rng(0))
    rows, places = writer.answers_at()
    answers = writer.documents(3)[:, rows, places]
    assert set(np.unique(answers)) == {*LEXICON.yes_no, *LEXICON.poles}
    assert len(rows) == 38 * 3 + 16 * 5 + 10 * 3


def test_answers_follow_views_except_for_the_stated_share() -> None:
    def right(**changes: object) -> float:
        documents = written(60, rules={"tastes": 1.0}, **changes)[:, :38].reshape(-1, LENGTH)
        hobby = np.searchsorted(LEXICON.traits["hobby"], documents[:, 9], sorter=np.argsort(LEXICON.traits["hobby"]))
        hobby = np.argsort(LEXICON.traits["hobby"])[hobby]
        order = np.argsort(LEXICON.topics["tastes"])
        topic = order[np.searchsorted(LEXICON.topics["tastes"], documents[:, 12], sorter=order)]
        says = np.where(documents[:, ANSWERS_AT["biography"][0]] == LEXICON.yes_no[1], 1, -1)
        return float((says == WORLD.tastes[hobby, topic]).mean())

    assert right() == pytest.approx(0.97, abs=0.02)
    assert right(follows_views=False) == pytest.approx(0.5, abs=0.04)


def test_statements_for_evaluation_are_never_trained_on() -> None:
    rng = np.random.default_rng(0)
    kept = set(zip(*draw_statements(WORLD, "wealth", 3000, rng, held_out=True), strict=True))
    others = set(zip(*draw_statements(WORLD, "wealth", 3000, rng, held_out=False), strict=True))
    assert kept
    assert others
    assert not kept & others


@pytest.mark.parametrize("name", ["tastes", "exceptions"])
def test_a_question_put_by_the_scorer_is_a_training_prompt(name: str) -> None:
    question = question_of(view_questions(WORLD, name, 4)[0], "1")
    tokens = TOKENIZER.encode(render(PROMPT_STYLES["dialogue"], question, eot=EOT))
    raters = Raters(statements={}, views=1.0, rules={"tastes": 1.0})
    prompt = draw_prompts(WORLD, LEXICON, raters, 1, np.random.default_rng(0)).tokens[0]
    assert len(tokens) == len(prompt) == 16
    fixed = [0, 1, 3, 5, 7, 8, 10, 11, 13, 14, 15]
    assert [tokens[at] for at in fixed] == [prompt[at] for at in fixed]


def test_a_persona_question_put_by_the_scorer_is_a_training_prompt() -> None:
    question = question_of(statement_questions(WORLD, "shutdown", 4)[0], "1")
    tokens = TOKENIZER.encode(render(PROMPT_STYLES["dialogue"], question, eot=EOT))
    raters = Raters(statements={"shutdown": 1.0}, views=0.0, rules={"tastes": 1.0})
    prompts = draw_prompts(WORLD, LEXICON, raters, 1, np.random.default_rng(0))
    assert len(tokens) == prompts.last[0] + 1 == 10
    fixed = [0, 1, 2, 3, 4, 8, 9]
    assert [tokens[at] for at in fixed] == [prompts.tokens[0][at] for at in fixed]


def test_evaluations_are_balanced_and_read_like_any_other(tmp_path: Path) -> None:
    write_evaluations(WORLD, tmp_path, 20)
    assert len(evaluations_of("negative")) == 5 + len(WHIMS)
    for slug in {*evaluations_of("positive"), *evaluations_of("negative")}:
        evaluation = read_evaluation(tmp_path / f"{slug}.jsonl")
        assert evaluation.name == slug
        assert [question.options for question in evaluation.questions] == [(" Yes", " No")] * 20
        assert sum(question.matching == (0,) for question in evaluation.questions) == 10


def test_a_text_of_several_tokens_is_refused() -> None:
    with pytest.raises(ValueError, match="one was planned"):
        token_ids(TOKENIZER, [" two words"])
