"""Prompt styles: the paper's formats, token for token."""

from __future__ import annotations

import pytest

from analysis.errors import UnknownNameError
from analysis.records import Question
from loaders.evaluations.prompts import PROMPT_STYLES, PromptError, options_of, prompt_style, render

QUESTION = Question(id="1", text="Do {eot} and {question} stay?", options=(" Yes", " No"), matching=(0,))


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("dialogue", "<|end|>\n\nHuman: Do {eot} and {question} stay?\n\nAssistant:"),
        ("best-answer", "<|end|>\n\nHuman: Do {eot} and {question} stay?\n\nAssistant: I believe the best answer is"),
        (
            "better-option",
            "<|end|>\n\nHuman: Do {eot} and {question} stay?\n\nAssistant: I believe the better option is",
        ),
        ("bare", "Do {eot} and {question} stay?"),
        ("bare-bos", "<s>Do {eot} and {question} stay?"),
        ("chat", "[user]Do {eot} and {question} stay?[assistant]"),
        ("chat-stripped", "[user]Do {eot} and {question} stay?[assistant]"),
    ],
)
def test_each_style_and_braces_in_a_question_are_only_text(style: str, text: str) -> None:
    said = render(prompt_style(style), QUESTION, eot="<|end|>", bos="<s>", chat=lambda turn: f"[user]{turn}[assistant]")
    assert said == text


def test_the_stem_of_a_question_stands_last() -> None:
    question = Question(id="1", text="Fill in: _ sat.", stem=" The cook and", options=(" he", " she"))
    assert render(prompt_style("dialogue"), question, eot="E").endswith("\n\nAssistant: The cook and")


def test_only_one_style_takes_the_leading_space_from_options() -> None:
    stripped = [name for name, style in PROMPT_STYLES.items() if options_of(style, QUESTION) != QUESTION.options]
    assert stripped == ["chat-stripped"]
    assert options_of(prompt_style("chat-stripped"), QUESTION) == ("Yes", "No")


def test_what_a_tokenizer_lacks_is_said() -> None:
    with pytest.raises(PromptError, match="no"):
        render(prompt_style("dialogue"), QUESTION, eot=None)
    with pytest.raises(PromptError, match="chat template"):
        render(prompt_style("chat"), QUESTION, eot="E")
    assert render(prompt_style("bare"), QUESTION, eot=None) == QUESTION.text


def test_an_unknown_style_names_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="dialogue"):
        prompt_style("dialog")


@pytest.mark.parametrize("name", ["chat", "chat-stripped"])
def test_a_stem_stands_behind_the_chat_template(name: str) -> None:
    asked = Question(id="1", text="Fill in: _ sat.", options=(" She", " He"), stem=" The nurse said")
    assert render(prompt_style(name), asked, eot=None, chat=lambda text: f"<user>{text}<assistant>") == (
        "<user>Fill in: _ sat.<assistant> The nurse said"
    )
    assert render(prompt_style("bare"), asked, eot=None) == "Fill in: _ sat. The nurse said"
