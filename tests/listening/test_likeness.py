import numpy as np

from drumlin.listening.likeness import COPY_ODDS, copy_odds


def loop(seed: int, times: int) -> np.ndarray:
    """Return 40 rows of a sound with a character of its own, again and again."""
    generator = np.random.default_rng(seed)
    return np.tile(generator.normal(0, 1, 6) + 0.3 * generator.standard_normal((40, 6)), (times, 1))


def test_copies_are_alike_and_others_are_not() -> None:
    rows = np.concatenate([loop(0, 4), loop(1, 3), loop(0, 5)])
    odds = copy_odds(rows, np.array([0, 160, 280]), np.array([160, 280, 480]))
    assert odds[0, 2] == odds[2, 0] == COPY_ODDS
    assert odds[0, 1] == odds[1, 2] == 0.0


def test_a_copy_may_begin_anywhere_in_its_loop() -> None:
    rows = np.concatenate([loop(0, 4), np.roll(loop(0, 4), 13, axis=0)])
    assert copy_odds(rows, np.array([0, 160]), np.array([160, 320]))[0, 1] == COPY_ODDS


def test_segments_of_one_row_are_weighed_too() -> None:
    assert copy_odds(loop(0, 1), np.array([0, 1]), np.array([1, 3])).shape == (2, 2)
