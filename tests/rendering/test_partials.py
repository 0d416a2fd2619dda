"""Sums of partials against sums of sines."""

import numpy as np
import pytest
from tests.rendering.measuring import RATE, spectrum

from drumlin.rendering.partials import BLOCK, Partials, edges_s, levelled, sum_partials


def test_the_product_of_matrices_is_the_sum_of_sines() -> None:
    points, frequency_hz, phase = 5000, np.array([110.0, 733.3, 9000.5]), np.array([0.1, 1.0, 2.0])
    decay = np.exp(-4.0 * np.outer([1, 2, 3], edges_s(points)))
    made = sum_partials(Partials(frequency_hz, decay, phase[None], np.ones((1, 3))), points)[0]
    at = np.arange(points)
    edges = np.arange(decay.shape[1]) * BLOCK
    wanted = sum(
        np.interp(at, edges, decay[k]) * np.sin(2 * np.pi * frequency_hz[k] / RATE * at + phase[k]) for k in range(3)
    )
    np.testing.assert_allclose(made, wanted, atol=2e-4)


def test_what_lies_too_high_is_left_out() -> None:
    frequency_hz = np.array([1000.0, 21000.0, 30000.0, 50000.0])
    made = sum_partials(Partials(frequency_hz, np.ones((4, 200)), np.zeros((1, 4)), np.ones((1, 4))), 199 * BLOCK)
    at_hz, power = spectrum(made)
    assert power[np.abs(at_hz - 1000) > 20].sum() < 1e-7 * power.sum()


def test_levelled_partials_have_unit_loudness() -> None:
    sound = Partials(np.array([1000.0]), np.full((1, 100), 7.0), np.zeros((1, 1)), np.ones((1, 1)))
    made = sum_partials(levelled(sound), 99 * BLOCK)
    assert 10 * np.log10(np.square(made).mean()) == pytest.approx(-0.69, abs=0.05)  # the meter's 1 kHz is 0.69 dB up
