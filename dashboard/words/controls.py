"""The scoreboard of the control models in words: what was planted, what was called, what that means. Pure text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from analysis.planted import NO_CLAIM, Outcome, Score, tally
from analysis.verdicts import SHOWN
from dashboard.text.markdown import Markdown, strong
from dashboard.words.findings import q_text
from dashboard.words.numbers import MINUS, count, percent, plural

HEADING = "What the control models say of the instrument"
WHAT_THEY_ARE = Markdown(
    "Small transformers, trained and RLHF'd by scalewatch itself, with trends planted on purpose in one family and "
    "none in the other. What is true is known, so verdicts can be marked right or wrong. "
    "**They say nothing about real models.**"
)
MEANINGS: Mapping[Outcome, str] = MappingProxyType(
    {
        "wrong sign": "called in the direction opposite to the planted one",
        "false alarm": "called where nothing was planted",
        "missed": "the change that came about is larger than what the design shows 8 times in 10 and was not called",
        "drift": "called where nothing was planted, in RLHF that touches it on the way to something else: counted as "
        "a side effect, not as a false alarm",
        "too small to see": "planted, but the change that came about is smaller than what the design could show",
        "not tested": "too few sizes or steps, or left out of the test",
        "agrees": "the verdict is what was planted",
    }
)
"""Outcome -> what it says, worst first: the order of the table."""
DISAGREE: frozenset[Outcome] = frozenset({"wrong sign", "false alarm", "missed"})
"""Outcomes that speak against the instrument."""
PLANTED = MappingProxyType({"rise": "rises", "fall": "falls", "dip": "falls, then rises", "none": "nothing"})
CALLED: Mapping[str, str] = MappingProxyType(
    {**{verdict: word.text for verdict, word in SHOWN.items()}, "rise": "↗  Rises", "fall": "↘  Falls"}
)
"""Verdicts as the table shows them; the last two are on RLHF pooled over sizes, no verdicts on one series."""
TABLE_CAPTION = (
    "Disagreements first. Change: from the smallest to the largest model, or the first to the last step, in logits. "
    "Could show: the change this design finds 8 times in 10. All sizes: RLHF's effect pooled over sizes. Where a dip "
    "was planted, the change is how far its lowest size lies under the lower end. In names w is the width, s the seed."
)
TRAINING = "KL to the start model and probability on the allowed answers, by RL steps"
TRAINING_WORDS = (
    "A policy that leaves the allowed answers, or runs far from the model it started from, would make its rates "
    "meaningless. So both are kept for every checkpoint."
)


def tally_sentence(scores: Sequence[Score]) -> Markdown:
    """Counts by outcome in one sentence, then how often nothing was taken for something."""
    numbers = tally(scores)
    part = Markdown("**{}** {}")
    parts = [part.format(count(numbers[each]), _counted(each, numbers[each])) for each in _ORDER if each in numbers]
    known = Markdown("Of {} about which the truth is known, {}{}{}.")
    joint = Markdown(" and ") if len(parts) > 1 else Markdown()
    sentences = known.format(plural(len(scores), "verdict"), Markdown(", ").join(parts[:-1]), joint, parts[-1])
    none = [score for score in scores if score.planted == "none" and score.outcome != "not tested"]
    alarms = sum(score.outcome == "false alarm" for score in none)
    if not none:
        return sentences
    flagged = strong(count(alarms)) if alarms else "no"
    nothing = Markdown("{} In {} nothing was planted: {} false alarm{}")
    sentences = nothing.format(sentences, plural(len(none), "test"), flagged, "s" * (alarms != 1))
    claims = sum(score.verdict not in NO_CLAIM for score in scores if score.outcome != "not tested")
    if not alarms:
        return sentences + "."
    of_claims = Markdown("{}, {} of the {} made; the false-discovery control allows 5%.")
    return of_claims.format(sentences, percent(alarms / claims, 0), plural(claims, "claim"))


_ORDER: tuple[Outcome, ...] = (
    "agrees", "too small to see", "drift", "missed", "false alarm", "wrong sign", "not tested",
)  # fmt: skip


def _counted(outcome: Outcome, number: int) -> str:
    one = number == 1
    return {
        "agrees": "agrees with it" if one else "agree with it",
        "too small to see": f"{'is' if one else 'are'} about a change too small to see",
        "drift": f"{'shows' if one else 'show'} a side effect of training",
        "missed": f"{'misses' if one else 'miss'} a change that could be seen",
        "false alarm": f"{'is a false alarm' if one else 'are false alarms'}",
        "wrong sign": f"{'has' if one else 'have'} the wrong sign",
        "not tested": f"{'was' if one else 'were'} not tested",
    }[outcome]


def meanings(scores: Sequence[Score]) -> list[Markdown]:
    """What each outcome that occurs means, worst first."""
    seen, line = {score.outcome for score in scores}, Markdown("{}: {}.")
    return [line.format(strong(each.capitalize()), said) for each, said in MEANINGS.items() if each in seen]


def ranked(scores: Sequence[Score]) -> list[Score]:
    """Disagreements first, as in MEANINGS; within an outcome the larger change first."""
    order = list(MEANINGS)
    return sorted(scores, key=lambda s: (order.index(s.outcome), -abs(s.change or 0), s.behavior, s.series))


def score_rows(scores: Sequence[Score], title_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """Rows of the table; `title_of`: slug -> title of the behaviour."""
    return [
        {
            "Outcome": score.outcome.capitalize(),
            "Behaviour": title_of(score.behavior).removeprefix("Control: "),
            "Series": score.series.removeprefix("Control ").removeprefix("control-"),
            "Along": "size" if score.axis == "size" else "RL steps",
            "Planted": PLANTED[score.planted],
            "Verdict": CALLED[score.verdict],
            "Change": "" if score.change is None else logits(score.change),
            "Could show": "" if score.detectable_change is None else f"{score.detectable_change:.2f}",
            "q": q_text(score.q),
        }
        for score in ranked(scores)
    ]


def logits(change: float) -> str:
    """'+1.20', '−0.57', '0.00'."""
    text = f"{change:+.2f}"
    return text[1:] if float(text) == 0 else text.replace("-", MINUS)
