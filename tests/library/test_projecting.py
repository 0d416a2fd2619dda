"""A place is a fixed function of a sound, which spreads the sounds and is turned as it says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from drumlin.library.projecting import fit_facts, fit_projection

FINITE = st.floats(-50.0, 50.0)


def cloud(seed: int, count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors in which brightness and length are hidden among other numbers, and both of them."""
    generator = np.random.default_rng(seed)
    guides = generator.standard_normal((count, 2))
    mixing = np.random.default_rng(7).standard_normal((2, 16))
    return guides @ mixing + 0.1 * generator.standard_normal((count, 16)), guides


def test_right_is_bright_and_up_is_long() -> None:
    vectors, guides = cloud(1)
    places = fit_projection("x", vectors, guides).places(vectors, guides)
    assert np.corrcoef(places[:, 0], guides[:, 0])[0, 1] > 0.9
    assert np.corrcoef(places[:, 1], guides[:, 1])[0, 1] > 0.9


def test_sounds_spread_evenly_over_both_axes() -> None:
    vectors, guides = cloud(2)
    places = fit_projection("x", vectors, guides).places(vectors, guides)
    for axis in range(2):
        counts, _ = np.histogram(places[:, axis], bins=8, range=(0, 1))
        assert counts.min() > 400 / 8 * 0.8


def test_a_sound_that_is_unlike_all_others_stays_on_the_map() -> None:
    vectors, guides = cloud(3)
    places = fit_projection("x", vectors, guides).places(100.0 * vectors, guides)
    assert places.min() >= 0.0
    assert places.max() <= 1.0


def test_sounds_that_are_all_alike_have_a_map() -> None:
    vectors, guides = np.ones((5, 16)), np.zeros((5, 2))
    assert np.isfinite(fit_projection("x", vectors, guides).places(vectors, guides)).all()


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=20))
def test_by_facts_any_sound_has_a_place_and_brighter_is_further_right(facts: list[tuple[float, float]]) -> None:
    guides = np.array(facts)
    places = fit_facts(guides[: 1 + len(guides) // 2]).places(np.zeros((len(guides), 0)), guides)
    assert places.min() >= 0.0
    assert places.max() <= 1.0
    for axis in range(2):
        in_order = places[np.argsort(guides[:, axis], kind="stable"), axis]
        assert (np.diff(in_order) >= 0.0).all()


def test_by_facts_like_sounds_have_more_room_and_others_have_theirs() -> None:
    few = np.array([[-1.0, -1.0], [-0.9, -1.1], [-1.1, -0.9]])
    spread, plain = (fit_facts(guides).places(few, few) for guides in (few, np.array([[2.0, 1.0]])))
    assert (np.ptp(spread, axis=0) > 1.5 * np.ptp(plain, axis=0)).all()
    far = np.array([[2.5, 1.2], [2.6, 1.3]])
    assert (np.diff(fit_facts(few).places(far, far), axis=0) > 0.002).all()


def test_sounds_beyond_the_others_are_told_apart() -> None:
    vectors, guides = cloud(4)
    fitted = fit_projection("x", vectors, guides)
    far = fitted.places(np.array([fitted.mean + scale * fitted.axes[:, 0] for scale in (30, 60, 90)]), guides[:3])
    assert (np.diff(far[:, 0]) > 1e-4).all()


def test_a_place_does_not_depend_on_what_is_placed_beside_it() -> None:
    vectors, guides = cloud(5)
    fitted = fit_projection("x", vectors, guides)
    whole = fitted.places(vectors, guides)
    for one in range(0, 400, 37):
        assert (fitted.places(vectors[one : one + 3], guides[one : one + 3]) == whole[one : one + 3]).all()
