import pytest
import torch
from torch import nn

from drumlin.training.one_device import OneDevice
from drumlin.training.precision import HALF

pytestmark = pytest.mark.train

CPU = torch.device("cpu")


class Losses(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(64, 64)

    def forward(self, values: torch.Tensor) -> dict[str, torch.Tensor]:
        made = self.layer(values)
        return {"loss": made.mean(), "seen": torch.tensor(float(made.dtype == torch.bfloat16))}


def test_only_gradients_that_the_optimiser_follows_are_cut() -> None:
    mine, other = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(2))
    model = nn.ParameterList([mine, other])
    mine.grad, other.grad = torch.tensor([3.0, 4.0]), torch.tensor([30.0, 40.0])
    OneDevice(CPU).clip_gradients(model, torch.optim.SGD([mine], lr=0.1), max_norm=1.0)
    torch.testing.assert_close(mine.grad, torch.tensor([0.6, 0.8]))
    assert other.grad.tolist() == [30.0, 40.0]


def test_a_gradient_that_is_no_number_is_an_error() -> None:
    mine = nn.Parameter(torch.zeros(1))
    mine.grad = torch.tensor([float("nan")])
    with pytest.raises(RuntimeError, match="non-finite"):
        OneDevice(CPU).clip_gradients(nn.ParameterList([mine]), torch.optim.SGD([mine], lr=0.1), max_norm=1.0)


@pytest.mark.parametrize(("precision", "is_half"), [("32-true", 0.0), (HALF, 1.0)])
def test_products_are_in_the_precision_and_losses_are_32_bit(precision: str, is_half: float) -> None:
    (forward,) = OneDevice(CPU, precision).setup(Losses())
    losses = forward(torch.ones(2, 64))
    assert losses["loss"].dtype == torch.float32
    assert float(losses["seen"]) == is_half
