"""What layers of drums say of softer strokes, on strokes whose law is known."""

import numpy as np
import pytest
import torch

from drumlin.models.spectral_struck import Struck

pytestmark = pytest.mark.train

SIZE = 6
SHIFT = np.array([1.0, -0.5, 0.0, 0.2, 0.0, 0.0])


def strokes(noise: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Forty drums, struck at five levels: what is missing of velocity moves them along `SHIFT`."""
    generator = np.random.default_rng(0)
    latents, drums, levels_db = [], [], []
    for drum in range(40):
        hard = generator.normal(size=SIZE)
        for level_db in (0.0, -4.0, -8.0, -12.0, -16.0):
            velocity = 10.0 ** (level_db / 40.0)
            latents.append(hard + (1.0 - velocity) * SHIFT + noise * generator.normal(size=SIZE))
            drums.append(drum)
            levels_db.append(level_db)
    return np.array(latents, np.float32), np.array(drums), np.array(levels_db)


def test_velocity_follows_what_the_layers_do() -> None:
    struck = Struck(SIZE)
    struck.fit(*strokes())
    latent = torch.randn(1, SIZE, generator=torch.Generator().manual_seed(1))
    moved = struck(latent, torch.tensor([[0.3]]), torch.zeros(1, SIZE)) - latent
    assert np.allclose(moved[0].numpy(), 0.7 * SHIFT, atol=0.12)


def test_strokes_of_one_force_vary_as_they_did() -> None:
    generator = np.random.default_rng(0)
    drums = np.repeat(np.arange(50), 6)
    latents = (generator.normal(size=(50, SIZE))[drums] + 0.25 * generator.normal(size=(300, SIZE))).astype(np.float32)
    struck = Struck(SIZE)
    struck.fit(latents, drums, np.zeros(300))
    assert struck.spread.numpy() == pytest.approx(0.25, rel=0.1)
    assert float(struck.shift.abs().max()) == 0.0


def test_without_a_drum_that_was_struck_twice_nothing_moves() -> None:
    struck, latents = Struck(SIZE), np.random.default_rng(0).normal(size=(5, SIZE)).astype(np.float32)
    struck.fit(latents, np.arange(5), np.zeros(5))
    latent = torch.from_numpy(latents)
    assert torch.equal(struck(latent, torch.zeros(5, 1), torch.ones(5, SIZE)), latent)
