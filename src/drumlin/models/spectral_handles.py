"""The exact handles of the spectral autoencoder: brightness, decay, noisiness and attack do what they say and no more.

Brightness tilts the spectrum; noisiness turns partials into the noise around them, or takes noise away; then every
frame gets its energy back, so that the envelope stays. Decay is a slope, as steep as the hit's own decay asks for.
Attributes are those of `features.attributes`, worked out from powers in cells of the spectrum.

Shapes: B batch, N frames, F bins, L low bins, T points.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..parameters import ParameterRange

HANDLES = (
    ParameterRange("brightness", "dB/octave", -6.0, 6.0, 0.0, help="Tilts the sound around 1 kHz"),
    ParameterRange("decay", "x", 0.2, 3.0, 1.0, curve="exponential", help="Times the sound's own decay"),
    ParameterRange("noisiness", "dB", -12.0, 12.0, 0.0, help="More noise, or more tone"),
    ParameterRange("attack", "ms", 0.0, 60.0, 0.0, help="Rises more softly"),
)
"""The exact handles, in the order of the `controls` input."""

TILT_LIMIT_DB, RESTORED_DB = 30.0, 36.0
NOISE_PER_TILT = 1.0
"""A brighter sound would be a noisier one, as noise lies high: less noise by so many dB for each dB per octave."""

REACH = 12
"""A partial that becomes noise spreads over so many bins on each side, 0.5 kHz: less still sounds like a tone."""

LONGER_DB = 18.0
"""A longer decay lifts no frame by more: what is far down is hiss."""

DECAYED_DB = -40.0
"""A hit has decayed where it is so far below its loudest frame, as in `features.decay_s`."""

LEAST_POWER = 1e-9
NOISE_OVERLAP = 0.25
"""Independent frames that overlap by three quarters reach a quarter of their power."""

LEAST_RISE_S = 1e-6
MOST_MAKE_UP = 4.0
"""A soft attack cuts the peak off; it is made up by up to 12 dB."""

PRE_ROLL_MS = 1.5


SOFT_TILT_DB, SOFT_DECAY = 2.0, 0.3
"""A stroke without any force is so many dB per octave duller, and shorter by this share."""


@dataclass(frozen=True)
class Parts:
    """What a spectrum is made of.

    Args:
        tone: magnitudes, (B, N, F).
        noise: magnitudes of independent frames, (B, N, F).
        body: power of the low waveform, (B, N, L).
        gain: of the spectrum of the low waveform, (B, N, L).
    """

    tone: Tensor
    noise: Tensor
    body: Tensor
    gain: Tensor

    def powers(self) -> tuple[Tensor, Tensor]:
        """Return the power of what has a pitch, and of noise, (B, N, F) each."""
        body = functional.pad(self.body, (0, self.tone.shape[-1] - self.body.shape[-1]))
        return self.tone.square() + body, NOISE_OVERLAP * self.noise.square()

    def energy(self) -> Tensor:
        """Return the power of each frame, (B, N)."""
        pitched, noise = self.powers()
        return (pitched + noise).sum(dim=-1)


def handled(parts: Parts, controls: Tensor, octaves: Tensor, frame_s: float) -> tuple[Parts, Tensor]:
    """Return the parts with brightness, decay and noisiness applied, and the power of each frame then, (B, N).

    Args:
        parts: at rest; they are passed on where the controls are at rest.
        controls: (B, handles), in their units.
        octaves: distance of each bin from 1 kHz, (F,).
        frame_s: seconds between frames.
    """
    slope_db, times, more_db = (controls[:, place : place + 1] for place in range(3))
    more_db = more_db - NOISE_PER_TILT * slope_db
    pitched, noise = parts.powers()
    energy = (pitched + noise).sum(dim=-1)
    kept, less = _db_to_power(-more_db.clamp(min=0.0))[:, :, None], _db_to_power(more_db.clamp(max=0.0))[:, :, None]
    hiss = noise * less + smoothed(pitched) * (1.0 - kept)
    tilt = _db_to_power((slope_db * octaves).clamp(-TILT_LIMIT_DB, TILT_LIMIT_DB))  # (B, F)
    after = torch.matmul(pitched * kept + hiss, tilt[:, :, None])[:, :, 0]
    longer, limit = shortened(energy, times, frame_s), 10.0 ** (RESTORED_DB / 10.0)
    level = ((energy + LEAST_POWER) / (after + LEAST_POWER)).clamp(1.0 / limit, limit) * longer
    root = (tilt[:, None] * level[:, :, None]).sqrt()
    clear = root * kept.sqrt()
    gain = parts.gain * clear[..., : parts.gain.shape[-1]]
    return Parts(parts.tone * clear, (hiss / NOISE_OVERLAP).sqrt() * root, parts.body, gain), energy * longer


def smoothed(power: Tensor) -> Tensor:
    """Return powers (B, N, F) averaged over the bins around each: what they are as noise, see `features.tonality`."""
    flat = power.reshape(-1, 1, power.shape[-1])
    mean: Tensor = functional.avg_pool1d(flat, 2 * REACH + 1, stride=1, padding=REACH).reshape(power.shape)
    return mean


def shortened(energy: Tensor, times: Tensor, frame_s: float) -> Tensor:
    """Return what multiplies the time in which a hit decays by `times` (B, 1), as a factor of power, (B, N).

    Args:
        energy: of each frame, (B, N).
        times: 1 is the hit's own decay.
        frame_s: seconds between frames.
    """
    frame = torch.arange(energy.shape[1], device=energy.device).to(energy)
    loudest = energy.amax(dim=1, keepdim=True)
    peak = (frame * (energy >= loudest)).amax(dim=1, keepdim=True)
    last = (frame * (energy >= loudest * 10.0 ** (DECAYED_DB / 10.0))).amax(dim=1, keepdim=True)
    own_s = (last - peak + 1.0) * frame_s
    slope_db = -DECAYED_DB / own_s * (1.0 - 1.0 / times)
    return _db_to_power((slope_db * ((frame - peak).clamp(min=0.0) * frame_s)).clamp(max=LONGER_DB))


def softer(controls: Tensor, velocity: Tensor) -> Tensor:
    """Return the handles (B, handles) of a softer stroke: duller and shorter, the less its velocity (B, 1) is."""
    missing = 1.0 - velocity
    duller, shorter = controls[:, 0:1] - SOFT_TILT_DB * missing, controls[:, 1:2] * (1.0 - SOFT_DECAY * missing)
    return torch.cat([duller, shorter, controls[:, 2:]], dim=1)


def softened(waveform: Tensor, attack_ms: Tensor, sample_rate: int) -> Tensor:
    """Let waveforms (B, T) rise over some milliseconds (B, 1), along half a cosine, to the peak that they had.

    At 0 the waveform is passed on. The pre-roll, in which nothing is heard, is added to longer rises.
    """
    rise_s = (attack_ms + PRE_ROLL_MS * attack_ms.clamp(max=1.0)) / 1000.0 + LEAST_RISE_S
    time_s = torch.arange(waveform.shape[-1], device=waveform.device).to(waveform)[None] / sample_rate
    travel = ((time_s + LEAST_RISE_S) / rise_s).clamp(max=1.0)
    risen = waveform * (0.5 - 0.5 * torch.cos(math.pi * travel))
    peaks = [sound.abs().amax(dim=-1, keepdim=True) + LEAST_POWER for sound in (waveform, risen)]
    return risen * (peaks[0] / peaks[1]).clamp(max=MOST_MAKE_UP)


def _db_to_power(level_db: Tensor) -> Tensor:
    return torch.exp(level_db * (math.log(10.0) / 10.0))
