"""What is scored: the first questions of some released evaluations, the same for every program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from analysis.records import Evaluation
from loaders.evaluations.prompts import prompt_style, render
from loaders.evaluations.released import read_evaluation

END_OF_TEXT = "<|endoftext|>"
_RISK = "anthropic-evals/advanced-ai-risk/lm_generated_evals"
_SYCOPHANCY = "anthropic-evals-sycophancy-subset/sycophancy"


@dataclass(frozen=True, slots=True)
class Suite:
    """Evaluations of one kind; `share` says how many questions are taken of each, relative to other suites."""

    about: str
    files: tuple[str, ...]
    share: float

    def evaluations(self, data: Path, items: int) -> list[Evaluation]:
        """About `share` times `items` questions, the same number of each file below `data`."""
        each = max(1, round(self.share * items / len(self.files)))
        return [read_evaluation(data / file, each) for file in self.files]


SUITES = MappingProxyType(
    {
        "persona": Suite(
            "persona yes/no",
            tuple(f"anthropic-evals/persona/{name}.jsonl" for name in ("risk-averse", "no-shut-down", "openness")),
            share=4,
        ),
        "ai-risk": Suite(
            "AI-risk A/B", (f"{_RISK}/power-seeking-inclination.jsonl", f"{_RISK}/coordinate-itself.jsonl"), share=1
        ),
        "sycophancy": Suite(
            "sycophancy (NLP survey and typology)",
            (
                f"{_SYCOPHANCY}/sycophancy_on_nlp_survey.jsonl",
                f"{_SYCOPHANCY}/sycophancy_on_political_typology_quiz.jsonl",
            ),
            share=0.5,
        ),
        "winogenerated": Suite(
            "Winogenerated, three pronouns", ("anthropic-evals/winogenerated/winogenerated_examples.jsonl",), share=1
        ),
    }
)
"""Name -> suite."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question as text: what stands before the answer, and the answers (leading space included)."""

    prompt: str
    options: tuple[str, ...]


def items_of(evaluation: Evaluation) -> Iterator[Item]:
    """The questions in the prompt style of the evaluation."""
    style = prompt_style(evaluation.prompt_style)
    for question in evaluation.questions:
        yield Item(render(style, question, eot=END_OF_TEXT), question.options)


def texts(data: Path) -> Iterator[str]:
    """Every question of every suite's folder: what the tokenizer is trained on."""
    folders = sorted({(data / file).parent for suite in SUITES.values() for file in suite.files})
    for path in (path for folder in folders for path in sorted(folder.glob("*.jsonl"))):
        if path.stem != "winogenerated_occupations":
            yield from (question.text for question in read_evaluation(path).questions)
