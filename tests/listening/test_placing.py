import numpy as np
import pytest
from tests.listening.pieces import DRUMS, features, heard, piece, sound
from tests.music import RATE

from drumlin.listening import analyse
from drumlin.listening.placing import is_steady, place_boundary

JOIN_S = 8.0


def test_a_boundary_beside_a_jump_moves_to_it() -> None:
    joined = np.concatenate([sound()[: round(JOIN_S * RATE)], sound(DRUMS)[2 * RATE : 10 * RATE]])
    beats_s = np.concatenate([np.arange(JOIN_S, 0.2, -60 / 92)[::-1], np.arange(JOIN_S, 15.9, 60 / 110)[1:]])
    placed = place_boundary(analyse(joined, RATE), JOIN_S + 2 * 60 / 110, beats_s, 2.4)
    assert placed == pytest.approx(JOIN_S, abs=0.1)


def test_in_steady_music_the_bars_decide() -> None:
    beside_s = piece().truth.sections[1][0] + 60.0 / 92.0
    assert place_boundary(features(), beside_s, np.array(heard().beats_s), 2.6) == beside_s


def test_beats_of_one_tempo_are_steady() -> None:
    assert is_steady(10.0, np.arange(0, 20, 0.5))
    assert not is_steady(10.0, np.concatenate([np.arange(0, 10, 0.5), np.arange(10, 20, 0.55)]))
    assert not is_steady(10.0, np.concatenate([np.arange(0, 10, 0.5), np.arange(10.2, 20, 0.5)]))


def test_without_beats_nothing_moves() -> None:
    assert place_boundary(features(), 7.0, np.zeros(0), 2.6) == 7.0
