from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.voices import FIRST_S, RATE, STEP_S, spoken

from drumlin.errors import PreprocessError
from drumlin.imitating import cut_strokes
from drumlin.synthesis.taping import Microphone
from drumlin.units import Array, Waveform

BEAT = (("boom", 0.0), ("ts", -4.0), ("ka", -2.0), ("ts", -4.0))


def starts(waveform: Waveform) -> Array:
    return np.array([one.start_s for one in cut_strokes(waveform, RATE)])


def expected(count: int = 4, step_s: float = STEP_S) -> Array:
    return FIRST_S + step_s * np.arange(count)


@pytest.mark.parametrize(
    "changed",
    [{}, {"offset": 0.05}, {"noise_db": -48.0}, {"gain_db": 9.0}, {"room_s": 0.6, "room_db": -14.0}, {"low_hz": 150.0}],
    ids=["plain", "direct current", "noise", "clipped", "room", "thin"],
)
def test_each_syllable_is_one_stroke_where_it_begins(changed: dict[str, float]) -> None:
    heard = starts(spoken(*BEAT, microphone=replace(Microphone(), **changed)))
    assert heard.shape == (4,)
    assert np.abs(heard - expected()).max() < 0.015


def test_sixteenths_are_told_apart() -> None:
    heard = starts(spoken(*(("t", 0.0),) * 8, step_s=0.125))
    assert heard == pytest.approx(expected(8, 0.125), abs=0.015)


def test_quiet_strokes_are_heard_and_measured() -> None:
    strokes = cut_strokes(spoken(("ts", 0.0), ("ts", -24.0), microphone=Microphone(noise_db=-80.0)), RATE)
    assert len(strokes) == 2
    assert strokes[1].level_db - strokes[0].level_db == pytest.approx(-24.0, abs=3.0)


def test_gain_moves_levels_alone() -> None:
    loud, soft = (cut_strokes(gain * spoken(*BEAT), RATE) for gain in (1.0, 0.125))
    assert [one.start_s for one in soft] == pytest.approx([one.start_s for one in loud], abs=1e-3)
    assert [a.level_db - b.level_db for a, b in zip(loud, soft, strict=True)] == pytest.approx([18.06] * 4, abs=0.01)


def test_breath_noise_and_silence_strike_nothing() -> None:
    generator = np.random.default_rng(0)
    noise = (0.01 * generator.standard_normal(2 * RATE)).astype(np.float32)
    swell = np.sin(np.pi * np.linspace(0.0, 1.0, RATE)) ** 2
    breath = (0.001 * generator.standard_normal(3 * RATE)).astype(np.float32)
    breath[RATE : 2 * RATE] += (0.1 * swell * generator.standard_normal(RATE)).astype(np.float32)
    for nothing in (noise, breath, np.zeros(RATE, np.float32), np.zeros(0, np.float32), np.full(RATE, 0.3, np.float32)):
        assert cut_strokes(nothing, RATE) == ()


def test_the_key_that_is_let_go_is_no_stroke() -> None:
    waveform = spoken(*BEAT).copy()
    waveform[-600:-500] += 0.5
    assert len(cut_strokes(waveform, RATE)) == 4


def test_what_is_no_number_is_silence() -> None:
    waveform = spoken(*BEAT).copy()
    waveform[:100] = np.nan
    assert len(starts(waveform)) == 4


def test_strokes_end_before_the_next_begins() -> None:
    strokes = cut_strokes(spoken(*BEAT), RATE)
    assert all(one.end_s <= after.start_s for one, after in pairwise(strokes))
    assert all(len(one.waveform) == pytest.approx((one.end_s - one.start_s) * RATE, abs=1) for one in strokes)


def test_long_recordings_and_low_rates_are_refused() -> None:
    with pytest.raises(PreprocessError, match="31 s"):
        cut_strokes(np.zeros(31 * 8000, np.float32), 8000)
    with pytest.raises(PreprocessError, match="4000 Hz"):
        cut_strokes(np.zeros(4000, np.float32), 4000)
