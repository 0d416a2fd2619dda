"""Other drums out of one: speed, colour, decay, gating, drive, and a little of another sound of the same class.

A few hundred recordings do not cover all drums; these changes keep what makes a hit of its class. They act on prepared
sounds (onset at one point, one peak level), and leave both where they are. Randomness is torch's own, so that a resumed
training goes on with the same changes. Shapes: B batch, T points, F bins.
"""

import math
from dataclasses import astuple, dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Ranges:
    """How far the changes go; each is drawn evenly between minus and plus its range, unless said.

    Args:
        semitones: of speed, pitch and length together.
        tilt_db: per octave, around 1 kHz.
        decay_db: per second; steeper up to this, flatter up to a fifth of it.
        gate_share: of hits that are cut off with a short fade.
        drive_share: of hits that go through a soft clipper.
        mix_share: of hits that get up to a quarter of another one of their class.
    """

    semitones: float = 3.0
    tilt_db: float = 3.0
    decay_db: float = 60.0
    gate_share: float = 0.1
    drive_share: float = 0.15
    mix_share: float = 0.2

    def scaled(self, strength: float) -> "Ranges":
        """Return ranges and shares times `strength`."""
        return Ranges(*(strength * value for value in astuple(self)))


GRAIN = 256
EARLIEST_GATE_S, DRIVE_DB, MOST_MIXED = 0.06, 12.0, 0.25
TILTED_HZ = (100.0, 16_000.0)
"""Beyond, the tilt stays level: a filter without phase would be heard before the onset."""


def augment(waveform: Tensor, label: Tensor, onset: int, sample_rate: int, ranges: Ranges | None = None) -> Tensor:
    """Return other sounds of the same classes, (B, T), with the peaks of those given.

    Args:
        waveform: prepared sounds, (B, T).
        label: classes, (B,).
        onset: point at which all begin.
        sample_rate: Hz.
        ranges: how far the changes go.
    """
    ranges = ranges or Ranges()
    peak = waveform.abs().amax(dim=1, keepdim=True)
    changed = _mix(waveform, label, ranges.mix_share)
    semitones, tilt = (_even(waveform, limit) for limit in (ranges.semitones, ranges.tilt_db))
    rows = zip(changed, semitones.tolist(), tilt.tolist(), strict=True)
    changed = torch.stack([recoloured(row, onset, sample_rate, speed, slope) for row, speed, slope in rows])
    changed = changed * _envelopes(waveform, onset, sample_rate, ranges)
    changed = _drive(changed, ranges.drive_share)
    scaled: Tensor = changed * (peak / changed.abs().amax(dim=1, keepdim=True).clamp(min=1e-6))
    return scaled


def recoloured(waveform: Tensor, onset: int, sample_rate: int, semitones: float, tilt_db: float) -> Tensor:
    """Return one sound (T,) at another speed and with its spectrum tilted, its onset in place.

    Resampling cuts the spectrum or pads it with zeros; lengths are whole grains: transforms of prime lengths are slow.
    """
    points = len(waveform)
    other = max(GRAIN, round(points * 2.0 ** (-semitones / 12.0) / GRAIN) * GRAIN)
    spectrum = torch.fft.rfft(waveform)
    frequency = torch.arange(len(spectrum), device=waveform.device) * (sample_rate / points)
    octaves = (frequency.clamp(*TILTED_HZ) / 1000.0).log2()
    spectrum = spectrum * torch.pow(10.0, octaves * (tilt_db / 20.0))
    bins = other // 2 + 1
    fitted = functional.pad(spectrum, (0, max(0, bins - len(spectrum))))[:bins]
    moved = torch.fft.irfft(fitted, n=other) * (other / points)
    start = round(onset * other / points) - onset  # of the excerpt in `moved`; negative: zeros come before
    placed = functional.pad(moved, (max(0, -start), points))[max(0, start) : max(0, start) + points]
    return placed


def _even(like: Tensor, limit: float) -> Tensor:
    return (torch.rand(len(like), device=like.device) * 2.0 - 1.0) * limit


def _chosen(like: Tensor, share: float) -> Tensor:
    return (torch.rand(len(like), 1, device=like.device) < share).to(like.dtype)


def _mix(waveform: Tensor, label: Tensor, share: float) -> Tensor:
    """Add some of the next sound of the same class in the batch; a class that is alone gets itself."""
    same = label[:, None] == label[None]
    step = torch.arange(len(label), device=label.device)[None] - torch.arange(len(label), device=label.device)[:, None]
    partner = torch.where(same, (step - 1) % len(label), len(label)).argmin(dim=1)
    amount = torch.rand(len(label), 1, device=waveform.device) * MOST_MIXED * _chosen(waveform, share)
    return waveform * (1.0 - amount) + waveform[partner] * amount


def _envelopes(waveform: Tensor, onset: int, sample_rate: int, ranges: Ranges) -> Tensor:
    """Return gains (B, T): up to the onset a rise, from there an exponential, and for some a gate."""
    count, points = waveform.shape
    device = waveform.device
    place = torch.arange(points, device=device)
    rise = 0.5 - 0.5 * torch.cos(math.pi * (place / max(onset, 1)).clamp(max=1.0)) if onset else torch.ones(points)
    time_s = ((place - onset) / sample_rate).clamp(min=0.0)
    drawn = torch.rand(count, 1, device=device)
    slope_db = ranges.decay_db * torch.where(drawn < 0.5, -2.0 * drawn, 0.4 * (drawn - 0.5))
    level_db = (slope_db * time_s[None]).clamp(max=12.0)
    end_s = EARLIEST_GATE_S + torch.rand(count, 1, device=device) * (float(time_s[-1]) - EARLIEST_GATE_S)
    fade_s = 0.003 + 0.03 * torch.rand(count, 1, device=device)
    gate = 0.5 + 0.5 * torch.cos(math.pi * ((time_s[None] - end_s) / fade_s).clamp(0.0, 1.0))
    is_gated = _chosen(waveform, ranges.gate_share)
    return rise.to(waveform) * torch.pow(10.0, level_db / 20.0) * (gate * is_gated + (1.0 - is_gated))


def _drive(waveform: Tensor, share: float) -> Tensor:
    gain = torch.pow(10.0, torch.rand(len(waveform), 1, device=waveform.device) * (DRIVE_DB / 20.0))
    level = waveform.abs().amax(dim=1, keepdim=True).clamp(min=1e-6)
    driven = torch.tanh(waveform / level * gain) * level
    is_driven = _chosen(waveform, share)
    return driven * is_driven + waveform * (1.0 - is_driven)
