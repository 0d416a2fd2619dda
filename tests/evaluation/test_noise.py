import numpy as np
import pytest
from tests.drums import snare, tom

from drumlin.evaluation import noise_floor_db, stair_share, tail_line_db


def noise(length: int = 16_384) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(length).astype(np.float32)


def test_the_noise_floor_is_the_level_of_the_last_tenth() -> None:
    sound = np.zeros(10_000)
    sound[100], sound[9000:] = 1.0, 0.01
    assert noise_floor_db(sound) == pytest.approx(-40.0)


def test_silence_has_the_lowest_floor() -> None:
    assert noise_floor_db(np.zeros(100)) == -120.0


def test_lines_of_the_strides_stand_out() -> None:
    time = np.arange(16_384)
    sound = noise() + sum(np.sin(2 * np.pi * time * k / 16) for k in range(1, 8))
    assert tail_line_db(sound) > tail_line_db(noise()) + 10


def test_real_kinds_of_sound_have_no_lines() -> None:
    assert abs(tail_line_db(noise())) < 6
    assert tail_line_db(np.zeros(16_384)) == 0.0


def test_white_noise_is_all_stairs_and_a_tom_is_none() -> None:
    assert stair_share(noise()) == pytest.approx(1.0, abs=0.05)
    assert stair_share(tom()) < 0.001


def test_crushing_bits_adds_stairs() -> None:
    crushed = np.repeat(np.round(tom()[::8] * 6) / 6, 8)
    assert stair_share(crushed) > 5 * stair_share(tom())
    assert stair_share(np.round(snare() * 3) / 3) > stair_share(snare())
