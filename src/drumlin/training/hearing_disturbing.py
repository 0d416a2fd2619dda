"""Other colours and lengths of a one-shot, made on its pictures, where they cost nothing.

Both pictures of a sound (`hearing.view`) get one curve over frequency (tilt, four cosines, in a third of them a
low-pass) and each a stretch that is hidden; late levels fall or rise. Shapes: B sounds, F bands, N frames.
"""

import torch
from torch import Tensor

from ..features.mel import mel_filters
from ..hearing.view import BANDS, FLOOR_DB, FRAMES, VIEW_RATE

TILT_DB = 3.0
"""Largest tilt, dB per octave."""

BEND_DB = 2.5
"""Deviation of each cosine: another microphone, another equaliser."""

DULL_HZ = (5_000.0, 16_000.0)
"""Where the top ends in dulled sounds, as in files of low rates and old codecs."""

DULL_SHARE, DULL_DB = 0.3, 48.0
"""How many are dulled, and by how much per octave."""

SLOPE_DB = (-30.0, 10.0)
"""Level gained over a picture's length from some moment on."""

HIDDEN_BANDS, HIDDEN_FRAMES = 10, 12
"""Largest stretches that are hidden."""


def disturbed(views: Tensor) -> Tensor:
    """Return views (B, 2, F, N), from 0 to 1, as other drums of their classes would show; chance is torch's own."""
    count = len(views)
    added_db = _colour(count)[:, None, :, None] + _slope(count)
    changed = torch.clamp(views + added_db / -FLOOR_DB * (views > 0), 0.0, 1.0)
    return _hidden(changed)


def _colour(count: int) -> Tensor:
    """Return levels over frequency, dB, (B, F)."""
    octaves = torch.log2(torch.clamp(_centres_hz(), 30.0, 16_000.0) / 1000.0)
    place = torch.arange(BANDS) / BANDS
    waves = torch.cos(torch.pi * torch.arange(1, 5)[:, None] * place)
    tilt = torch.empty(count, 1).uniform_(-TILT_DB, TILT_DB) * octaves
    edge_hz = torch.exp(torch.empty(count, 1).uniform_(*torch.log(torch.tensor(DULL_HZ)).tolist()))
    dull = DULL_DB * torch.clamp(torch.log2(_centres_hz() / edge_hz), min=0.0)
    return tilt + torch.randn(count, 4) @ waves * BEND_DB - dull * (torch.rand(count, 1) < DULL_SHARE)


def _slope(count: int) -> Tensor:
    """Return levels over time, dB, (B, 2, 1, N): in half of the sounds, late ones fall or rise."""
    frame = torch.arange(FRAMES) / FRAMES
    rise = torch.empty(count, 1, 1, 1).uniform_(*SLOPE_DB) * (torch.rand(count, 1, 1, 1) < 0.5)
    late = torch.stack([frame / 4.0, frame])  # the close picture is a quarter of the whole one
    return rise * torch.clamp(late[:, None, :] - 0.5 * torch.rand(count, 1, 1, 1), min=0.0)


def _hidden(views: Tensor) -> Tensor:
    """Return views in which a stretch of bands and of late frames is hidden, others in each picture."""
    shape = (*views.shape[:2], 1, 1)
    band, frame = torch.arange(BANDS)[:, None], torch.arange(FRAMES)
    lowest, height = torch.randint(0, BANDS, shape), torch.randint(0, HIDDEN_BANDS, shape)
    first, width = torch.randint(FRAMES // 6, 2 * FRAMES, shape), torch.randint(0, HIDDEN_FRAMES, shape)
    keep = ~((band >= lowest) & (band < lowest + height)) & ~((frame >= first) & (frame < first + width))
    return views * keep


def _centres_hz() -> Tensor:
    filters = torch.from_numpy(mel_filters(VIEW_RATE, 4096, BANDS).copy())
    return filters.argmax(dim=1) * (VIEW_RATE / 4096)
