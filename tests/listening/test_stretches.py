import numpy as np
import pytest
from tests.listening.pieces import JOIN_S, features, joined_features

from drumlin.listening import ListenSettings
from drumlin.listening.stretches import find_stretches, phase_between


@pytest.mark.parametrize(("late_s", "expected"), [(0.0, 0.0), (0.1, 0.2), (-0.05, -0.1), (0.45, -0.1)])
def test_beats_are_late_by_their_distance_to_the_grid(late_s: float, expected: float) -> None:
    before_s, after_s = np.arange(0, 4, 0.5), np.arange(4, 8, 0.5) + late_s
    assert phase_between(before_s, after_s, 0.5) == pytest.approx(expected, abs=1e-6)


def test_without_beats_nothing_is_late() -> None:
    assert phase_between(np.zeros(0), np.arange(3.0), 0.5) == 0.0


def test_a_jump_of_tempo_begins_a_stretch() -> None:
    first, second = find_stretches(joined_features(), ListenSettings())
    assert first.start_s == 0.0
    assert first.end_s == second.start_s == pytest.approx(JOIN_S, abs=0.3)
    assert second.end_s == joined_features().duration_s


def test_a_piece_of_one_pulse_is_one_stretch() -> None:
    assert len(find_stretches(features(), ListenSettings())) == 1
