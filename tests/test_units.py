"""Conversions between units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.units import SILENCE_DB, db_to_gain, gain_to_db, seconds_to_points, semitones_to_ratio


@given(st.floats(-100.0, 40.0))
def test_a_level_survives_the_way_to_gain_and_back(level_db: float) -> None:
    assert gain_to_db(db_to_gain(level_db)) == pytest.approx(level_db, abs=1e-9)


def test_twenty_decibels_are_a_factor_of_ten() -> None:
    assert db_to_gain(20.0) == pytest.approx(10.0)
    assert gain_to_db(0.1) == pytest.approx(-20.0)


def test_no_gain_is_the_floor() -> None:
    assert gain_to_db(0.0) == SILENCE_DB


def test_an_octave_doubles_the_frequency() -> None:
    assert semitones_to_ratio(12.0) == pytest.approx(2.0)
    assert semitones_to_ratio(-12.0) == pytest.approx(0.5)


def test_points_are_rounded_to_the_nearest() -> None:
    assert seconds_to_points(0.4, 44_100) == 17_640
    assert seconds_to_points(1.0 / 3.0, 10) == 3
