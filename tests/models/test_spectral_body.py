"""The body keeps the phases of its waveform and takes the levels that it is given."""

import pytest
import torch

from drumlin.models.configs import SPECTRAL_BODY
from drumlin.models.spectral_body import Body
from drumlin.models.spectral_encoder import LowBand

pytestmark = pytest.mark.train

RATE, FRAMES = 44_100, 80


def low_tone(hertz: float) -> tuple[torch.Tensor, torch.Tensor]:
    time = torch.arange(FRAMES * 256) / RATE
    tone = torch.sin(2 * torch.pi * hertz * time) * torch.exp(-6.0 * time)
    return tone[None], LowBand()(tone[None])


def test_a_low_waveform_that_is_left_alone_comes_back() -> None:
    tone, slow = low_tone(150.0)
    body = Body(1024)
    back = body.sounded(*body.analysed(slow, FRAMES))[:, : tone.shape[1]]
    inside = slice(1024, SPECTRAL_BODY * 16 - 2048)
    assert torch.allclose(back[:, inside], tone[:, inside], atol=0.01)


def test_its_spectrum_is_that_of_the_whole_sound() -> None:
    tone, slow = low_tone(150.0)
    frames = torch.nn.functional.pad(tone, (512, 512)).unfold(1, 1024, 256) * torch.hann_window(1024)
    whole = torch.fft.rfft(frames)[0, 10, :16]
    real, imaginary = Body(1024).analysed(slow, FRAMES)
    late = torch.polar(torch.ones(16), -2 * torch.pi * torch.arange(16) * 7.5 / 1024)  # a point stands for 16
    found = torch.complex(real, imaginary)[0, 10, :16] * late
    assert torch.allclose(found, whole, atol=0.05 * float(whole.abs().max()))


def test_levels_are_met_and_phases_stay() -> None:
    _, slow = low_tone(150.0)
    body = Body(1024)
    real, imaginary = body.analysed(slow, FRAMES)
    wanted = 0.5 * (real.square() + imaginary.square() + 1e-6).log() + 0.7
    gains = body.gains(real, imaginary, wanted)
    assert torch.allclose(gains, torch.full_like(gains, 0.7).exp(), rtol=1e-3)


def test_no_cell_is_raised_beyond_17_db() -> None:
    body = Body(1024)
    silent = torch.zeros(1, 4, body.bins)
    assert float(body.gains(silent, silent, torch.full((1, 4, body.bins), 9.0)).max()) == pytest.approx(7.389, rel=1e-3)
