"""A link reproduces the view; what it asks for and is not there falls back quietly."""

from __future__ import annotations

from urllib.parse import parse_qs, urlparse

from finding_builders import truthfulqa
from small_store import by_steps, sycophancy_too_few

from dashboard.selection import Filter, Selection, default_kinds, filter_from, select
from dashboard.words.overview import KINDS

FINDINGS = [*truthfulqa(), *sycophancy_too_few(), by_steps()]


def test_a_link_comes_back_as_the_same_selection() -> None:
    selection = Selection(
        behavior="truthfulqa",
        result_set="truthfulqa-families",
        axis="size",
        family="OPT",
        coloured=("OPT", "Pythia"),
    )
    url = urlparse(selection.url("3f9c1e"))
    assert url.path == "/behaviour"
    params = parse_qs(url.query)
    assert params["v"] == ["1"]
    assert params["data"] == ["3f9c1e"]
    assert select(params, FINDINGS) == selection


def test_nothing_asked_shows_the_strongest_finding() -> None:
    chosen = select({}, FINDINGS)
    assert chosen is not None
    assert (chosen.behavior, chosen.family, chosen.axis) == ("truthfulqa", "Pythia", "size")
    assert select({"behaviour": ["truthfulqa"]}, []) is None


def test_wrong_values_fall_back_one_by_one() -> None:
    asked = {
        "behaviour": ["truthfulqa"],
        "set": ["gone"],
        "axis": ["depth"],
        "family": ["Nobody"],
        "colour": ["X", "OPT"],
    }
    chosen = select(asked, FINDINGS)
    assert chosen is not None
    assert chosen.behavior == "truthfulqa"
    assert chosen.result_set == "truthfulqa-families"
    assert chosen.coloured == ("Pythia", "OPT")
    unknown = select({"behaviour": ["nothing"]}, FINDINGS)
    assert unknown == select({}, FINDINGS)


def test_a_behaviour_without_sizes_is_shown_along_rlhf() -> None:
    chosen = select({"behaviour": ["ifbench"]}, FINDINGS)
    assert chosen is not None
    assert chosen.axis == "rlhf"


def test_at_most_six_in_colour() -> None:
    names = [finding.name for finding in truthfulqa()]
    chosen = select({"behaviour": ["truthfulqa"], "colour": names}, FINDINGS)
    assert chosen is not None
    assert len(chosen.coloured) == 6


def test_the_landing_page_as_it_opens_has_no_parameters() -> None:
    assert Filter(kinds=default_kinds(KINDS)).params() == {}
    assert filter_from({}, FINDINGS).kinds == default_kinds(KINDS)
    assert "insufficient" not in default_kinds(KINDS)


def test_filters_come_back_and_unknown_words_are_dropped() -> None:
    chosen = Filter(axis="rlhf", kinds=("flat",), topics=("Truthfulness",), sets=("truthfulqa-families",))
    assert filter_from(chosen.params(), FINDINGS) == chosen
    assert filter_from({"theme": ["Nonsense"], "verdict": ["worst"]}, FINDINGS) == filter_from({}, FINDINGS)
    assert filter_from({"verdict": ["none"]}, FINDINGS).kinds == ()


def test_filter_admits_by_theme_family_and_set() -> None:
    pythia = truthfulqa()[0]
    assert Filter().admits(pythia)
    assert Filter(topics=("Truthfulness",), families=("Pythia",)).admits(pythia)
    assert not Filter(families=("OPT",)).admits(pythia)
    assert not Filter(sets=("chat-vs-base",)).admits(pythia)
