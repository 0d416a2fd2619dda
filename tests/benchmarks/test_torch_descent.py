import numpy as np
import pytest
import torch
from benchmarks.torch_descent import descend, distances, levels
from tests.drums import hat, kick, snare, tom
from tests.instruments import LENGTH, SAMPLE_RATE, tone

from drumlin.features import log_mel, log_mel_distance_db

pytestmark = pytest.mark.train


def cut(sound: np.ndarray) -> np.ndarray:
    """Return 8000 points of a sound."""
    return np.pad(sound[:8000], (0, max(0, 8000 - len(sound))))


def levels_of(sound: np.ndarray) -> torch.Tensor:
    return levels(torch.from_numpy(cut(sound))[None], SAMPLE_RATE)


def decode(latent: torch.Tensor) -> torch.Tensor:
    """Make the tone of the small instruments, of constant pitch: the latent moves its decay alone."""
    time = torch.arange(LENGTH) / SAMPLE_RATE
    return 0.5 * torch.sin(2 * torch.pi * 200 * time) * torch.exp(-time / (0.08 * 2.0**latent))


def test_levels_are_those_that_sounds_are_compared_by() -> None:
    expected = log_mel(cut(snare()), SAMPLE_RATE)
    np.testing.assert_allclose(levels_of(snare())[0].numpy(), expected, atol=0.02)


@pytest.mark.parametrize(("first", "second"), [(kick, tom), (hat, snare), (kick, kick)])
def test_distance_is_that_of_the_features(first, second) -> None:
    hard, _ = distances(levels_of(first()), levels_of(second()))
    assert float(hard) == pytest.approx(log_mel_distance_db(cut(first()), cut(second()), SAMPLE_RATE), abs=0.01)


def test_sound_below_the_floor_is_told_to_become_louder() -> None:
    gain = torch.tensor(-4.25, requires_grad=True)  # 85 dB below: no cell is above the floor, 70 dB down
    _, soft = distances(levels_of(tom()), levels(torch.from_numpy(cut(tom()))[None] * 10**gain, SAMPLE_RATE))
    soft.backward()
    assert gain.grad is not None
    assert float(gain.grad) < 0.0


def test_descent_finds_the_decay_of_a_tone() -> None:
    found = descend(decode, tone(0.0, 0.7), SAMPLE_RATE, np.zeros(1), np.ones(1), seconds=0.5, rate=0.05)
    assert found.distance_db < 0.2
    assert found.latent == pytest.approx([0.7], abs=0.05)
    assert found.steps > 10
