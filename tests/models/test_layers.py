import numpy as np
import pytest
import torch

from drumlin.models.layers import ACTIVATIONS, ConvDown, ConvUp, phase_shuffle, step

pytestmark = pytest.mark.train

POINTS = torch.linspace(-3, 3, 13)
EXPECTED = {
    "linear": POINTS.numpy(),
    "step": (POINTS.numpy() > 0).astype(np.float32),
    "sigmoid": 1 / (1 + np.exp(-POINTS.numpy())),
    "tanh": np.tanh(POINTS.numpy()),
    "arctan": np.arctan(POINTS.numpy()),
    "relu": np.maximum(POINTS.numpy(), 0),
    "leaky_relu": np.where(POINTS.numpy() > 0, POINTS.numpy(), 0.2 * POINTS.numpy()),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_the_function_of_its_name(name: str) -> None:
    np.testing.assert_allclose(ACTIVATIONS[name](POINTS).numpy(), EXPECTED[name], atol=1e-6)


def test_the_gradient_of_a_step_is_that_of_a_steep_sigmoid() -> None:
    values = POINTS.clone().requires_grad_()
    step(values).sum().backward()
    soft = 1 / (1 + np.exp(-4 * POINTS.numpy()))
    np.testing.assert_allclose(values.grad.numpy(), 4 * soft * (1 - soft), atol=1e-6)


def test_the_stacks_mirror_each_other() -> None:
    down, up = ConvDown(2, 2048, 3, "leaky_relu"), ConvUp(2, 2048, 3, "leaky_relu")
    latent = down(torch.zeros(5, 2048))
    assert latent.shape == (5, 3)
    assert up(latent).shape == (5, 2048)


def test_phase_shuffle_mirrors_what_it_shifts_in() -> None:
    torch.manual_seed(0)
    flow = torch.arange(10.0).reshape(1, 1, 10)
    seen = {tuple(phase_shuffle(flow, 2)[0, 0].int().tolist()) for _ in range(200)}
    padded = np.pad(np.arange(10), 2, mode="reflect")
    assert seen == {tuple(padded[start : start + 10].tolist()) for start in range(5)}
