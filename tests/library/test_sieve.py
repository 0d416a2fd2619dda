import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drumlin.library.sieve import Sieve
from drumlin.units import Array


def unit(vectors: Array) -> Array:
    scaled: Array = (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return scaled


@given(st.integers(0, 1000), st.floats(0.0, 0.3), st.sampled_from((0.9, 0.99)), st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_the_pairs_are_those_of_comparing_all(seed: int, spread: float, least: float, count: int) -> None:
    generator = np.random.default_rng(seed)
    kinds = generator.standard_normal((4, 50))
    vectors = unit(kinds[generator.integers(0, 4, 90)] + spread * generator.standard_normal((90, 50)))
    vectors[::17] = 0.0  # silences are near nothing
    rows, columns = Sieve(vectors[:count]).near(vectors[:40], vectors, least)
    cosines = vectors[:40].astype(float) @ vectors.T.astype(float)
    found = np.zeros(cosines.shape, bool)
    found[rows, columns] = True
    unclear = np.abs(cosines - least) < 1e-6
    np.testing.assert_array_equal(found | unclear, (cosines >= least) | unclear)


@pytest.mark.parametrize("count", (1, 3, 500))
def test_pairs_come_in_order(count: int) -> None:
    vectors = unit(np.repeat(np.random.default_rng(0).standard_normal((5, 40)), 100, axis=0))
    rows, columns = Sieve(vectors[:count]).near(vectors, vectors, 0.99)
    assert len(rows) == 5 * 100 * 100
    assert (np.diff(rows * 500 + columns) > 0).all()
