import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.evaluation.summaries import mean_over_kits, one_kit_each, plain, quantile_over_kits, share_of

VALUES = st.lists(st.floats(-100, 100), min_size=1, max_size=30)


@given(VALUES)
def test_number_lies_in_its_interval(values: list[float]) -> None:
    kits = [f"kit {index % 3}" for index in range(len(values))]
    for found in (mean_over_kits(np.array(values), kits, 50), quantile_over_kits(np.array(values), kits, 50)):
        assert found is not None
        assert found["low"] <= found["value"] <= found["high"]


def test_known_mean_and_median() -> None:
    values = np.array([1.0, 2.0, 3.0, 10.0, np.nan])
    mean, median = (f(values, one_kit_each(5), 100) for f in (mean_over_kits, quantile_over_kits))
    assert mean is not None
    assert median is not None
    assert (mean["value"], median["value"]) == (4.0, 2.5)


def test_sounds_of_few_kits_give_wide_intervals() -> None:
    values = np.repeat([0.0, 1.0], 50)
    wide = mean_over_kits(values, ["a"] * 50 + ["b"] * 50, 400)
    narrow = mean_over_kits(values, one_kit_each(100), 400)
    assert wide is not None
    assert narrow is not None
    assert wide["high"] - wide["low"] > 3 * (narrow["high"] - narrow["low"])


def test_nothing_known_gives_none() -> None:
    assert mean_over_kits(np.array([np.nan]), [""], 10) is None
    assert quantile_over_kits(np.array([]), [], 10) is None


def test_share_has_an_interval_even_when_all_hit() -> None:
    found = share_of(20, 20)
    assert found["value"] == found["high"] == 1.0
    assert found["low"] == pytest.approx(0.839, abs=0.001)  # Wilson, by hand: 20 / (20 + 1.96^2)


def test_plain_content_is_json() -> None:
    assert plain({"a": np.float32(0.5), "b": [np.int64(3), np.nan], "c": (1.0, "x")}) == {
        "a": 0.5,
        "b": [3, None],
        "c": [1.0, "x"],
    }
