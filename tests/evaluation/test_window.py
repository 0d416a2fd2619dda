import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drums import DRUMS, kick, snare

from drumlin.evaluation.window import JUDGED_RATE, PRE_ROLL_S, WINDOW, judged_window, judged_windows
from drumlin.features import find_onset

LEAD = round(PRE_ROLL_S * JUDGED_RATE)


@pytest.mark.parametrize("name", sorted(DRUMS))
def test_onset_lies_at_the_pre_roll(name: str) -> None:
    window = judged_window(DRUMS[name](3), JUDGED_RATE)
    assert window.shape == (WINDOW,)
    assert not window[:LEAD].any()
    assert find_onset(window, JUDGED_RATE) == pytest.approx(LEAD, abs=1)


@given(st.integers(0, 9000), st.floats(0.01, 1.0))
def test_silence_before_and_loudness_change_nothing(lead: int, gain: float) -> None:
    moved = np.concatenate([np.zeros(lead, np.float32), np.float32(gain) * snare(1)])
    np.testing.assert_allclose(
        judged_window(moved, JUDGED_RATE), judged_window(snare(1), JUDGED_RATE), rtol=1e-5, atol=1e-6
    )


def test_peak_is_one_even_where_the_loudest_part_is_cut_off() -> None:
    late = np.concatenate([0.1 * kick(0), np.zeros(20_000, np.float32), kick(1)])
    window = judged_window(late, JUDGED_RATE)
    assert np.abs(window).max() == pytest.approx(1.0)


def test_silent_sound_gives_zeros() -> None:
    assert not judged_window(np.zeros(1000, np.float32), JUDGED_RATE).any()


def test_other_sample_rate_gives_the_same_window() -> None:
    near, far = judged_window(kick(2), JUDGED_RATE), judged_window(kick(2, 88_200), 88_200)
    shifts = [np.roll(far, shift) for shift in range(-3, 4)]
    assert min(float(np.abs(near - shifted).mean()) for shifted in shifts) < 0.01


def test_no_sounds_give_no_windows() -> None:
    assert judged_windows([], JUDGED_RATE).shape == (0, WINDOW)
