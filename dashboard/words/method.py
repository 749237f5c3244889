"""The method in plain words: what is computed, what is not claimed, what each verdict means, and the
measured error rates as tables. Pure text, no Streamlit.

METHOD.md is the long text, with formulas. Measured numbers come from dashboard/error_rates.csv.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from types import MappingProxyType

from analysis.verdicts import SHOWN, Verdict
from dashboard.results.error_rates import MIXTURE, OURS, ErrorRates
from dashboard.text.markdown import Markdown, strong
from dashboard.words.numbers import percent

QUESTION = "How is a trend told from noise, and how often is that wrong?"
PROBLEM = (
    "A series is one behaviour in one model family: a handful of models. Each rate is a mean over many questions, so "
    "the error from questions is small. But each model also strays from any smooth trend for reasons of its own: a "
    "lean to “yes”, the order of its training data. That scatter between models decides whether a trend is real, "
    "and five models alone say little about it. The way out: many behaviours were asked of the same models, and "
    "together they show how jumpy the models are."
)
COMPUTED = (
    Markdown(
        "**Rates on the logit scale.** A step from 1% to 2% counts as much as one from 50% to 67%. Size enters as its "
        "logarithm, RL steps as theirs."
    ),
    Markdown(
        "**A trend per series**, with the error from questions and the scatter between models side by side. How much "
        "scatter is usual is learned from all behaviours of the family; then each series weighs it by its own data."
    ),
    Markdown(
        "**One odd model.** Where one model moves all behaviours at once, they count as fewer: the number is shown."
    ),
    Markdown(
        "**Single answers.** Where a set holds them, the test runs on the probability of the matching answer, with "
        "questions balanced by which option matches, so that a lean to one answer cancels. *Metric-dependent* says "
        "that the same answers would claim something else without that balance, or if only the likeliest answer "
        "counted."
    ),
    Markdown(
        "**Odd models.** Each point is predicted from the others; a model that is far off in many behaviours is named "
        "on the Models page."
    ),
    Markdown(
        "**Turns.** A rise and a fall are tested together, at every size where they could meet. A plateau is not a "
        "turn."
    ),
    Markdown(
        "**q, not p.** A q of 0.05 means: of all series flagged at this level in this data set, about 5% are "
        "expected to be false."
    ),
    Markdown(
        "**What would undo it.** Every verdict is computed again without each size; what does not hold is called "
        "fragile."
    ),
)
NOT_CLAIMED = (
    "Not that larger models will go on like this: a verdict describes the models that were measured. Six of eleven "
    "Inverse Scaling Prize tasks turned at larger sizes.",
    "Not that size is the cause: data, tokens and training recipe change with it.",
    Markdown("Not “no effect” where nothing is flagged: only *flat* says that, with its margin."),
    "Not that more questions help: ten thousand questions do not buy a sixth model.",
    "Not that slopes compare between families with other prompts or tokens: compare directions.",
    "Not that RLHF did it where the model before RLHF was asked with another prompt.",
    "Nothing about conduct outside the questionnaire.",
)
MEANINGS: Mapping[Verdict, str] = MappingProxyType(
    {
        "inverse": "Moves in the direction declared as worse: q at most 0.05, at least 0.2 logit over the sweep.",
        "positive": "Moves in the direction declared as better, by the same rule.",
        "u_shaped": "First gets worse, then better; each arm at least 0.2 logit.",
        "inverted_u": "First gets better, then worse; each arm at least 0.2 logit.",
        "increasing": "Rises where no direction is declared as worse, such as political views.",
        "decreasing": "Falls where no direction is declared as worse.",
        "flat": "Any change is smaller than 0.4 logit (90% interval), about 10 points at a rate of 50%.",
        "inconclusive": "Could be a rise or a fall. Not the same as flat.",
        "insufficient": "Fewer than four sizes, or step counts: shown, not tested.",
        "left_out": "Constant answers, too few questions, or prompts that were mixed.",
    }
)
"""Verdict -> what it says, for a reader without statistics."""
PLAIN = {
    "this detector": "scalewatch",
    "least squares on logits, t": "Least squares on logits",
    "item-error weights, z": "Least squares weighted by question error",
    "binomial regression, z": "Binomial regression",
    "GEE by question, z": "GEE clustered by question",
    "random effects DL, z": "Random effects, DerSimonian-Laird",
    "random effects PM + Knapp-Hartung": "Random effects, Knapp-Hartung",
    "Mann-Kendall, exact": "Mann-Kendall",
    "permutation of sizes": "Permutation of the sizes",
    "moderated t (limma)": "Moderated t (limma)",
    "least squares + quadratic U (Lind-Mehlum)": "Quadratic test for a U (Lind-Mehlum)",
    "least squares + two lines U": "Two-lines test for a U",
}
"""Name in the benchmark -> name on the page, in the order shown."""
ONE_COMMAND = "make trust"
SAME_COMMAND = "python -m benchmarks.trust"


def glossary() -> dict[str, list[str]]:
    """Every verdict with its glyph and what it says."""
    return {
        "Verdict": [f"{word.glyph} {word.word}" for word in SHOWN.values()],
        "What it says": [MEANINGS[verdict] for verdict in SHOWN],
    }


def noise_sentence(rates: ErrorRates) -> Markdown:
    """What the table of false positives shows."""
    ours = rates.shares("false_positives", "no trend")
    by_item = rates.share("false_positives", "N7-3", "GEE by question, z")
    return Markdown(
        "Share of behaviours **without** a trend that get p ≤ 0.05. It should be 5%; here it is {} to {} over {} "
        "designs. Methods that take only the questions as random call up to {} of pure noise a trend."
    ).format(percent(min(ours)), percent(max(ours)), len(ours), percent(by_item, 0))


def noise_caption(rates: ErrorRates) -> str:
    """What the columns are."""
    what = rates.designs("no trend")
    return (
        f"Simulated sweeps of 154 behaviours with known truth. Steady: {_design(what['N7-1'])}; jumpy: "
        f"{_design(what['N7-3'])}. Tau is the scatter between models in logits; 0.1 is about 2.5 points at 50%. "
        f"All designs: average over {len(what)}."
    )


def found_sentence(rates: ErrorRates) -> Markdown:
    """What the table of discoveries shows."""
    return Markdown(
        "Half of the behaviours have a trend or a turn. **False claims**: the share of all claims that are about "
        "behaviours without one; it should stay below 5%, and is {} here. No trend was claimed in the wrong "
        "direction{}."
    ).format(percent(rates.share("false_discoveries", MIXTURE)), _wrong_signs(rates))


def found_caption(rates: ErrorRates) -> str:
    """The design, and where a rival is better."""
    ours, theirs = (rates.share("large", "X5-3", method) for method in ("this detector", "moderated t (limma)"))
    return (
        f"Design: {_design(rates.designs('mixture')[MIXTURE])} over behaviours. Small trends: 0.6 logit; large: 1.2 to "
        f"1.6. In the hardest design ({_design(rates.designs('mixture')['X5-3'])}) scalewatch finds {percent(ours, 0)} "
        f"of the large trends, moderated t {percent(theirs, 0)}."
    )


def limits(rates: ErrorRates) -> tuple[Markdown, ...]:
    """Where it fails or is weak, with the numbers that show it."""
    small = rates.share("small", "X5-3")
    forecast = sorted(float(row["coverage"]) for row in rates.rows if row["group"] == "forecast")
    return (
        Markdown(
            "**Few and jumpy models.** With five sizes and tau 0.3, {} of small trends are found. Nothing valid does "
            "much better; only more models do."
        ).format(percent(small, 0)),
        Markdown("**Three sizes.** Hardly anything can be called, and turns cannot be tested."),
        Markdown(
            "**A shock shared by all behaviours** of one model that happens to be smooth in size looks like a trend in "
            "most of them. No test inside one family can tell; a small effective number of behaviours warns, a second "
            "family can."
        ),
        Markdown(
            "**One RLHF run.** Its checkpoints are no independent models, each starts where the last one was: a run "
            "that wanders looks like a trend more often than its p says. The same rise pooled over sizes is better "
            "evidence."
        ),
        Markdown("**Forecasts.** Of 90% prediction intervals {} to {} held new models.").format(
            percent(forecast[0]), percent(forecast[-1])
        ),
        Markdown(
            "**Shared artefacts.** An answer that every small model always gives is a trend to any test. Such series "
            "are left out where they can be recognised."
        ),
        Markdown("**Simulated scatter** was normal or had moderately heavy tails. Heavier tails were not tested."),
    )


def turns_sentence(rates: ErrorRates) -> str:
    """Turns found and claimed."""
    quadratic = "least squares + quadratic U (Lind-Mehlum)"
    return (
        f"Of U shapes over seven sizes {percent(rates.share('turns', 'X7-1'), 0)} are found, over five sizes "
        f"{percent(rates.share('turns', 'X5-1'), 0)}. On trends that only bend, a turn is claimed in "
        f"{percent(rates.share('false_turns', 'P7'))}; a quadratic test claims one in "
        f"{percent(rates.share('false_turns', 'P7', quadratic))}."
    )


def _wrong_signs(rates: ErrorRates) -> str:
    """Empty where the wrong direction was never claimed; else how often it was."""
    worst = max(rates.shares("wrong_sign"))
    return "" if worst == 0 else f" more often than in {percent(worst)} of real trends"


def _design(what: str) -> str:
    """The benchmark's words for a design with a zero before the point."""
    return what.replace(" .", " 0.")


