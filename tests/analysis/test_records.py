"""Names of checkpoints: what joins them and what takes them apart."""

from __future__ import annotations

import pytest

from analysis.records import checkpoint_name, model_and_revision, model_of


@pytest.mark.parametrize(
    ("model", "revision", "name"),
    [("pythia-70m", "step1000", "pythia-70m@step1000"), ("lab-7b", None, "lab-7b"), ("org/lab", "a@b", "org/lab@a@b")],
)
def test_a_name_comes_apart_as_it_was_joined(model: str, revision: str | None, name: str) -> None:
    assert checkpoint_name(model, revision) == name
    assert model_and_revision(name) == (model, revision)
    assert model_of(name) == model


def test_an_empty_revision_is_none() -> None:
    assert checkpoint_name("lab-7b", "") == "lab-7b"
    assert model_and_revision("lab-7b@") == ("lab-7b", None)
