"""Fourier transforms of real sound: rows in single precision, and lengths that are quick.

`scipy.fft` takes stacked float32 rows at twice numpy's speed, but loading it takes as long as transforming a thousand
sounds: it loads `scipy.special`, `numpy.testing` and `numpy.f2py`. So its compiled part is loaded by itself where it
lies; where a release of scipy has none there, `scipy.fft` is loaded as a whole. Both give the same numbers.
"""

from collections.abc import Callable
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

from ..units import Array

_FACTORS = (2, 3, 5, 7)  # lengths of other factors take up to ten times as long


def transform(frames: Array) -> Array:
    """Return the Fourier transform of real frames, shape (..., n_fft) -> (..., F), complex64 of float32."""
    spectrum: Array = _rows()(frames)
    return spectrum


@cache
def fast_length(points: int) -> int:
    """Return the least length of at least so many points that has no factors but 2, 3, 5 and 7."""
    length = max(1, points)
    while not _is_fast(length):
        length += 1
    return length


def _is_fast(length: int) -> bool:
    for factor in _FACTORS:
        while length % factor == 0:
            length //= factor
    return length == 1


@cache
def _rows() -> Callable[[Array], Array]:
    """Return what transforms the last axis of a stack of real frames."""
    compiled = _compiled()
    if compiled is not None:
        return lambda frames: compiled.r2c(frames, (frames.ndim - 1,), True, 0, None, 1)
    from scipy.fft import rfft

    return lambda frames: rfft(frames, axis=-1)


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
    return module if hasattr(module, "r2c") else None
