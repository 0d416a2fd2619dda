import numpy as np
import pytest
from tests.listening.pieces import JOIN_S, joined_features
from tests.music import RATE

from drumlin.listening import analyse
from drumlin.listening.joins import contrasts, find_joins, frame_rows


def test_a_hard_join_is_found() -> None:
    assert find_joins(joined_features()) == pytest.approx([JOIN_S], abs=0.3)


def test_noise_has_no_joins() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(20 * RATE)
    assert not len(find_joins(analyse(noise.astype(np.float32), RATE)))


def test_a_short_sound_has_no_joins() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(2 * RATE)
    assert not len(find_joins(analyse(noise.astype(np.float32), RATE)))


def test_the_contrast_is_largest_at_the_join() -> None:
    contrast = contrasts(frame_rows(joined_features()), 5.0)
    assert contrast.argmax() * joined_features().duration_s / len(contrast) == pytest.approx(JOIN_S, abs=0.3)
