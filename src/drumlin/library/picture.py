"""How the library hears a sound without any network: a picture of it, and vectors for the aspects by which to search.

The picture: 40 mel bands in eight slices of time that grow like a drum's decay, levels relative to the loudest cell.
All vectors have length 1, so that their product is the cosine; those of a silence are zero. `SIZES` names them.
Shape letters: `T` points, `N` frames, `F` bins, `D` size of a vector.
"""

from functools import cache
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from ..features.fourier import fast_length, transform
from ..features.mel import frames_of, hann, mel_filters, power_of
from ..units import Array, Waveform
from .facts import Facts

N_BANDS = 40
FMIN_HZ, FMAX_HZ = 30.0, 16_000.0
FLOOR_DB = 60.0
"""Cells are held within so many dB of the loudest: below, formats differ and ears do not."""

_FRAME_S = 0.0232
_SLICES_S = (0.0, 0.01, 0.025, 0.055, 0.11, 0.2, 0.35, 0.6, 1.0)
_DENSE = 12  # frames
_COSINES = (5, 13)  # of slices and bands that the whole keeps: 65 without the constant are 64
_STEPS_S = np.concatenate([[0.0], np.geomspace(0.002, 2.0, 24)])
_PITCHES = np.linspace(np.log2(30.0), np.log2(2000.0), 24)
_NOISES_DB = np.linspace(-30.0, 30.0, 13)

WHOLE = "whole"
ASPECTS = ("spectrum", "envelope", "pitch", "noisiness")
SIZES = {WHOLE: 64, "spectrum": N_BANDS, "envelope": 24, "pitch": 25, "noisiness": 13}
"""Size of each vector; `whole` is that of the embedder if one is handed in."""

PICTURE_NAME = "picture-1"
"""Name of this way of hearing, kept with every sound so that another one is noticed."""


def draw(waveform: Waveform, sample_rate: int, facts: Facts, *, has_ear: bool = False) -> dict[str, Array]:
    """Return the vectors of a sound by name, each (D,), float32.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz.
        facts: what `measure` said of it.
        has_ear: an ear hears it besides: `whole` is left out.
    """
    if facts.is_silent or facts.lead_s is None:
        return {name: np.zeros(size, np.float32) for name, size in SIZES.items()}
    sound = waveform[round(facts.lead_s * sample_rate) :][: round(_STEPS_S[-1] * sample_rate)]
    bands = _bands(sound, sample_rate)
    whole = {} if has_ear else {WHOLE: _cosines(_levels(bands))}
    vectors = whole | {
        "spectrum": (spectrum := _levels(bands.mean(axis=0))) - spectrum.mean(),
        "envelope": _levels(_steps(sound, sample_rate)) - 0.5,
        "pitch": _pitch(facts),
        "noisiness": _bump(_NOISES_DB, facts.noisiness_db or 0.0, 6.0),
    }
    return {name: unit(vector) for name, vector in vectors.items()}


def unit(vector: Array) -> Array:
    """Return a vector at length 1, float32; of zeros, zeros."""
    scaled: Array = (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)
    return scaled


def _bands(sound: Waveform, sample_rate: int) -> Array:
    """Return the power of each band in each slice, (8, N_BANDS); zero where the sound has ended."""
    size = max(16, 2 * round(_FRAME_S * sample_rate / 2))
    hop, n_fft = size // 4, 2 * fast_length(size // 2)  # 1114 points at 48 kHz would take five times as long as 1120
    chosen, edges = _frames(sample_rate / hop)
    chosen = chosen[: np.searchsorted(chosen, 1 + len(sound) // hop)]
    padded = np.zeros(int(chosen[-1]) * hop + size, np.float32)
    used = sound[: len(padded) - size // 2]
    padded[size // 2 : size // 2 + len(used)] = used
    frames = np.zeros((len(chosen), n_fft), np.float32)
    np.multiply(frames_of(padded, size, hop)[chosen], hann(size), out=frames[:, :size])
    power = power_of(transform(frames))
    slices = np.stack([power[start:end].sum(axis=0) / np.float32(end - start) for start, end in pairwise(edges)])
    # einsum and not a matrix product: beside a busy process, BLAS threads would wait for each other.
    bands: Array = np.einsum("sf,mf->sm", slices, mel_filters(sample_rate, n_fft, N_BANDS, FMIN_HZ, FMAX_HZ))
    return bands


@cache
def _frames(frame_rate: float) -> tuple[NDArray[np.int64], tuple[int, ...]]:
    """Return the frames that are looked at, ascending, and where among them each slice begins, and the last ends.

    A slice has at least one frame. Of slices of more than `_DENSE` frames every second one is enough: it overlaps the
    next by half, and vectors change by less than a thousandth.
    """
    edges = [int(edge * frame_rate) for edge in _SLICES_S]
    slices = [range(start, max(start + 1, end)) for start, end in pairwise(edges)]
    slices = [one[::2] if len(one) > _DENSE else one for one in slices]
    starts = (0, *accumulate(len(one) for one in slices))
    return np.concatenate([np.array(one, np.int64) for one in slices]), starts


def _steps(sound: Waveform, sample_rate: int) -> Array:
    """Return the mean power of each of 24 steps of time, (24,); zero where the sound has ended."""
    edges = np.round(_STEPS_S * sample_rate).astype(np.int64).tolist()
    energies = [float(np.dot(part, part)) for part in (sound[start:end] for start, end in pairwise(edges))]
    steps: Array = np.array(energies) / np.diff(_STEPS_S * sample_rate)
    return steps


def _levels(power: Array) -> Array:
    """Return levels from 0, `FLOOR_DB` below the loudest, to 1."""
    loudest = max(float(power.max()), 1e-30)
    levels: Array = 1.0 + 10.0 * np.log10(np.maximum(power / loudest, 10.0 ** (-FLOOR_DB / 10.0))) / FLOOR_DB
    return levels


def _cosines(image: Array) -> Array:
    """Return the low cosines of a picture, the constant left out, (64,).

    The finer a cosine, the less it has of the energy but not of what tells drums apart: the weights make up for half.
    On 186 sounds of 16 kits, the nearest sound of another kit is of the same class for 62 %, and for 56 % without.
    """
    rows, columns = _COSINES
    coefficients = _basis(image.shape[0], rows) @ image @ _basis(image.shape[1], columns).T
    weights = np.sqrt(1.0 + 2.0 * np.arange(rows)[:, None] + np.arange(columns)[None, :])
    flat: Array = (coefficients * weights).ravel()[1:]
    return flat


@cache
def _basis(points: int, count: int) -> Array:
    angle = np.pi * (np.arange(points) + 0.5)[None, :] * np.arange(count)[:, None] / points
    basis: Array = np.cos(angle) * np.sqrt(2.0 / points)
    return basis


def _pitch(facts: Facts) -> Array:
    """Return where the pitch lies on a scale of quarter octaves, as far as it is sure, and how far it is not, (25,)."""
    confidence = facts.pitch_confidence or 0.0
    place = _bump(_PITCHES, float(np.log2(facts.pitch_hz or 30.0)), 0.25)
    return np.append(confidence * unit(place), 1.0 - confidence)


def _bump(grid: Array, value: float, width: float) -> Array:
    held = float(np.clip(value, grid[0], grid[-1]))
    bump: Array = np.exp(-0.5 * np.square((grid - held) / width))
    return bump
