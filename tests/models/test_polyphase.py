import pytest
import torch
from torch import Tensor, nn

from drumlin.models.polyphase import StridedConv, StridedConvTranspose

pytestmark = pytest.mark.train

SHAPES = [(1, 3, 25, 4, 11), (2, 1, 24, 4, 10), (3, 5, 9, 2, 4), (2, 2, 3, 3, 0)]


def _gradients(outcome: Tensor, *of: Tensor) -> tuple[Tensor, ...]:
    weights = torch.cos(torch.arange(outcome.numel(), dtype=outcome.dtype)).reshape(outcome.shape)
    return torch.autograd.grad((outcome * weights).sum(), of)


def _have_equal_gradients(ours: Tensor, plain: Tensor, *of: Tensor) -> None:
    for one, other in zip(_gradients(ours, *of), _gradients(plain, *of), strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize(("before", "after", "kernel", "stride", "padding"), SHAPES)
def test_phases_give_what_the_strided_convolution_gives(
    before: int, after: int, kernel: int, stride: int, padding: int
) -> None:
    layer = StridedConv(before, after, kernel, stride, padding).double()
    flow = torch.randn(2, before, 1536, dtype=torch.float64, requires_grad=True)
    ours, plain = layer(flow), nn.Conv1d.forward(layer, flow)
    torch.testing.assert_close(ours, plain)
    _have_equal_gradients(ours, plain, flow, layer.weight, layer.bias)


@pytest.mark.parametrize(("before", "after", "kernel", "stride", "padding"), SHAPES)
def test_phases_give_what_the_transposed_convolution_gives(
    before: int, after: int, kernel: int, stride: int, padding: int
) -> None:
    extra = stride + 2 * padding - kernel
    layer = StridedConvTranspose(before, after, kernel, stride, padding, extra).double()
    flow = torch.randn(2, before, 768, dtype=torch.float64, requires_grad=True)
    ours, plain = layer(flow), nn.ConvTranspose1d.forward(layer, flow)
    torch.testing.assert_close(ours, plain)
    _have_equal_gradients(ours, plain, flow, layer.weight, layer.bias)
