import numpy as np
import pytest
from tests.drums import DRUMS

from drumlin.evaluation import Library, judged_windows, measure_originality
from drumlin.features import log_mel, log_mel_distance_db

SAMPLE_RATE = 44_100


def embed(windows: np.ndarray) -> np.ndarray:
    return np.stack([log_mel(window, SAMPLE_RATE, n_mels=20).mean(axis=1) for window in windows])


def windows(seeds: range) -> np.ndarray:
    return judged_windows([drum(seed) for drum in DRUMS.values() for seed in seeds], SAMPLE_RATE)


LEARNED, UNSEEN, MADE = windows(range(8)), windows(range(20, 26)), windows(range(40, 45))


def test_a_sound_that_was_learned_is_its_own_nearest() -> None:
    pairs = Library(LEARNED, embed, SAMPLE_RATE).nearest(LEARNED)
    assert [(pair.made, pair.learned, pair.distance_db) for pair in pairs] == [(row, row, 0.0) for row in range(32)]


def test_the_nearest_is_the_one_that_listening_to_all_would_find() -> None:
    for pair in Library(LEARNED, embed, SAMPLE_RATE).nearest(MADE):
        distances = [log_mel_distance_db(MADE[pair.made], other, SAMPLE_RATE) for other in LEARNED]
        assert pair.distance_db == pytest.approx(min(distances), abs=0.5)
        assert pair.distance_db == pytest.approx(distances[pair.learned], abs=1e-4)


def test_copies_are_found_and_listed_first() -> None:
    made = MADE.copy()
    made[[3, 7]] = 0.5 * LEARNED[[1, 30]]
    made[[3, 7]] += 1e-5 * np.random.default_rng(0).standard_normal((2, made.shape[1])).astype(np.float32)
    found = measure_originality(2.0 * made, LEARNED, UNSEEN, embed, SAMPLE_RATE)
    assert {(pair.made, pair.learned) for pair in found.pairs[:2]} == {(3, 1), (7, 30)}
    assert found.copy_share >= 2 / len(made)


def test_new_sounds_of_the_same_kind_are_as_original_as_real_ones() -> None:
    found = measure_originality(MADE, LEARNED, UNSEEN, embed, SAMPLE_RATE)
    assert found.copy_share <= 0.1
    assert 0.2 < found.nearer_share < 0.8
    assert found.median_db == pytest.approx(found.real_median_db, rel=0.3)


def test_pairs_are_sorted_and_one_of_each() -> None:
    found = measure_originality(MADE, LEARNED, UNSEEN, embed, SAMPLE_RATE)
    assert sorted(pair.made for pair in found.pairs) == list(range(len(MADE)))
    assert [pair.distance_db for pair in found.pairs] == sorted(pair.distance_db for pair in found.pairs)


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        measure_originality(MADE[:0], LEARNED, UNSEEN, embed, SAMPLE_RATE)
