"""Fourier transforms of real sound, and lengths that are quick.

`scipy.fft` takes stacked float32 rows at twice numpy's speed, but loading it takes as long as transforming a thousand
sounds: it loads `scipy.special`, `numpy.testing` and `numpy.f2py`. So its compiled part is loaded by itself where it
lies; where a release of scipy has none there, `scipy.fft` is loaded as a whole. Both give the same numbers.
"""

from functools import cache, lru_cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

import numpy as np

from ..units import Array

_PLAIN, _BY_SIZE = 0, 2  # how the compiled part scales: not at all, by one over the length
_MOST_ROWS = 32  # more are no quicker
_FACTORS = (2, 3, 5, 7)  # lengths of other factors take up to ten times as long


def transform(frames: Array) -> Array:
    """Return the Fourier transform of real frames, shape (..., n_fft) -> (..., F), as precise as they are."""
    compiled = _compiled()
    if compiled is None:
        from scipy.fft import rfft

        return np.asarray(rfft(frames))
    return np.asarray(compiled.r2c(frames, (frames.ndim - 1,), True, _PLAIN, None, 1))


def transform_padded(sound: Array, size: int) -> Array:
    """Return the Fourier transform of real points (T,) with zeros up to `size` of them, shape (size // 2 + 1,)."""
    padded = np.zeros(size, sound.dtype)
    padded[: len(sound)] = sound
    return transform(padded)


def transform_low(sound: Array, size: int, count: int) -> Array:
    """Return the first bins of `transform_padded`, (T,) to (count,), complex64, without working out the others.

    Every d-th point is a row of its own; the short rows are transformed at once and turned into place (Cooley and Tukey
    1965, the last step for a few bins). Where no d fits, all bins are worked out.
    """
    rows = _rows_for(size, count)
    if rows == 1:
        return transform_padded(sound, size)[:count]
    padded = np.zeros(size, sound.dtype)
    padded[: len(sound)] = sound
    parts = transform(np.ascontiguousarray(padded.reshape(-1, rows).T))[:, :count]
    low: Array = np.einsum("rf,rf->f", parts, _turns(rows, size, count))
    return low


def inverse(spectrum: Array, size: int) -> Array:
    """Return the `size` real points whose transform this is, (F,) -> (size,)."""
    compiled = _compiled()
    if compiled is None:
        from scipy.fft import irfft

        return np.asarray(irfft(spectrum, size))
    return np.asarray(compiled.c2r(spectrum, (0,), size, False, _BY_SIZE, None, 1))


@cache
def fast_length(points: int) -> int:
    """Return the least length of at least so many points that has no factors but 2, 3, 5 and 7."""
    length = max(1, points)
    while not _is_fast(length):
        length += 1
    return length


def quick_length(points: int) -> int:
    """Return the least of 8, 9, 10, 12 and 15 times a power of two that is at least so many points.

    Five in an octave: few, so that what was worked out for a length is often at hand.
    """
    octave = 1 << max(0, (points - 1).bit_length() - 4)
    return next(step * octave for step in (8, 9, 10, 12, 15, 16) if step * octave >= points)


@cache
def _rows_for(size: int, count: int) -> int:
    """Return into how many rows a sound can be dealt so that each has so many bins."""
    return next(rows for rows in range(max(1, min(_MOST_ROWS, size // (2 * count))), 0, -1) if size % rows == 0)


@lru_cache(maxsize=16)
def _turns(rows: int, size: int, count: int) -> Array:
    """Return by how much each row is turned in each bin, (rows, count), complex64."""
    turns: Array = np.exp(-2j * np.pi / size * np.arange(rows)[:, None] * np.arange(count)).astype(np.complex64)
    return turns


def _is_fast(length: int) -> bool:
    for factor in _FACTORS:
        while length % factor == 0:
            length //= factor
    return length == 1


@cache
def _compiled() -> Any:
    """Return scipy's compiled transforms without scipy, or None where they do not lie where they did."""
    found = find_spec("scipy")  # looks for it without loading it
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "fft/_pocketfft"
    spec = FileFinder(str(folder), (ExtensionFileLoader, EXTENSION_SUFFIXES)).find_spec("pypocketfft")
    if spec is None or spec.loader is None:
        return None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module if hasattr(module, "r2c") and hasattr(module, "c2r") else None
