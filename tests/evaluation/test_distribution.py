import numpy as np
import pytest

from drumlin.evaluation.distribution import (
    compare_kernel_distances,
    cubic_kernel,
    kernel_distance,
    neighbourhood,
    squared_distances,
)

KITS = [f"kit {row // 10}" for row in range(200)]


def gaussian(seed: int, shift: float = 0.0, count: int = 200, size: int = 8) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, size)) + shift


def test_the_kernel_distance_is_that_of_its_definition() -> None:
    made, real = gaussian(0, 0.5, count=5), gaussian(1, count=4)
    kernel = lambda a, b: (a @ b / 8 + 1) ** 3  # noqa: E731
    within_made = np.mean([kernel(a, b) for i, a in enumerate(made) for j, b in enumerate(made) if i != j])
    within_real = np.mean([kernel(a, b) for i, a in enumerate(real) for j, b in enumerate(real) if i != j])
    between = np.mean([kernel(a, b) for a in made for b in real])
    assert kernel_distance(made, real) == pytest.approx(within_made + within_real - 2 * between)


def test_equal_distributions_are_at_distance_zero_on_average() -> None:
    found = [kernel_distance(gaussian(seed), gaussian(1000 + seed)) for seed in range(60)]
    error = np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found)) < 3 * error
    assert min(found) < 0 < max(found)


def test_the_interval_of_equal_distributions_covers_zero_nearly_always() -> None:
    covered = []
    for seed in range(40):
        real, made = gaussian(seed), gaussian(1000 + seed)
        found = compare_kernel_distances({"a": made}, real, [""] * 200, resamples=200, seed=seed).interval("a")
        covered.append(not found.excludes_zero)
    assert np.mean(covered) >= 0.85


def test_a_shift_is_found() -> None:
    found = compare_kernel_distances({"a": gaussian(0, 0.3)}, gaussian(1), KITS, resamples=200).interval("a")
    assert 0 < found.low < found.value < found.high


def test_the_nearer_system_is_known_with_certainty() -> None:
    systems = {"near": gaussian(0, 0.3), "far": gaussian(2, 0.45)}
    found = compare_kernel_distances(systems, gaussian(1), KITS, resamples=200)
    difference = found.difference("near", "far")
    assert difference.high < 0
    assert difference.value == pytest.approx(found.values["near"] - found.values["far"])


def test_resampling_together_narrows_a_difference() -> None:
    real = gaussian(1) + np.repeat(np.random.default_rng(5).normal(0, 0.5, (20, 8)), 10, axis=0)
    systems = {"a": gaussian(0, 0.3), "b": gaussian(0, 0.3) + 0.01}
    found = compare_kernel_distances(systems, real, KITS, resamples=300)
    apart, together = found.interval("a"), found.difference("b", "a")
    assert together.high - together.low < 0.2 * (apart.high - apart.low)


def test_kits_widen_the_interval() -> None:
    real = gaussian(1) + np.repeat(np.random.default_rng(5).normal(0, 1.0, (20, 8)), 10, axis=0)
    by_kit = compare_kernel_distances({"a": gaussian(0)}, real, KITS, resamples=300).interval("a")
    by_file = compare_kernel_distances({"a": gaussian(0)}, real, [""] * 200, resamples=300).interval("a")
    assert by_kit.high - by_kit.low > 1.5 * (by_file.high - by_file.low)


def test_the_same_seed_draws_the_same_resamples() -> None:
    once, again = (compare_kernel_distances({"a": gaussian(0)}, gaussian(1), KITS, resamples=20) for _ in range(2))
    assert (once.draws["a"] == again.draws["a"]).all()


def test_real_sounds_as_a_system_are_resampled_by_kit() -> None:
    made = gaussian(0) + np.repeat(np.random.default_rng(5).normal(0, 1.0, (20, 8)), 10, axis=0)
    by_file = compare_kernel_distances({"a": made}, gaussian(1), KITS, resamples=200).interval("a")
    by_kit = compare_kernel_distances({"a": made}, gaussian(1), KITS, system_kits={"a": KITS}, resamples=200)
    assert by_kit.interval("a").high - by_kit.interval("a").low > by_file.high - by_file.low


def test_systems_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="equal numbers"):
        compare_kernel_distances({"a": gaussian(0), "b": gaussian(0, count=100)}, gaussian(1), KITS)


def test_embeddings_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="at least two rows"):
        kernel_distance(gaussian(0, size=4), gaussian(1))


def test_equal_sets_are_covered_and_dense() -> None:
    found = neighbourhood(gaussian(0), gaussian(0), KITS)
    assert found.coverage.value == 1.0
    assert found.density.value > 1.0  # each real sound lies in its own sphere as well


def test_sounds_of_one_distribution_have_density_one() -> None:
    found = neighbourhood(gaussian(0, count=1000), gaussian(1, count=1000), resamples=50)
    assert found.density.value == pytest.approx(1.0, abs=0.1)
    assert found.coverage.value == pytest.approx(1 - 0.5**5, abs=0.03)  # the paper's expectation for M = N


def test_far_sounds_cover_nothing() -> None:
    found = neighbourhood(gaussian(0, 20.0), gaussian(1), KITS)
    assert (found.density.value, found.coverage.value, found.coverage.high) == (0.0, 0.0, 0.0)


def test_one_good_sound_repeated_is_dense_but_covers_little() -> None:
    found = neighbourhood(np.zeros((200, 8)), gaussian(1), KITS)
    assert found.coverage.value < 0.3
    assert found.density.value > 1.0


def test_too_few_real_sounds_have_no_neighbours() -> None:
    with pytest.raises(ValueError, match="more than 5"):
        neighbourhood(gaussian(0), gaussian(1, count=5))


def test_distances_and_kernels_are_those_of_pairs() -> None:
    a, b = gaussian(0, count=3), gaussian(1, count=2)
    assert squared_distances(a, b)[2, 1] == pytest.approx(np.square(a[2] - b[1]).sum())
    assert cubic_kernel(a, b)[0, 1] == pytest.approx((a[0] @ b[1] / 8 + 1) ** 3)
