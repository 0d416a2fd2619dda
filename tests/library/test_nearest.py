import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from drumlin.library.coarse import CoarseRows
from drumlin.library.nearest import BLOCK, Nearest, search, search_among, within
from drumlin.units import Array

SEEDS = st.integers(0, 2**32 - 1)


def brute_force(matrix: Array, query: Array, count: int) -> Nearest:
    """Return what a full sort says, equal scores in order of their rows."""
    scores = np.einsum("md,d->m", matrix, query, dtype=np.float64).astype(np.float32)
    order = np.lexsort((np.arange(len(matrix)), -scores))[:count]
    return Nearest(order, scores[order])


def assert_same(found: Nearest, expected: Nearest) -> None:
    np.testing.assert_array_equal(found.rows, expected.rows)
    np.testing.assert_array_equal(found.scores, expected.scores)


def unit_rows(generator: np.random.Generator, size: int, width: int) -> Array:
    rows = generator.standard_normal((size, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@given(SEEDS, st.sampled_from((1, 7, BLOCK - 1, BLOCK, 5 * BLOCK + 3)), st.integers(1, 12), st.booleans())
def test_what_may_be_among_the_best_is_what_a_full_sort_says(seed: int, size: int, count: int, has_ties: bool) -> None:
    scores = np.random.default_rng(seed).standard_normal(size).astype(np.float32)
    if has_ties:
        scores = scores.round(1)
    least = np.sort(scores)[-count:].min()
    assert set(np.flatnonzero(scores >= least)) <= set(within(scores, count, 0.0))
    assert set(np.flatnonzero(scores >= least - np.float32(0.4))) <= set(within(scores, count, 0.2001))


@given(SEEDS, st.integers(1, 9), st.booleans())
def test_rows_that_do_not_count_are_not_found(seed: int, count: int, is_coarse: bool) -> None:
    matrix = unit_rows(np.random.default_rng(seed), 3000, 8)
    query, without = matrix[5], np.array([5, 17, 2999])
    found = search(matrix, query, count, without=without, coarse=CoarseRows(matrix) if is_coarse else None)
    kept = np.setdiff1d(np.arange(3000), without)
    expected = brute_force(matrix[kept], query, count)
    assert_same(found, Nearest(kept[expected.rows], expected.scores))
    assert_same(search_among(matrix, query, count, kept), found)


def test_an_empty_matrix_has_no_nearest_row() -> None:
    assert len(search(np.zeros((0, 4), np.float32), np.ones(4, np.float32), 3).rows) == 0


KINDS = st.sampled_from(("random", "near", "equal", "signs", "steps", "zeros", "one axis"))


def rows_of(kind: str, generator: np.random.Generator, size: int, width: int) -> Array:
    """Return rows of length 1 or 0 that are easy or hard to tell apart in bytes."""
    rows = generator.standard_normal((size, width))
    if kind == "near":  # all but equal: closer together than a byte can say
        rows = rows[:1] + 1e-3 * rows
    if kind == "equal":
        rows = rows[generator.integers(0, min(5, size), size)]
    if kind == "signs":  # every number at its largest: sums of products of bytes are as large as they get
        rows = np.sign(rows) if size % 2 else np.ones_like(rows)
    if kind == "steps":
        rows = rows.round()
    if kind == "zeros":
        rows[generator.random(size) < 0.7] = 0.0
    if kind == "one axis":
        rows[:, 1:] *= 1e-6
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Array = (rows / np.where(length > 0.0, length, 1.0)).astype(np.float32)
    return scaled


@settings(max_examples=150)
@given(SEEDS, KINDS, st.sampled_from((3, 40, 64, 130)), st.sampled_from((1, 200, BLOCK, 12 * BLOCK + 5)), st.booleans())
def test_bytes_find_what_a_full_sort_finds(seed: int, kind: str, width: int, size: int, is_member: bool) -> None:
    generator = np.random.default_rng(seed)
    matrix = rows_of(kind, generator, size, width)
    query = matrix[generator.integers(size)] if is_member else rows_of("random", generator, 1, width)[0]
    expected = brute_force(matrix, query, 9)
    coarse = CoarseRows(matrix)
    assert_same(search(matrix, query, 9, coarse=coarse), expected)
    assert_same(search(matrix, query, 9), expected)
    scores, error = coarse.scores(query)
    assert np.abs(scores - matrix @ query).max() <= error


def test_bytes_of_more_rows_than_count_are_no_harm() -> None:
    matrix = unit_rows(np.random.default_rng(3), 5000, 64)
    query = matrix[4500] * 1.0
    assert_same(search(matrix[:4000], query, 5, coarse=CoarseRows(matrix)), brute_force(matrix[:4000], query, 5))
