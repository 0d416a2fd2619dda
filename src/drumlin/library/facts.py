"""What is measured on one sound: columns of the catalogue, never tags.

Qualities of a hit are those of `features.attributes`, measured on what the ear uses of a sound: at most so many seconds
from the onset, so that a long file costs no more than a short one. Shape letters: `C` channels, `T` points.
"""

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np

from ..audio.levels import peak
from ..features.attributes import brightness
from ..features.envelope import attack_s, decay_s
from ..features.fourier import inverse, quick_length, transform_padded
from ..features.loudness import OFFSET_LU, weighting_gain
from ..features.onset import find_onset
from ..features.pitch import find_pitch
from ..features.tonality import noisiness_db
from ..units import SILENCE_DB, Array, Waveform, db_to_gain, gain_to_db
from .loops import find_loop

COLOUR_S = 0.6
"""Brightness and pitch are measured on so many seconds from the onset, or to the end of the sound."""

NOISE_S = 0.3
"""And noisiness on so many: it costs most."""

STROKE_S, AFTER_PEAK_S = 0.15, 0.05
"""The attack is looked for in so many seconds from the onset, at least to a little behind the peak."""

DECAY_S = 10.0
"""A decay that lasts longer reads as this."""

LOUDNESS_S = 0.2
"""Loudness is the weighted power of the loudest so many seconds: the standard's gate needs 0.4 s, a hat lasts 0.05."""

LOUD_PART_S = 1.0
"""It is looked for within so many seconds of the peak."""

SILENT_DB = -70.0
"""A sound whose peak stays below is called silent; below hearing at any sane volume, above the noise of 16 bits."""

_HOPS = 8  # in the time of `LOUDNESS_S`: so finely it is looked for before anything is weighted
_LEAST_SHARE = 0.125  # what has less of the energy of the loudest cannot be the loudest once weighted
_MOST_GAIN = 2.6  # by which the weighting may raise a power: 4.1 dB
_RINGING_S = 0.05  # after so long, nothing of what was before is left in the weighting's filters

_DECAY_STEP = 16
_CLIPPED_RUN = 3  # points in a row at the peak, near full scale: two happen by chance
_FULL_SCALE = 0.985  # -0.13 dB: converters and normalisers that clip stay within this
_TAIL_DB = -60.0
_PRE_ONSET_S = 0.005


