"""Frames and points at the low rate to waveforms."""

import numpy as np
import pytest
import torch

from drumlin.models.spectral_synthesis import Interpolation, Synthesis, overlap_add
from drumlin.models.spectral_tables import BODY_STRIDE, body_filter

pytestmark = pytest.mark.train


def test_overlapped_frames_add_up_where_they_meet() -> None:
    frames = torch.zeros(1, 6, 8)
    frames[0, 3] = torch.arange(1.0, 9.0)  # frame 3 covers points 2 * (3 - 2) .. 2 * (3 + 2)
    assert overlap_add(frames, 2)[0].tolist() == [0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 0.0, 0.0]


def test_phases_interpolate_as_the_filter_does() -> None:
    slow = torch.from_numpy(np.random.default_rng(0).standard_normal((2, 1, 40)).astype(np.float32))
    taps = body_filter()
    expected = torch.nn.functional.conv_transpose1d(slow, taps, stride=BODY_STRIDE, padding=(256 - BODY_STRIDE) // 2)
    found = Interpolation()(slow[:, 0])
    assert torch.allclose(found, expected[:, 0], atol=1e-5)


def test_synthesis_gives_an_analysed_wave_back() -> None:
    wave = torch.sin(torch.arange(40 * 256) * 0.05)
    padded = torch.nn.functional.pad(wave, (512, 512))
    window = torch.hann_window(1024)
    spectrum = torch.fft.rfft(padded.unfold(0, 1024, 256)[:40] * window)[None]
    back = Synthesis(1024, 256)(spectrum.real, spectrum.imag)[0]
    assert torch.allclose(back[1024:-1024], wave[1024:-1024], atol=1e-4)


def test_the_matrix_product_is_the_inverse_transform() -> None:
    torch.manual_seed(0)
    real, imaginary = torch.randn(1, 3, 129), torch.randn(1, 3, 129)
    imaginary[..., 0] = imaginary[..., -1] = 0.0
    expected = torch.fft.irfft(torch.complex(real, imaginary), n=256)
    assert torch.allclose(Synthesis(256, 64).by_product(real, imaginary), expected, atol=1e-5)
