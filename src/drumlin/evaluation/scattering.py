"""Wavelet scattering: a fixed transform in which a sound keeps its texture and loses its exact timing.

First order: how strong each band is, as a constant-Q filterbank of Morlet wavelets hears it, averaged over time. Second
order: how each band's envelope beats and decays, by wavelets over that envelope. Nothing is learned. Source: Anden and
Mallat 2014, "Deep Scattering Spectrum"; as in its section VI, second-order values are divided by the first-order ones
that they come from, and logarithms are taken. Frequencies are in cycles per point, widths are deviations of Gaussians.
Shapes: M sounds, T points, K points after thinning out, P paths, S moments.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from ..units import Array, Waveform
from .window import JUDGED_RATE

FIRST_PER_OCTAVE, SECOND_PER_OCTAVE = 8, 1
AVERAGED = 4096
"""Points over which time is averaged, 93 ms: shifts that are much shorter change nothing."""

HIGHEST = 16_000.0 / JUDGED_RATE
LOWEST = 35.0 / JUDGED_RATE
FLOOR = 10.0 ** (-70.0 / 20.0)
"""Added to first-order values: what is 70 dB below a full-scale hit is not heard."""

RATIO_FLOOR = 0.01
"""Added to second-order values, which are shares of first-order ones."""

_AVERAGE_WIDTH = 0.35 / AVERAGED
_ROOM = 12.0  # an envelope holds frequencies up to six widths: so many points per cycle of the width keep them
_BATCH = 16


@dataclass(frozen=True)
class Wavelet:
    """A band-pass filter: where it lies and how wide it is."""

    centre: float
    width: float

    @property
    def step(self) -> int:
        """Every so manieth point, a power of two, is enough to keep the envelope of what passes."""
        return 1 << max(0, int(np.log2(1.0 / (_ROOM * self.width))))


@dataclass(frozen=True)
class Scattered:
    """The values of sounds.

    Args:
        first: (M, P1, S), paths in order of `first_bank()`.
        second: (M, P2, S).
        parents: (P2,) the first-order path of each second-order one.
        beats: (P2,) the frequency of each second-order wavelet.
    """

    first: Array
    second: Array
    parents: Array
    beats: Array


class Scattering:
    """The embedding `scattering`: logarithms of first-order and of normalised second-order values, five moments."""

    name = "scattering"

    def embed(self, windows: Waveform) -> Array:
        """Return (M, D) float32 for windows (M, T), T a power of two, at least `AVERAGED`."""
        parts = [scatter(windows[start : start + _BATCH]) for start in range(0, len(windows), _BATCH)]
        return np.concatenate([_logarithms(part) for part in parts])


def scatter(waveforms: Waveform) -> Scattered:
    """Return the scattering of sounds (M, T), T a power of two and at least `AVERAGED`; around them is silence.

    Moments lie `AVERAGED` points apart, from the first point on: S = T / AVERAGED + 1.
    """
    length = waveforms.shape[1]
    spectra = np.fft.fft(waveforms, 2 * length, axis=1)  # as much silence: what leaves one end does not enter the other
    first, second, parents, beats = [], [], [], []
    for path, wavelet in enumerate(first_bank()):
        envelope = _envelope(spectra, wavelet, 1)
        first.append(_averaged(envelope, wavelet.step, length))
        for slow in second_bank():
            if slow.centre >= 2 * wavelet.width:
                break  # an envelope does not beat faster than its band is wide
            beating = _envelope(envelope, slow, wavelet.step)
            second.append(_averaged(beating, max(slow.step, wavelet.step), length))
            parents.append(path)
            beats.append(slow.centre)
    return Scattered(np.stack(first, axis=1), np.stack(second, axis=1), np.array(parents), np.array(beats))


@cache
def first_bank() -> tuple[Wavelet, ...]:
    """Return the wavelets of the first order, high to low.

    Eight per octave down to where they would last longer than the average; below, equally wide ones.
    """
    relative = _relative_width(FIRST_PER_OCTAVE)
    narrowest = 1.5 * _AVERAGE_WIDTH
    octaves = np.arange(0, np.log2(HIGHEST * relative / narrowest), 1 / FIRST_PER_OCTAVE)
    wavelets = [Wavelet(centre, centre * relative) for centre in HIGHEST * 2.0**-octaves]
    spacing = 2 * narrowest * np.sqrt(np.log(2))  # neighbours meet where each lets half the power pass
    low = np.arange(wavelets[-1].centre - spacing, LOWEST, -spacing)
    return (*wavelets, *(Wavelet(float(centre), narrowest) for centre in low))


@cache
def second_bank() -> tuple[Wavelet, ...]:
    """Return the wavelets of the second order, low to high: one per octave from one beat in the average on."""
    relative = _relative_width(SECOND_PER_OCTAVE)
    octaves = np.arange(0, np.log2(HIGHEST * AVERAGED), 1 / SECOND_PER_OCTAVE)
    return tuple(Wavelet(centre, centre * relative) for centre in 2.0**octaves / AVERAGED)


@cache
def response(wavelet: Wavelet, points: int, step: int) -> Array:
    """Return a Morlet wavelet over the bins of a transform, (points,), read-only; 0 at 0 Hz, root 2 at its centre.

    Args:
        wavelet: which.
        points: of the transform.
        step: so many original points lie between those of the transformed signal.
    """
    frequencies = np.fft.fftfreq(points) / step
    around, low = (_gaussian(frequencies, centre, wavelet.width) for centre in (wavelet.centre, 0.0))
    shaped = np.sqrt(2.0) * (around - _gaussian(np.zeros(1), wavelet.centre, wavelet.width) * low)
    shaped.flags.writeable = False
    filtered: Array = shaped
    return filtered


def _envelope(spectra: Array, wavelet: Wavelet, step: int) -> Array:
    """Return the spectrum of how strongly a wavelet answers over time, (M, K) to (M, K'), thinned out to its step."""
    passed = spectra * response(wavelet, spectra.shape[1], step)
    fold = max(1, wavelet.step // step)
    folded = passed.reshape(len(passed), fold, -1).mean(axis=1)  # every fold-th point, without computing the others
    envelope: Array = np.fft.fft(np.abs(np.fft.ifft(folded, axis=1)), axis=1)
    return envelope


def _averaged(envelope: Array, step: int, length: int) -> Array:
    """Return the local averages of an envelope at the moments, (M, K) spectra to (M, S)."""
    frequencies = np.fft.fftfreq(envelope.shape[1]) / step
    slow = envelope * _gaussian(frequencies, 0.0, _AVERAGE_WIDTH)
    folded = slow.reshape(len(slow), AVERAGED // step, -1).mean(axis=1)
    averages: Array = np.fft.ifft(folded, axis=1).real[:, : length // AVERAGED + 1]
    return np.maximum(averages, 0.0)


def _logarithms(scattered: Scattered) -> Array:
    levels = np.log(scattered.first + FLOOR)
    shares = scattered.second / (scattered.first[:, scattered.parents] + FLOOR)
    joined = np.concatenate([levels, np.log(shares + RATIO_FLOOR)], axis=1)
    return joined.reshape(len(joined), -1).astype(np.float32)


def _relative_width(per_octave: int) -> float:
    """Return the width over the centre of wavelets whose neighbours meet where each lets half the power pass."""
    ratio = 2.0 ** (-1.0 / per_octave)
    return float((1 - ratio) / (1 + ratio) / np.sqrt(np.log(2)))


def _gaussian(frequencies: Array, centre: float, width: float) -> Array:
    values: Array = np.exp(-np.square(frequencies - centre) / (2 * width**2))
    return values
