import numpy as np
import pytest
from tests.instruments import SAMPLE_RATE, tone

from drumlin.features import log_mel_distance_db
from drumlin.instrument.fitting import Descent, Space, Target
from drumlin.units import Array, Waveform

WIDE = np.full(2, 3.0)


def _tones(at: Array) -> Waveform:
    return np.stack([tone(*row.tolist()) for row in at])


def _space(low: Array = -WIDE, high: Array = WIDE, pull_db: float = 0.0) -> Space:
    return Space(_tones, low, high, np.full(2, 0.01), np.ones(2), pull_db)


def _descend(space: Space, start: Array, rounds: int = 30) -> Descent:
    descent = Descent(space, Target(tone(0.4, -0.3), SAMPLE_RATE), start)
    for _ in range(rounds):
        descent.step()
    return descent


def test_distances_are_those_of_two_sounds() -> None:
    target = Target(tone(0.4, -0.3), SAMPLE_RATE)
    pictures = target.pictures(_tones, np.array([[0.1, 0.2], [1.0, -1.0]]))
    expected = [log_mel_distance_db(tone(0.4, -0.3), tone(*place), SAMPLE_RATE) for place in ((0.1, 0.2), (1.0, -1.0))]
    np.testing.assert_allclose(target.distances_db(pictures), expected, rtol=1e-5)


def test_steps_lead_to_the_numbers_that_the_sound_was_made_of() -> None:
    descent = _descend(_space(), np.array([0.4, -0.1]))
    np.testing.assert_allclose(descent.best, [0.4, -0.3], atol=0.02)
    assert descent.distance_db < 0.05


def test_no_step_is_worse_than_the_one_before() -> None:
    descent = Descent(_space(), Target(tone(0.4, -0.3), SAMPLE_RATE), np.array([-0.5, 0.8]))
    distances = [descent.distance_db]
    for _ in range(8):
        descent.step()
        distances.append(descent.distance_db)
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < distances[0]


def test_limits_are_kept_also_by_the_derivatives() -> None:
    heard: list[Array] = []

    def sounds(at: Array) -> Waveform:
        heard.append(at)
        return _tones(at)

    high = np.array([3.0, -0.35])
    space = Space(sounds, -WIDE, high, np.full(2, 0.01), np.ones(2))
    descent = _descend(space, np.array([0.4, -0.6]))
    assert descent.best[1] == pytest.approx(-0.35, abs=0.02)
    assert np.concatenate(heard)[:, 1].max() <= -0.35


def test_a_pull_holds_the_numbers_near_the_start() -> None:
    start = np.array([0.3, -0.1])
    held, free = (_descend(_space(pull_db=pull), start) for pull in (1000.0, 0.0))
    assert np.abs(held.best - start).max() < 0.5 * np.abs(free.best - start).max()


def test_a_way_that_is_at_its_end_says_so() -> None:
    descent = _descend(_space(), np.array([0.4, -0.3]), rounds=1)
    assert descent.is_done
    np.testing.assert_allclose(descent.best, [0.4, -0.3], atol=1e-6)
