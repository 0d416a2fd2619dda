import numpy as np
import pytest
from tests.listening.pieces import features, heard, piece

from drumlin.listening.placing import place_boundary


def test_a_boundary_beside_the_change_moves_to_it() -> None:
    start_s, beat_s = piece().truth.sections[1][0], 60.0 / 92.0
    placed = place_boundary(features(), start_s + beat_s, np.array(heard().beats_s), 4 * beat_s)
    assert placed == pytest.approx(start_s, abs=0.1)


def test_a_boundary_at_the_change_stays() -> None:
    start_s = piece().truth.sections[1][0]
    assert place_boundary(features(), start_s, np.array(heard().beats_s), 2.6) == pytest.approx(start_s, abs=0.1)


def test_without_beats_nothing_moves() -> None:
    assert place_boundary(features(), 7.0, np.zeros(0), 2.6) == 7.0
