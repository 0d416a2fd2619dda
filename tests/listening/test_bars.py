import numpy as np
from tests.listening.pieces import heard

from drumlin.listening.bars import phase_path


def test_the_phase_of_strong_downbeats_is_found() -> None:
    odds = np.where(np.arange(24) % 4 == 2, 3.0, -3.0)
    assert np.flatnonzero(phase_path(odds, 4) == 0).tolist() == [2, 6, 10, 14, 18, 22]


def test_one_weak_beat_does_not_move_the_bar() -> None:
    odds = np.where(np.arange(24) % 4 == 0, 3.0, -3.0)
    odds[9] = 4.0
    assert np.flatnonzero(phase_path(odds, 4) == 0).tolist() == [0, 4, 8, 12, 16, 20]


def test_a_dropped_beat_moves_the_bar_where_all_that_follows_says_so() -> None:
    odds = np.where(np.append(np.arange(20) % 4, np.arange(20) % 4)[:39] == 0, 4.0, -4.0)
    odds = np.delete(odds, 19)
    found = np.flatnonzero(phase_path(odds, 4) == 0)
    assert found[-1] % 4 == 3


def test_downbeats_are_beats() -> None:
    assert set(heard().downbeats_s) <= set(heard().beats_s)
