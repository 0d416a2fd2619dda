import pytest
import torch

from drumlin.models.panotti import SMALLEST, Panotti

pytestmark = pytest.mark.train


def test_it_has_the_parameters_of_the_published_network() -> None:
    """Counted by hand from its layers, for 2 s at 44.1 kHz, one channel, 14 classes; normalisation over mel bands."""
    first, norm, further = 9 * 32 + 32, 2 * 94, 3 * (9 * 32 * 32 + 32)
    dense, out = 32 * 10 * 19 * 128 + 128, 128 * 14 + 14
    net = Panotti(1, 96, 173, 14)
    assert sum(one.numel() for one in net.parameters()) == first + norm + further + dense + out


def test_any_number_of_channels_and_classes() -> None:
    net = Panotti(3, 96, 50, 5).eval()
    assert net(torch.zeros(2, 3, 96, 50)).shape == (2, 5)
    assert net.embed(torch.zeros(2, 3, 96, 50)).shape == (2, 128)


def test_the_smallest_spectrogram_leaves_one_cell() -> None:
    assert Panotti(1, SMALLEST, SMALLEST, 2).dense.in_features == 32


def test_normalisation_is_over_mel_bands() -> None:
    """What is added to one band of all maps is taken off again; the published code has it so."""
    net = Panotti(1, 96, 50, 2).train()
    flow = torch.randn(6, 94, 32 * 48) + torch.arange(94.0)[None, :, None]
    normed = net.norm(flow)
    torch.testing.assert_close(normed.mean(dim=(0, 2)), torch.zeros(94), atol=1e-3, rtol=0)
