import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.evaluation.intervals import around, kit_rows, normal_interval, resample_files, resample_kits, wilson


def test_wilson_gives_the_known_interval() -> None:
    found = wilson(9, 10)  # published tables: 0.596 to 0.982
    assert (found.value, round(found.low, 3), round(found.high, 3)) == (0.9, 0.596, 0.982)


@given(st.integers(0, 60), st.integers(1, 60))
def test_a_share_lies_inside_its_interval(hits: int, count: int) -> None:
    found = wilson(min(hits, count), count)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0


def test_nothing_counted_tells_nothing() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


def test_the_spread_of_resamples_is_laid_around_the_number() -> None:
    draws = np.random.default_rng(0).normal(7.0, 1.0, 20_000)
    found = around(2.0, draws)
    assert (found.low, found.high) == (pytest.approx(2 - 1.96, abs=0.05), pytest.approx(2 + 1.96, abs=0.05))
    assert found.excludes_zero


def test_a_normal_interval_reaches_two_deviations() -> None:
    assert normal_interval(1.0, 0.25).high == pytest.approx(1.98, abs=0.001)
    assert not normal_interval(0.5, 0.25).excludes_zero


def test_unnamed_files_are_kits_of_their_own() -> None:
    assert [list(rows) for rows in kit_rows(["a", "", "b", "a", ""])] == [[0, 3], [1], [2], [4]]


def test_files_of_a_kit_are_drawn_together() -> None:
    weights = resample_kits(["a"] * 3 + ["b"] * 2, 500, np.random.default_rng(0))
    drawn = weights[:, :3].sum(axis=1) / 3 + weights[:, 3:].sum(axis=1) / 2
    assert (drawn == 2).all()
    assert (weights[:, :3].sum(axis=1) == 0).mean() == pytest.approx(0.25, abs=0.06)


def test_resamples_of_files_keep_their_number() -> None:
    assert (resample_files(7, 20, np.random.default_rng(0)).sum(axis=1) == 7).all()
