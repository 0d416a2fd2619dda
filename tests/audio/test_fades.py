import numpy as np
import pytest

from drumlin.audio import fade_curve, fade_in, fade_out

ONES = np.ones(100, np.float32)


def test_the_curve_rises_and_is_its_own_mirror() -> None:
    curve = fade_curve(64)
    assert (np.diff(curve) > 0).all()
    assert curve + curve[::-1] == pytest.approx(np.ones(64), abs=1e-6)


def test_fading_in_touches_only_the_start() -> None:
    faded = fade_in(ONES, 10)
    assert np.array_equal(faded[10:], ONES[10:])
    assert faded[0] < 0.01
    assert ONES[0] == 1


def test_fading_out_is_silent_from_its_end_on() -> None:
    faded = fade_out(ONES, 10, end=50)
    assert np.array_equal(faded[:40], ONES[:40])
    assert faded[49] < 0.01
    assert not faded[50:].any()


@pytest.mark.parametrize("points", [0, 1, 100, 500])
def test_any_length_of_fade_fits(points: int) -> None:
    assert len(fade_in(ONES, points)) == len(fade_out(ONES, points)) == 100
