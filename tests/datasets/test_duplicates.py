import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.datasets.duplicates import find_clusters


def _unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(0, 100))
def test_copies_share_a_cluster_and_others_do_not(groups: list[int], seed: int) -> None:
    centres = np.random.default_rng(seed).standard_normal((6, 64))
    noise = np.random.default_rng(seed + 1).standard_normal((len(groups), 64))
    clusters = find_clusters(_unit(centres[groups] + 0.01 * noise) if groups else np.zeros((0, 64), np.float32))
    order = list(dict.fromkeys(groups))
    assert clusters.tolist() == [order.index(group) for group in groups]


def test_blocks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = _unit(np.random.default_rng(0).standard_normal((50, 3)))
    whole = find_clusters(vectors).tolist()
    monkeypatch.setattr("drumlin.datasets.duplicates._BLOCK_ROWS", 7)
    assert find_clusters(vectors).tolist() == whole


def test_equal_hashes_join_whatever_the_fingerprints_say() -> None:
    assert find_clusters(np.eye(4, dtype=np.float32), ["a", "b", "a", "c"]).tolist() == [0, 1, 0, 2]
