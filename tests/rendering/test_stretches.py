"""Stretches cover a sound, and what is done in stretches is what is done at once."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from drumlin.rendering.compressor import STEP, with_gain
from drumlin.rendering.stretches import STRETCH, add_scaled, stretches


@given(st.integers(0, 1000), st.integers(1, 300))
def test_stretches_cover_a_sound_in_order(points: int, length: int) -> None:
    found = [place for stretch in stretches(points, length) for place in range(points)[stretch]]
    assert found == list(range(points))


def test_a_sound_is_added_at_its_gain() -> None:
    sound = np.random.default_rng(1).standard_normal((2, 2 * STRETCH + 5)).astype(np.float32)
    total = np.ones_like(sound)
    add_scaled(total, sound, 0.25)
    np.testing.assert_array_equal(total, 1.0 + np.float32(0.25) * sound)


def test_a_gain_runs_straight_through_all_stretches() -> None:
    points = 2 * STRETCH + 3 * STEP + 5
    edges = np.linspace(0.0, 1.0, -(-points // STEP) + 1, dtype=np.float32)
    made = with_gain(np.ones((2, points), dtype=np.float32), edges)
    np.testing.assert_allclose(made[0], np.interp(np.arange(points) / STEP, np.arange(len(edges)), edges), atol=1e-6)
