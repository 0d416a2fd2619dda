import hypothesis.strategies as st
import pytest
from hypothesis import given

from drumlin.composing.fitting import MAX_FIT, choose_tempo, fit_bars
from drumlin.composing.meters import METERS
from drumlin.composing.streams import Stream
from drumlin.composing.tempo import TempoPoint, map_tempo

FOUR = METERS["4/4"]


def test_a_tempo_that_closes_is_left_alone() -> None:
    fit = fit_bars((TempoPoint(0.0, 120.0),), 32.0, FOUR)
    assert (fit.bars, fit.is_moved, fit.points[0].tempo_bpm) == (16.0, False, 120.0)


def test_a_tempo_is_moved_by_four_percent_at_most() -> None:
    fit = fit_bars((TempoPoint(0.0, 120.0),), 31.0, FOUR)
    assert fit.bars == 16.0
    assert fit.points[0].tempo_bpm == pytest.approx(64 * 60 / 31, abs=1e-5)


def test_where_that_is_not_enough_the_last_bar_is_short() -> None:
    fit = fit_bars((TempoPoint(0.0, 120.0),), 7.0, FOUR)
    assert fit.bars == 3.5
    assert not fit.is_moved


@given(st.floats(0.3, 300.0), st.floats(40.0, 220.0), st.sampled_from(sorted(METERS)))
def test_bars_close_on_the_end_whatever_is_asked(duration_s: float, tempo_bpm: float, name: str) -> None:
    meter = METERS[name]
    fit = fit_bars((TempoPoint(0.0, tempo_bpm),), duration_s, meter)
    tempo_map = map_tempo(fit.points, duration_s, fit.quarters, meter.beat_quarters)
    assert abs(tempo_map.second(fit.bars * meter.bar_quarters) - duration_s) < 0.01
    assert abs(fit.points[0].tempo_bpm / tempo_bpm - 1.0) <= MAX_FIT + 1e-3


@given(st.floats(0.3, 300.0), st.floats(40.0, 220.0), st.sampled_from(sorted(METERS)))
def test_fitting_twice_is_fitting_once(duration_s: float, tempo_bpm: float, name: str) -> None:
    once = fit_bars((TempoPoint(0.0, tempo_bpm), TempoPoint(0.1, 50.0, True)), duration_s, METERS[name])
    twice = fit_bars(once.points, duration_s, METERS[name], once.bars)
    assert (twice.bars, twice.points, twice.is_moved) == (once.bars, once.points, False)


@given(st.floats(12.0, 200.0), st.integers(0, 1000))
def test_a_chosen_tempo_lies_in_its_range_and_fills_whole_bars(duration_s: float, seed: int) -> None:
    tempo = choose_tempo(100.0, 130.0, duration_s, FOUR, 4, Stream(seed))
    assert 100.0 <= tempo <= 130.0
    bars = tempo * duration_s / 240.0
    assert abs(bars - round(bars)) < 1e-6
