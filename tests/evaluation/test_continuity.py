import numpy as np
import pytest

from drumlin.evaluation import plane_continuity
from drumlin.features import log_mel_distance_db

RATE = 44_100
TIME = np.arange(4096) / RATE
DECAY = np.exp(-TIME / 0.02)
LOW, HIGH = (np.random.default_rng(seed).standard_normal(4096) * DECAY for seed in (0, 1))


def test_a_plane_of_one_sound_does_not_move() -> None:
    result = plane_continuity(lambda places: np.stack([LOW] * len(places)), RATE, lines=2, steps=4)
    assert (result.median_db, result.range_db) == (0.0, 0.0)


def test_a_plane_of_two_halves_jumps_and_a_slope_does_not() -> None:
    def halves(places: np.ndarray) -> np.ndarray:
        share = (places[:, :1] > 0) * 0.98 + 0.01 * places[:, :1]
        return share * HIGH + (1 - share) * LOW

    def slope(places: np.ndarray) -> np.ndarray:
        share = (places[:, :1] + 1) / 2
        return share * HIGH + (1 - share) * LOW

    jumps = [plane_continuity(play, RATE, lines=6, steps=10).jump_ratio for play in (halves, slope)]
    assert jumps[0] > 3 * jumps[1]


def test_the_range_is_the_distance_between_the_ends() -> None:
    ends = np.random.default_rng(5).uniform(-1, 1, (2, 2))

    def play(places: np.ndarray) -> np.ndarray:
        share = (places[:, :1] + 1) / 2
        return share * HIGH + (1 - share) * LOW

    expected = log_mel_distance_db(*play(ends), RATE)
    assert plane_continuity(play, RATE, seed=5, lines=1, steps=3).range_db == pytest.approx(expected)
