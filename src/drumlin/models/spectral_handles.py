"""The exact handles of the spectral autoencoder: brightness, decay, noisiness and attack do what they say and no more.

Brightness tilts partials and noise, each within its own energy; noisiness turns partials into the noise around them, or
lowers what is no partial; then every frame gets its energy back, so that the envelope stays. Decay is a slope, as steep
as the hit's own decay asks for. Attributes are those of `features.attributes`, worked out from powers in cells of the
spectrum.

Shapes: B batch, N frames, F bins, L low bins, T points.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..parameters import ParameterRange

HANDLES = (
    ParameterRange("brightness", "dB/octave", -4.0, 6.0, 0.0, help="Tilts the sound around 1 kHz"),
    ParameterRange("decay", "x", 0.25, 3.0, 1.0, curve="exponential", help="Times the sound's own decay"),
    ParameterRange("noisiness", "dB", -10.0, 10.0, 0.0, help="More noise, or more tone"),
    ParameterRange("attack", "ms", 0.0, 24.0, 0.0, help="Rises more softly"),
)
"""The exact handles, in the order of the `controls` input."""

TILT_LIMIT_DB, RESTORED_DB = 30.0, 36.0
NOISE_PER_TILT = 0.8
"""Noise that is tilted up is heard as more noise, though it has the same energy: less by so many dB per dB/octave."""

LOG_STAND_OUT, SHARPNESS = math.log(6.0), 2.0
"""A partial has so many times the power of what is around it, as in `features.tonality`."""

REACH = 12
"""What is around a cell are so many bins on each side, 0.5 kHz. A partial that becomes noise spreads as far: less still
sounds like a tone."""

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

HELD_POINTS, HELD_STEPS = 64, 24
"""A hit is held while it rises, in steps of 1.5 ms, for 35 ms at most."""

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
    pitched, noise = parts.powers()
    energy, tonal = (pitched + noise).sum(dim=-1), tonality(pitched + noise)
    kept, hiss = balanced(pitched, noise, tonal, more_db[:, :, None])
    power = pitched * kept + hiss
    level = tilted(power, tonal, slope_db, octaves)
    restored = _restored(energy, (level * power).sum(dim=-1))
    longer = shortened(energy, times, frame_s)
    root = (level * (restored * longer)[:, :, None]).sqrt()
    clear = root * kept.sqrt()
    gain = parts.gain * clear[..., : parts.gain.shape[-1]]
    return Parts(parts.tone * clear, (hiss / NOISE_OVERLAP).sqrt() * root, parts.body, gain), energy * longer


def tonality(power: Tensor) -> Tensor:
    """Return how far each cell of powers (B, N, F) stands out of those around it: 0 noise, 1 a partial."""
    level = (power + LEAST_POWER).log()
    return torch.sigmoid(SHARPNESS * (level - _around(level) - LOG_STAND_OUT))


def balanced(pitched: Tensor, noise: Tensor, tonal: Tensor, more_db: Tensor) -> tuple[Tensor, Tensor]:
    """Return the share that is kept of what has a pitch, and the noise beside it, both as powers, (B, N, F).

    Args:
        pitched: power of what has a pitch, (B, N, F).
        noise: power of noise, (B, N, F).
        tonal: how far each cell is a partial, (B, N, F).
        more_db: above 0 partials become noise, below 0 all that is no partial is lowered, (B, 1, 1).
    """
    kept, less = _db_to_power(-more_db.clamp(min=0.0)), _db_to_power(more_db.clamp(max=0.0))
    return kept * (tonal + (1.0 - tonal) * less), noise * less + smoothed(pitched) * (1.0 - kept)


def tilted(power: Tensor, tonal: Tensor, slope_db: Tensor, octaves: Tensor) -> Tensor:
    """Return gains of power, (B, N, F), that tilt partials and noise and give each its energy back.

    A kick that is made darker keeps its noise, and one that is made brighter its body: only where they lie changes.

    Args:
        power: (B, N, F).
        tonal: how far each cell is a partial, (B, N, F).
        slope_db: dB per octave, (B, 1).
        octaves: distance of each bin from 1 kHz, (F,).
    """
    tilt = _db_to_power((slope_db * octaves).clamp(-TILT_LIMIT_DB, TILT_LIMIT_DB))  # (B, F)
    partials, rest = power * tonal, power * (1.0 - tonal)
    levels = [
        _restored(part.sum(dim=-1), torch.matmul(part, tilt[:, :, None])[:, :, 0])[:, :, None]
        for part in (partials, rest)
    ]
    less = _db_to_power(-NOISE_PER_TILT * slope_db)[:, :, None]
    return (tonal * levels[0] + (1.0 - tonal) * levels[1] * less) * tilt[:, None]


def _restored(before: Tensor, after: Tensor) -> Tensor:
    """Return the gain of power that brings `after` back to `before`, within `RESTORED_DB`."""
    limit = 10.0 ** (RESTORED_DB / 10.0)
    return ((before + LEAST_POWER) / (after + LEAST_POWER)).clamp(1.0 / limit, limit)


def _around(level: Tensor) -> Tensor:
    """Return the mean over the bins around each of levels (B, N, F), as many as there are."""
    flat = level.reshape(-1, 1, level.shape[-1])
    mean = functional.avg_pool1d(flat, 2 * REACH + 1, stride=1, padding=REACH, count_include_pad=False)
    return mean.reshape(level.shape)


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
    """Let waveforms (B, T) rise along a line, over some milliseconds (B, 1), to the peak that they had.

    What a hit loses while it rises is made up, or the rise of a short one would end where the hit does. A line, as of
    all curves it takes longest from 10 to 70 % of its end. At 0 the waveform is passed on. The pre-roll, in which
    nothing is heard, is added to longer rises.
    """
    rise_s = (attack_ms + PRE_ROLL_MS * attack_ms.clamp(max=1.0)) / 1000.0 + LEAST_RISE_S
    time_s = torch.arange(waveform.shape[-1], device=waveform.device).to(waveform)[None] / sample_rate
    travel = ((time_s + LEAST_RISE_S) / rise_s).clamp(max=1.0)
    held = made_up(waveform, rise_s * sample_rate)
    risen = held * travel
    peaks = [sound.abs().amax(dim=-1, keepdim=True) + LEAST_POWER for sound in (waveform, risen)]
    return risen * (peaks[0] / peaks[1]).clamp(max=MOST_MAKE_UP)


def made_up(waveform: Tensor, until: Tensor) -> Tensor:
    """Return waveforms (B, T) that stay as loud as they were at most up to a point (B, 1), and then decay as before.

    They are raised by `MOST_MAKE_UP` at most.
    """
    steps = min(HELD_STEPS, waveform.shape[-1] // HELD_POINTS)
    blocks = waveform[:, : steps * HELD_POINTS].reshape(-1, steps, HELD_POINTS)
    level = blocks.square().mean(dim=-1).sqrt() + LEAST_POWER  # (B, steps)
    later = torch.ones(steps, steps, device=level.device).triu().to(level)
    to_come = (level[:, None] * later).amax(dim=-1)  # the loudest from each step on
    log_gain = (to_come.amax(dim=-1, keepdim=True) / to_come).clamp(max=MOST_MAKE_UP).log()
    place = torch.arange(steps, device=level.device).to(level)[None] + 0.5
    rising = functional.pad(torch.diff(log_gain, dim=-1), (1, 0)) * (until / HELD_POINTS - place).clamp(0.0, 1.0)
    held = functional.interpolate(torch.cumsum(rising, dim=-1)[:, None], scale_factor=HELD_POINTS, mode="linear")
    rest = waveform.shape[-1] - steps * HELD_POINTS
    return waveform * functional.pad(held, (0, rest), mode="replicate")[:, 0].exp()


def _db_to_power(level_db: Tensor) -> Tensor:
    return torch.exp(level_db * (math.log(10.0) / 10.0))
