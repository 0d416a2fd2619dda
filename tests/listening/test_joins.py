from functools import cache

import numpy as np
import pytest
from tests.drums import hat, kick
from tests.music import RATE

from drumlin.listening import Features, analyse
from drumlin.listening.joins import contrasts, find_joins, frame_rows

JOIN_S = 12.0


def strokes(drum: np.ndarray, duration_s: float, step_s: float) -> np.ndarray:
    """Return one drum again and again."""
    sound = np.zeros(round(duration_s * RATE) + len(drum))
    for time_s in np.arange(0.0, duration_s - 0.01, step_s):
        start = round(time_s * RATE)
        sound[start : start + len(drum)] += drum
    return sound[: round(duration_s * RATE)]


@cache
def hats_then_kicks() -> Features:
    sound = np.concatenate([strokes(hat(1, RATE), JOIN_S, 0.3), strokes(kick(1, RATE), 12.0, 0.5)])
    return analyse(sound.astype(np.float32), RATE)


def noise(duration_s: float) -> Features:
    return analyse((0.1 * np.random.default_rng(0).standard_normal(round(duration_s * RATE))).astype(np.float32), RATE)


def test_a_hard_join_is_found() -> None:
    assert find_joins(hats_then_kicks()) == pytest.approx([JOIN_S], abs=0.3)


def test_the_contrast_is_largest_at_the_join() -> None:
    contrast = contrasts(frame_rows(hats_then_kicks()), 5.0)
    assert contrast.argmax() * hats_then_kicks().duration_s / len(contrast) == pytest.approx(JOIN_S, abs=0.3)


@pytest.mark.parametrize("duration_s", [2.0, 20.0])
def test_noise_has_no_joins(duration_s: float) -> None:
    assert not len(find_joins(noise(duration_s)))
