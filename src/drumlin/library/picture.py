"""How the library hears a sound without any network: a picture of it, and vectors for the aspects by which to search.

The picture: 40 mel bands in eight slices of time that grow like a drum's decay, levels relative to the loudest cell.
All vectors have length 1, so that their product is the cosine; those of a silence are zero. `SIZES` names them.
Shape letters: `T` points, `N` frames, `F` bins, `D` size of a vector.
"""

from functools import cache
from itertools import pairwise

import numpy as np

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
    count = min(1 + len(sound) // hop, round(_SLICES_S[-1] * sample_rate) // hop)
    padded = np.zeros((count - 1) * hop + size, np.float32)
    used = sound[: len(padded) - size // 2]
    padded[size // 2 : size // 2 + len(used)] = used
    frames = np.zeros((count, n_fft), np.float32)
    np.multiply(frames_of(padded, size, hop), hann(size), out=frames[:, :size])
    slices = _slices(power_of(transform(frames)), np.array(_SLICES_S) * sample_rate / hop)
    # einsum and not a matrix product: beside a busy process, BLAS threads would wait for each other.
    bands: Array = np.einsum("sf,mf->sm", slices, mel_filters(sample_rate, n_fft, N_BANDS, FMIN_HZ, FMAX_HZ))
    return bands


def _slices(power: Array, edges: Array) -> Array:
    """Return the mean power (N, F) between edges in frames, a slice at least one frame, (S, F)."""
    slices = np.zeros((len(edges) - 1, power.shape[1]), np.float32)
    for index, (start, end) in enumerate(pairwise(edges)):
        first = int(start)
        part = power[first : max(first + 1, int(end))]
        slices[index] = part.sum(axis=0) / max(1, int(end) - first)
    return slices


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
