"""What a link means where it could mean two things."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finding_builders import finding, truthfulqa

from dashboard.selection import Filter, Selection, axis_asked, filter_from, not_here, select

PLAIN = finding("Pythia", q=0.01)
DEDUPED = replace(finding("Pythia", q=0.01), series="deduped")
CONTROL = finding("OPT", q=0.001, origin="control", result_set="controls", behavior="control-tastes")
ALONG_STEPS = finding("Pythia", axis="rlhf", q=0.0001)


def chosen(params: dict[str, list[str]], *findings: object) -> Selection:
    picked = select(params, findings)  # type: ignore[arg-type]
    assert picked is not None
    return picked


def test_the_exact_name_comes_before_the_family() -> None:
    """'Pythia' is the family of both, and the name of one, wherever that one stands."""
    for findings in ((DEDUPED, PLAIN), (PLAIN, DEDUPED)):
        assert chosen({"family": ["Pythia"]}, *findings).family == "Pythia"
        assert chosen({"family": ["Pythia deduped"]}, *findings).family == "Pythia deduped"
    assert chosen({"family": ["Pythia"]}, DEDUPED, finding("OPT", q=0.0001)).family == "Pythia deduped"


def test_of_a_repeated_parameter_the_last_value_counts() -> None:
    everything = truthfulqa()
    assert chosen({"family": ["OPT", "Llama"]}, *everything).family == "Llama"
    assert chosen({"family": ["Llama", "OPT"]}, *everything).family == "OPT"
    assert axis_asked({"axis": ["size", "rlhf"]}, ["size", "rlhf"]) == "rlhf"
    assert axis_asked({"axis": ["rlhf", "size"]}, ["rlhf", "size"]) == "size"
    assert axis_asked({}, ["rlhf", "size"]) == "rlhf", "without a wish the first that is offered"


def test_real_models_before_controls_and_size_before_steps() -> None:
    """Though the control and the steps have the stronger evidence."""
    assert chosen({}, CONTROL, PLAIN).behavior == "truthfulqa"
    assert chosen({}, ALONG_STEPS, PLAIN).axis == "size"
    assert chosen({"axis": ["rlhf"]}, ALONG_STEPS, PLAIN).axis == "rlhf"
    assert chosen({"set": ["controls"]}, CONTROL, PLAIN).behavior == "truthfulqa", "the behaviour is settled first"


def test_the_focus_is_in_colour_first_and_six_are_the_most() -> None:
    everything = truthfulqa()
    names = [each.name for each in everything]
    picked = chosen({"family": [names[7]], "colour": names[:6]}, *everything)
    assert picked.coloured == (names[7], *names[:5])
    assert chosen({"family": [names[0]], "colour": [names[1], names[0], names[1]]}, *everything).coloured == (
        names[1],
        names[0],
    )


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"behaviour": ["truthfulqa"], "set": ["truthfulqa-families"], "family": ["Pythia"]}, ""),
        ({"behaviour": ["gone"]}, "This link names the behaviour ‘gone’, which is not here. Another is shown."),
        (
            {"set": ["gone"], "family": ["Nobody"]},
            "This link names the data set ‘gone’ and the family ‘Nobody’, which is not here. Another is shown.",
        ),
        # A family that is there, but not for this behaviour, is not here either.
        (
            {"behaviour": ["control-tastes"], "family": ["Pythia"]},
            "This link names the family ‘Pythia’, which is not here. Another is shown.",
        ),
        ({}, ""),
    ],
)
def test_what_a_link_names_and_is_not_here(params: dict[str, list[str]], said: str) -> None:
    assert not_here(params, [PLAIN, CONTROL]) == said


def test_filters_along_steps_only_where_there_are_steps() -> None:
    assert filter_from({"axis": ["rlhf"]}, [PLAIN]).axis == "size"
    assert filter_from({"axis": ["rlhf"]}, [PLAIN, ALONG_STEPS]).axis == "rlhf"
    assert filter_from({}, [ALONG_STEPS]).axis == "rlhf"
    assert filter_from({}, [PLAIN, ALONG_STEPS]).axis == "size"
    assert filter_from({"axis": ["size", "rlhf"]}, [PLAIN, ALONG_STEPS]).axis == "rlhf"


def test_a_filter_must_admit_on_every_side() -> None:
    assert Filter(topics=("Truthfulness",), families=("Pythia",), sets=("truthfulqa-families",)).admits(PLAIN)
    for wrong in ({"topics": ("Other",)}, {"families": ("OPT",)}, {"sets": ("controls",)}):
        asked = {"topics": ("Truthfulness",), "families": ("Pythia",), "sets": ("truthfulqa-families",)} | wrong
        assert not Filter(**asked).admits(PLAIN)
