"""Telling which variation of an instrument a sound is, before it is known where on the plane it lies.

Variations are made of noise. What a place does to noise is to colour it: each cell of its spectrum becomes louder or
softer, and keeps its phase. So the phases of the noise, learned at one place, tell the variation at all others, and
that a sound is the instrument's own: nobody else has that noise. What is tone at a place is alike in all variations,
and left out by its mean; a variation that moves the tone a little as well is told by the noise all the same.

Shape letters: S variations, B sounds, T points, M cells of a spectrum.
"""

from typing import TYPE_CHECKING

import numpy as np

from ..features.fourier import transform
from ..features.mel import hann
from ..units import Array, Waveform
from .limits import BATCH

if TYPE_CHECKING:
    from .instrument import Instrument

SEEDS = 128
"""Variations that are told apart: a spectral autoencoder has no more."""

N_FFT, HOP_LENGTH, FRAMES = 1024, 256, 48
"""Of the spectra: 0.28 s, which is most of a short drum."""

FIRST_BIN, BIN_STEP = 4, 2
"""Lower bins hold tone, and of neighbours under one window each tells little that the other does not."""

AUDIBLE = 10.0 ** (-70.0 / 20.0)
"""Cells count down to this share of the loudest."""

STANDS_OUT = 5.0
"""The variation is likened this many times as well as half of all are. Of 128 random ones the best reaches 2.6, and one
in 300,000 sounds this; own sounds of the built-in instrument reach 16 and more."""

PLACES = np.stack(np.meshgrid([-0.75, -0.25, 0.25, 0.75], [-0.5, 0.5]), axis=-1).reshape(-1, 2)
"""The phases are learned at that of these which has the most noise; with two variations each they are one batch."""


class Variations:
    """The phases of the variations' noise.

    Args:
        spectra: of one place in all variations, (S, M).
    """

    def __init__(self, spectra: Array) -> None:
        noise = spectra - spectra.mean(axis=0)
        self._phases = _directions(noise, AUDIBLE * float(np.abs(spectra).max(initial=0.0)))

    def nearest(self, sound: Waveform) -> int | None:
        """Return the seed of the variation that a sound (T,) is; None if none stands out: little noise, or another's.

        Args:
            sound: as it would lie in the instrument's output, of any level.
        """
        spectrum = _spectra(sound[None])[0]
        likeness = np.abs(self._phases.conj() @ _directions(spectrum, AUDIBLE * float(np.abs(spectrum).max())))
        best = int(likeness.argmax())
        return best if likeness[best] > STANDS_OUT * float(np.median(likeness)) else None


def learn_variations(instrument: "Instrument") -> Variations:
    """Return what tells the variations of an instrument apart; it takes the decoding of 144 sounds."""
    seeds = np.tile([0, 1], len(PLACES))
    both = _played(instrument, np.repeat(PLACES, 2, axis=0), seeds).reshape(len(PLACES), 2, -1)
    apart = np.abs(both[:, 1] - both[:, 0])
    noisy = apart > AUDIBLE * np.abs(both).max(axis=(1, 2))[:, None]
    place = PLACES[int(noisy.sum(axis=1).argmax())]
    parts = [
        _played(instrument, np.tile(place, (BATCH, 1)), np.arange(first, first + BATCH))
        for first in range(0, SEEDS, BATCH)
    ]
    return Variations(np.concatenate(parts))


def _played(instrument: "Instrument", places: Array, seeds: Array) -> Array:
    """Return the spectra of places (B, 2) in variations (B,), (B, M)."""
    some = places.astype(np.float32)
    classes = instrument.classes_at(some) if instrument.classes else None
    return _spectra(np.nan_to_num(instrument.decode(instrument.map(some), classes=classes, seeds=seeds)))


def _spectra(sounds: Waveform) -> Array:
    """Return the beginnings' spectra of sounds, (B, T) to (B, M), complex64."""
    points = (FRAMES - 1) * HOP_LENGTH + N_FFT // 2
    some = sounds[:, :points]
    padded = np.pad(some, [(0, 0), (N_FFT // 2, points - some.shape[1])])
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT, axis=-1)[:, ::HOP_LENGTH]
    spectra: Array = transform(frames * hann(N_FFT))[..., FIRST_BIN::BIN_STEP]
    return spectra.reshape(len(sounds), -1)


def _directions(spectra: Array, floor: float) -> Array:
    """Return the phases of spectra as numbers of magnitude 1, 0 for what is not above a floor."""
    magnitudes = np.abs(spectra)
    directions: Array = np.where(magnitudes > floor, spectra / np.maximum(magnitudes, np.float32(1e-20)), 0)
    return directions