@dataclass(frozen=True)
class Facts:
    """The facts of a sound; None where there is nothing to measure (silence, no loop).

    Args:
        sample_rate: Hz.
        channels: in the file.
        length: points of each channel.
        duration_s: seconds.
        peak_db: level of the loudest point, dB of full scale.
        loudness_db: K-weighted level of the loudest 0.2 s, LUFS.
        pitch_hz: low partial of a hit.
        pitch_confidence: 0 to 1.
        brightness: octaves above 1 kHz.
        noisiness_db: noise over tone.
        decay_s: from the peak to 40 dB below.
        attack_s: from 10 to 70 % of the peak.
        lead_s: silence before the onset.
        tail_s: silence at the end, 60 dB below the peak.
        is_silent: nothing to hear.
        clipped: runs of points that stand at the peak near full scale.
        is_loop: lasts a whole number of beats, goes on to its end, and strikes often.
        tempo_bpm: of a loop.
    """

    sample_rate: int
    channels: int
    length: int
    duration_s: float
    peak_db: float
    loudness_db: float | None
    pitch_hz: float | None
    pitch_confidence: float | None
    brightness: float | None
    noisiness_db: float | None
    decay_s: float | None
    attack_s: float | None
    lead_s: float | None
    tail_s: float | None
    is_silent: bool
    clipped: int
    is_loop: bool
    tempo_bpm: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return the facts by name."""
        return {name: getattr(self, name) for name in FACT_NAMES}  # `asdict` copies each value, which takes longer


FACT_NAMES = tuple(field.name for field in fields(Facts))


def measure(waveform: Waveform, sample_rate: int, channels: int) -> Facts:
    """Measure a sound.

    Args:
        waveform: mono audio, shape (T,), full scale [-1, 1]; values that are no numbers count as silence.
        sample_rate: Hz.
        channels: how many the file has.
    """
    sound = waveform if np.isfinite(waveform).all() else np.nan_to_num(waveform, nan=0.0, posinf=1.0, neginf=-1.0)
    common = (sample_rate, channels, len(sound), round(len(sound) / sample_rate, 6))
    loudest = peak(sound)
    if loudest < db_to_gain(SILENT_DB):
        nothing = dict.fromkeys(_NEEDS_SOUND)
        return Facts(*common, gain_to_db(loudest), **nothing, is_silent=True, clipped=0, is_loop=False)  # type: ignore[arg-type]
    onset = find_onset(sound, sample_rate)
    tail = _tail_points(sound, loudest)
    start = max(0, onset - round(_PRE_ONSET_S * sample_rate))
    body = sound[start : len(sound) - tail][: round(DECAY_S * sample_rate)]
    colour, noise = body[: round(COLOUR_S * sample_rate)], body[: round(NOISE_S * sample_rate)]
    top = int(np.abs(body).argmax())
    stroke = body[: max(round(STROKE_S * sample_rate), top + round(AFTER_PEAK_S * sample_rate))]
    decay = _decay_s(body, sample_rate)
    reach = round(LOUD_PART_S * sample_rate)
    around = sound[max(0, start + top - reach) : start + top + reach]
    # Onsets are relative to the peak: that of the sound is that of a part if the peak lies in the part.
    colour_onset, noise_onset = (onset - start if top < len(part) else None for part in (colour, noise))
    pitch = find_pitch(colour, sample_rate, lasting_s=decay, onset=colour_onset)
    loop = find_loop(sound, sample_rate)
    return Facts(
        *common,
        peak_db=round(gain_to_db(loudest), 3),
        loudness_db=round(loudness_db(around, sample_rate), 2),
        pitch_hz=round(pitch.hz, 2),
        pitch_confidence=round(pitch.confidence, 4),
        brightness=round(brightness(_fast(colour), sample_rate), 4),
        noisiness_db=round(noisiness_db(noise, sample_rate, onset=noise_onset), 3),
        decay_s=round(decay, 5),
        attack_s=round(attack_s(stroke, sample_rate), 6),
        lead_s=round(onset / sample_rate, 6),
        tail_s=round(tail / sample_rate, 6),
        is_silent=False,
        clipped=count_clipped(sound),
        is_loop=loop is not None,
        tempo_bpm=None if loop is None else round(loop.tempo_bpm, 2),
    )


_NEEDS_SOUND = (
    *("loudness_db", "pitch_hz", "pitch_confidence", "brightness", "noisiness_db", "decay_s", "attack_s"),
    *("lead_s", "tail_s", "tempo_bpm"),
)


def loudness_db(waveform: Waveform, sample_rate: int) -> float:
    """Return the K-weighted level of the loudest `LOUDNESS_S` seconds, LUFS; of a shorter sound, spread over them."""
    size = max(1, round(LOUDNESS_S * sample_rate))
    most = _most_energy(waveform, sample_rate, size)
    return OFFSET_LU + 10.0 * float(np.log10(max(most / size, 10.0 ** (SILENCE_DB / 10.0))))


def _most_energy(waveform: Waveform, sample_rate: int, size: int) -> float:
    """Return the most weighted energy that so many points in a row have; only where it can be is weighted."""
    start, end, elsewhere = _loud_stretch(waveform, size)
    begin = max(0, start - round(_RINGING_S * sample_rate))
    heard = _weighted(waveform[begin:end], sample_rate)[start - begin :]
    most = _loudest(heard if end == len(waveform) else heard[: end - start], size)
    if most < _MOST_GAIN * elsewhere:  # a rumble, which the meter hardly hears
        most = _loudest(_weighted(waveform, sample_rate), size)
    return most


def _loud_stretch(waveform: Waveform, size: int) -> tuple[int, int, float]:
    """Return where a stretch begins and ends, and the most energy of as many points in a row that reach out of it."""
    hop = max(1, size // _HOPS)
    count = len(waveform) // hop
    if count <= 2 * _HOPS:
        return 0, len(waveform), 0.0
    hops, rest = waveform[: count * hop].reshape(count, hop), waveform[count * hop :]
    powers = np.concatenate([np.zeros(1), np.einsum("nt,nt->n", hops, hops), [np.dot(rest, rest)]])
    sums = np.cumsum(powers, dtype=np.float64)
    reach = _HOPS + 2  # any `size` points lie within so many hops
    energies = sums[reach:] - sums[:-reach]
    least = _LEAST_SHARE * float(energies.max())
    loud = np.flatnonzero(energies >= least)
    return int(loud[0]) * hop, min(len(waveform), (int(loud[-1]) + reach) * hop), least


def _loudest(heard: Array, size: int) -> float:
    """Return the most energy of so many points in a row, of all points if there are fewer."""
    energy = np.concatenate([np.zeros(1), np.cumsum(np.square(heard), dtype=np.float64)])
    return float(energy[-1]) if len(heard) <= size else float((energy[size:] - energy[:-size]).max())


def _decay_s(waveform: Waveform, sample_rate: int) -> float:
    """Return the decay, measured on the power of 16 points at a time: the window of 25 ms cannot tell them apart."""
    if len(waveform) < 4 * _DECAY_STEP or sample_rate < 16_000:
        return decay_s(waveform, sample_rate)
    count = len(waveform) // _DECAY_STEP
    blocks = waveform[: count * _DECAY_STEP].reshape(count, _DECAY_STEP)
    level = np.sqrt(np.einsum("nt,nt->n", blocks, blocks) / _DECAY_STEP)
    if not level.any():  # a click among the last points, which fill no block
        return decay_s(waveform, sample_rate)
    return decay_s(level, round(sample_rate / _DECAY_STEP))


def _weighted(waveform: Waveform, sample_rate: int) -> Array:
    """Return the sound as the meter hears it, with room for ringing; by Fourier, as loading filters takes long."""
    size = quick_length(max(256, len(waveform) + sample_rate // 20))
    # In float32, as the sound is: what is kept is rounded to 0.01 dB.
    return inverse(transform_padded(waveform, size) * _weights(size, sample_rate), size)


@lru_cache(maxsize=32)
def _weights(size: int, sample_rate: int) -> Array:
    gain: Array = weighting_gain(np.fft.rfftfreq(size, 1.0 / sample_rate), sample_rate).astype(np.float32)
    return gain


def count_clipped(waveform: Waveform) -> int:
    """Return how many runs of at least three points stand at the very peak, near full scale."""
    level = np.abs(waveform)
    top = float(level.max(initial=0.0))
    if top < _FULL_SCALE:
        return 0
    flat = np.concatenate([[False], level >= top * (1.0 - 1e-4), [False]])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    return int(np.count_nonzero(edges[1::2] - edges[::2] >= _CLIPPED_RUN))


def _tail_points(waveform: Waveform, loudest: float) -> int:
    threshold = loudest * db_to_gain(_TAIL_DB)
    for end in range(len(waveform), 0, -_TAIL_BLOCK):
        block = np.flatnonzero(np.abs(waveform[max(0, end - _TAIL_BLOCK) : end]) > threshold)
        if block.size:
            return len(waveform) - (max(0, end - _TAIL_BLOCK) + int(block[-1]) + 1)
    return len(waveform)


_TAIL_BLOCK = 1 << 14


def _fast(sound: Array) -> Array:
    """Return the sound with zeros up to a length that is quick to transform; its spectrum is the same."""
    step = 1 << max(0, len(sound).bit_length() - 4)
    return np.pad(sound, (0, -len(sound) % step))
