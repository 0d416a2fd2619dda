import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from drumlin.library.nearest import BLOCK, largest, search, search_among

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.sampled_from((1, 7, BLOCK - 1, BLOCK, 5 * BLOCK + 3)), st.integers(1, 12), st.booleans())
def test_the_largest_are_those_of_a_full_sort(seed: int, size: int, count: int, has_ties: bool) -> None:
    scores = np.random.default_rng(seed).standard_normal(size).astype(np.float32)
    if has_ties:
        scores = scores.round(1)
    found = largest(scores, count)
    order = np.lexsort((np.arange(size), -scores))[:count]
    np.testing.assert_array_equal(found.rows, order)
    np.testing.assert_array_equal(found.scores, scores[order])


@given(SEEDS, st.integers(1, 9))
def test_rows_that_do_not_count_are_not_found(seed: int, count: int) -> None:
    generator = np.random.default_rng(seed)
    matrix = generator.standard_normal((3000, 8)).astype(np.float32)
    query, without = matrix[5], np.array([5, 17, 2999])
    found = search(matrix, query, count, without=without)
    kept = np.setdiff1d(np.arange(3000), without)
    np.testing.assert_array_equal(found.rows, kept[np.argsort(-(matrix[kept] @ query), kind="stable")[:count]])
    among = search_among(matrix, query, count, kept)
    np.testing.assert_array_equal(among.rows, found.rows)


def test_an_empty_matrix_has_no_nearest_row() -> None:
    assert len(search(np.zeros((0, 4), np.float32), np.ones(4, np.float32), 3).rows) == 0
