import numpy as np
import pytest

from drumlin.evaluation.frechet import extrapolated_frechet, frechet_distance


def gaussian(seed: int, count: int, size: int = 8) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, size))


def whitened(seed: int, count: int = 100, size: int = 4) -> np.ndarray:
    rows = gaussian(seed, count, size)
    rows -= rows.mean(axis=0)
    return rows @ np.linalg.inv(np.linalg.cholesky(np.cov(rows, rowvar=False))).T


def test_a_shift_and_a_stretch_have_the_known_distance() -> None:
    stretched = whitened(0) * np.array([1.0, 2.0, 3.0, 1.0]) + np.array([0.0, 0.0, 0.0, 5.0])
    assert frechet_distance(whitened(1), stretched) == pytest.approx(25 + 1 + 4)  # 5^2 + (2 - 1)^2 + (3 - 1)^2


def test_covariances_that_do_not_commute_have_the_known_distance() -> None:
    turned = np.array([[2.0, 1.0], [1.0, 2.0]])
    first, second = whitened(0, size=2) * np.array([1.0, 3.0]), whitened(1, size=2) @ np.linalg.cholesky(turned).T
    product = np.diag([1.0, 9.0]) @ turned
    shared = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))  # of a 2 x 2 matrix, in closed form
    assert frechet_distance(first, second) == pytest.approx(10 + 4 - 2 * shared)


def test_a_set_has_no_distance_to_itself() -> None:
    assert frechet_distance(gaussian(0, 50), gaussian(0, 50)) == pytest.approx(0.0, abs=1e-9)


def test_extrapolation_takes_the_bias_away() -> None:
    found = [extrapolated_frechet(gaussian(seed, 200), gaussian(100 + seed, 200)) for seed in range(12)]
    left, before = np.mean([one.distance.value for one in found]), np.mean([one.measured for one in found])
    assert before > 0.2
    assert abs(left) < 0.15 * before


def test_extrapolation_keeps_a_true_distance() -> None:
    values = [
        extrapolated_frechet(gaussian(seed, 200) * 1.5 + 0.5, gaussian(100 + seed, 200)).distance for seed in range(12)
    ]
    assert np.mean([one.value for one in values]) == pytest.approx(8 * (0.25 + 0.25), rel=0.07)
    assert np.mean([one.low < 4.0 < one.high for one in values]) >= 0.75


def test_fewer_sounds_look_further_away() -> None:
    means = extrapolated_frechet(gaussian(0, 200), gaussian(1, 200)).means
    assert means[0] > means[1] > means[2] > means[3]


def test_kits_that_differ_widen_the_interval() -> None:
    real = gaussian(1, 200) + np.repeat(np.random.default_rng(5).normal(0, 1.0, (20, 8)), 10, axis=0)
    made = gaussian(0, 200) + 2.0
    by_kit = extrapolated_frechet(made, real, [f"kit {row // 10}" for row in range(200)]).distance
    by_file = extrapolated_frechet(made, real, [f"kit {row % 20}" for row in range(200)]).distance
    assert by_kit.high - by_kit.low > 1.3 * (by_file.high - by_file.low)


def test_few_sounds_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 8"):
        extrapolated_frechet(gaussian(0, 7), gaussian(1, 20))
    with pytest.raises(ValueError, match="at least two rows"):
        frechet_distance(gaussian(0, 1), gaussian(1, 20))
