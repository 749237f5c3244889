"""What the method page says of error rates: the worst where it must be the worst, both ends where there are two."""

from __future__ import annotations

from dataclasses import replace

from dashboard.results.error_rates import MIXTURE, OURS, ErrorRates, error_rates
from dashboard.words.method import found_sentence, limits, noise_sentence


def changed(quantity: str, values: dict[str, str]) -> ErrorRates:
    """The packaged figures with others for our detector, by design."""
    rates = error_rates()
    return replace(
        rates,
        rows=tuple(
            row | {quantity: values[row["design"]]} if row["design"] in values and row["method"] == OURS else row
            for row in rates.rows
        ),
    )


def test_one_wrong_sign_anywhere_is_said() -> None:
    wrong = found_sentence(changed("wrong_sign", {MIXTURE: "0.012"}))
    assert wrong.endswith("No trend was claimed in the wrong direction more often than in 1.2% of real trends.")
    designs = {row["design"]: "0" for row in error_rates().rows if row["wrong_sign"]}
    assert found_sentence(changed("wrong_sign", designs)).endswith("in the wrong direction.")


def test_forecasts_are_told_from_the_worst_to_the_best_design() -> None:
    rows = [row for row in error_rates().rows if row["group"] == "forecast"]
    held = sorted(100 * float(row["coverage"]) for row in rows)
    assert held[0] < held[-1]
    (said,) = [each for each in limits(error_rates()) if each.startswith("**Forecasts.**")]
    assert f"{held[0]:.1f}% to {held[-1]:.1f}% held new models" in said


def test_false_positives_are_told_from_the_least_to_the_most() -> None:
    ours = [100 * share for share in error_rates().shares("false_positives", "no trend")]
    assert f"here it is {min(ours):.1f}% to {max(ours):.1f}% over {len(ours)} designs" in noise_sentence(error_rates())
