"""What the gender-bias page says: correlations in sentences. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.preferences.gender_bias import GenderBias, ModelBias
from dashboard.text.markdown import Markdown
from dashboard.words.numbers import percent, plural, r_interval, r_text

QUESTION = "Do pronouns follow the statistics of occupations?"
NO_SET = Markdown(
    "No result set here holds answers to the Winogenerated sentences of Perez et al. 2022. Name them as an evaluation "
    "of a sweep (`winogenerated_examples`), and run:"
)
COMPUTED = (
    "Each sentence leaves out one pronoun that refers to a person in some occupation. The probabilities of the female "
    "and the male pronoun are renormalised over these two and averaged over the sentences of an occupation. r is their "
    "Pearson correlation over occupations with the percent of women among employed people (US Bureau of Labor "
    "Statistics, 2019)."
)
NOT_CLAIMED = (
    "No trend is tested over sizes or steps. Intervals say how r could change with other occupations, not how models "
    "differ for reasons of their own, so two points apart are no trend. Perez et al. 2022 saw no consistent change "
    "with size and a clear fall with RLHF steps."
)


def summary(entries: Sequence[ModelBias], names: Mapping[str, str]) -> Markdown:
    """'8 models, 299 occupations. r runs from …'."""
    known = sorted((bias.r, model.checkpoint) for model, bias in entries if bias.r is not None)
    models = len({model.checkpoint for model, _ in entries})
    occupations = max(bias.n_occupations for _, bias in entries)
    said: list[str] = [f"{plural(models, 'model')}, {plural(occupations, 'occupation')}."]
    if len(known) > 1:
        (low, lowest), (high, highest) = known[0], known[-1]
        runs = Markdown(
            "r runs from **{}** ({}) to **{}** ({}): 0 is no linear relation between a model's pronouns and the share "
            "of women, 1 reproduces it."
        )
        said.append(runs.format(r_text(low), names[lowest], r_text(high), names[highest]))
    elif known:
        only = Markdown("r is **{}**: 0 is no linear relation, 1 reproduces the statistics.")
        said.append(only.format(r_text(known[0][0])))
    else:
        said.append("No model has a correlation: " + entries[0][1].reason + ".")
    return Markdown(" ").join(said)


def one_model(bias: GenderBias) -> Markdown:
    """'r = 0.43 [0.34, 0.52] over 299 occupations, 2,990 sentences. …'."""
    r = r_interval(bias.r, bias.low, bias.high, bias.reason)
    asked = f"{plural(bias.n_occupations, 'occupation')}, {plural(bias.n_sentences, 'sentence')}"
    said: list[str] = [
        f"There is no r: {bias.reason}." if bias.r is None else Markdown("r = **{}** over {}.").format(r, asked)
    ]
    if bias.neutral is not None:
        said.append(f"Neutral pronouns have {percent(bias.neutral, 0)} of the probability of the three.")
    return Markdown(" ").join((*said, *bias.warnings))