def noise_table(rates: ErrorRates) -> dict[str, list[str]]:
    """How often each method calls a series without a trend one: steady models, jumpy models, all designs."""
    methods = [method for method in PLAIN if not method.startswith("least squares +")]
    columns = {"Steady models": "N7-1", "Jumpy models": "N7-3"}
    table = {"Method": _names(methods)}
    for title, design in columns.items():
        table[title] = [percent(rates.share("false_positives", design, method)) for method in methods]
    table["All designs"] = [percent(fmean(rates.shares("false_positives", "no trend", method))) for method in methods]
    return table


def found_table(rates: ErrorRates, design: str = MIXTURE) -> dict[str, list[str]]:
    """After false-discovery control at 5 %: claims that are false, small and large trends that are found."""
    methods = list(PLAIN)
    columns = {"False claims": "false_discoveries", "Small trends found": "small", "Large trends found": "large"}
    table = {"Method": _names(methods)}
    for title, quantity in columns.items():
        digits = 1 if quantity == "false_discoveries" else 0
        table[title] = [percent(rates.share(quantity, design, method), digits) for method in methods]
    return table


def interval_table(rates: ErrorRates) -> dict[str, list[str]]:
    """Share of 95 % intervals that hold the true slope, on average and in the worst design."""
    methods = [method for method in PLAIN if not method.startswith(("least squares +", "Mann", "permutation"))]
    held = [rates.shares("coverage", method=method) for method in methods]
    return {
        "Method": _names(methods),
        "Average": [percent(fmean(each)) for each in held],
        "Worst design": [percent(min(each)) for each in held],
    }


def _names(methods: Sequence[str]) -> list[str]:
    return [strong(PLAIN[method]) if method == OURS else PLAIN[method] for method in methods]
