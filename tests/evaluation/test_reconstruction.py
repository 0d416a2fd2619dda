import numpy as np
import pytest
from tests.drums import snare, tom

from drumlin.evaluation import compare_sounds
from drumlin.features import log_mel_distance_db


def pair() -> np.ndarray:
    return np.stack([snare()[:8000], tom()[:8000]])


def test_equal_sounds_are_no_distance_apart() -> None:
    result = compare_sounds(pair(), pair(), 44_100)
    assert (result.log_mel_db, result.log_mel_p90_db, result.variance) == (0.0, 0.0, 0.0)


def test_the_mean_of_all_sounds_leaves_all_of_the_variance() -> None:
    real = pair()
    made = np.broadcast_to(real.mean(axis=0), real.shape)
    assert compare_sounds(real, made, 44_100).variance == pytest.approx(1.0, rel=1e-5)


def test_the_distance_is_the_mean_over_the_pairs() -> None:
    real, made = pair(), pair()[::-1]
    expected = np.mean([log_mel_distance_db(a, b, 44_100) for a, b in zip(real, made, strict=True)])
    assert compare_sounds(real, made, 44_100).log_mel_db == pytest.approx(expected)


def test_shapes_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="the same"):
        compare_sounds(pair(), pair()[:1], 44_100)
