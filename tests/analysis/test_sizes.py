"""Short labels of parameter counts."""

import pytest

from analysis.sizes import size_label


@pytest.mark.parametrize(
    ("count", "label"),
    [
        (14_067_712, "14M"),
        (70_426_624, "70M"),
        (124_439_808, "124M"),
        (162_322_944, "162M"),
        (405_334_016, "405M"),
        (99_970_000, "100M"),
        (1_011_781_632, "1B"),
        (1_414_647_808, "1.4B"),
        (2_775_208_960, "2.8B"),
        (6_857_302_016, "6.9B"),
        (11_846_072_320, "12B"),
        (176_247_271_424, "176B"),
        (125_000_000, "125M"),
        (500_000_000, "500M"),
        (110_000_000_000, "110B"),
        (32_500_000_000, "32.5B"),
        (405_000_000_000, "405B"),
        (999_999_999, "1B"),
        (999_400_000, "999M"),
        (124_400_000_000.0, "124B"),
        (1_800_000_000_000, "1.8T"),
        (124_000, "124K"),
        (950, "950"),
        (7e9, "7B"),
    ],
)
def test_label_is_the_name_people_use(count, label):
    assert size_label(count) == label


def test_a_size_nobody_states_is_said_so():
    assert size_label(None) == "size not stated"


@pytest.mark.parametrize("count", [0, -7_000_000_000, float("nan")])
def test_a_count_that_is_not_positive_is_refused(count):
    with pytest.raises(ValueError, match="positive number"):
        size_label(count)
