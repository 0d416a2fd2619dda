import numpy as np
from tests.instruments import SAMPLE_RATE, tone

from drumlin.instrument.evolving import Evolution
from drumlin.instrument.fitting import Space, Target
from drumlin.units import Array, Waveform


def _tones(at: Array) -> Waveform:
    return np.stack([tone(*row.tolist()) for row in at])


def _evolved(generations: int) -> Evolution:
    wide = np.full(2, 3.0)
    space = Space(_tones, -wide, wide, np.full(2, 0.01), np.ones(2))
    evolution = Evolution(space, Target(tone(0.4, -0.3), SAMPLE_RATE), np.array([0.0, 0.2]), 0.25, 16)
    for _ in range(generations):
        evolution.step()
    return evolution


def test_it_comes_to_the_numbers_that_the_sound_was_made_of() -> None:
    evolution = _evolved(40)
    np.testing.assert_allclose(evolution.best, [0.4, -0.3], atol=0.02)
    assert evolution.distance_db < 0.3


def test_the_nearest_is_kept_and_found_again() -> None:
    distances = [_evolved(count).distance_db for count in (0, 3, 6, 6)]
    assert distances == sorted(distances, reverse=True)
    assert distances[2] == distances[3] < distances[0]
