import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import DRUMS, kick, snare, tom

from drumlin.evaluation import clipped_tops, offset_db, stair_points

SAMPLE_RATE = 44_100


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(sorted(DRUMS)), seed=st.integers(0, 200))
def test_clean_drums_are_not_accused(name: str, seed: int) -> None:
    sound = DRUMS[name](seed)
    assert clipped_tops(sound) == 0
    assert stair_points(sound, SAMPLE_RATE) < 0.1


@settings(max_examples=20, deadline=None)
@given(f0_hz=st.floats(30, 2000), phase=st.floats(0, 6))
def test_a_sine_is_not_clipped(f0_hz: float, phase: float) -> None:
    assert clipped_tops(np.sin(2 * np.pi * f0_hz * np.arange(20_000) / SAMPLE_RATE + phase)) == 0


@pytest.mark.parametrize("drum", [kick, tom, snare])
def test_a_drum_driven_into_the_ceiling_is_clipped(drum: object) -> None:
    sound = np.clip(3.0 * drum(), -0.8, 0.8)  # type: ignore[operator]
    assert clipped_tops(sound) >= 2


def test_clipping_from_below_is_found_too() -> None:
    assert clipped_tops(np.clip(3.0 * kick(), -0.8, 3.0)) >= 1


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_held_samples_are_stairs(factor: int) -> None:
    held = np.repeat(snare()[::factor], factor)
    assert stair_points(held, SAMPLE_RATE) == pytest.approx(1 - 1 / factor, abs=0.1)


def test_few_bits_are_stairs() -> None:
    assert stair_points(np.round(tom() * 8) / 8, SAMPLE_RATE) > 0.5
    assert stair_points(np.round(tom() * 2**15) / 2**15, SAMPLE_RATE) < 0.1


@settings(max_examples=20, deadline=None)
@given(level_db=st.floats(-70, -10), name=st.sampled_from(sorted(DRUMS)))
def test_an_offset_reads_its_level(level_db: float, name: str) -> None:
    sound = np.pad(DRUMS[name]().astype(np.float64), (0, 40_000))
    shifted = sound + 10 ** (level_db / 20) * np.abs(sound).max()
    assert offset_db(shifted) == pytest.approx(level_db, abs=0.2 + 10 ** (level_db / 20) * 12)


def test_silence_has_none_of_it() -> None:
    silence = np.zeros(5000, np.float32)
    assert (clipped_tops(silence), stair_points(silence, SAMPLE_RATE), offset_db(silence)) == (0, 0.0, -120.0)
