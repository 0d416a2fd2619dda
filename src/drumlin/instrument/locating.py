"""Finding the place of a sound in an instrument.

The sound is prepared as the training samples were (rate, alignment, length). With an encoder its latent gives the
place, and what the plane does not reach of it is carried along, so that the sound is met exactly. Without one the
plane is searched: a grid, then finer grids around the best place.
Shape letters: B batch, T points, D latent size.
"""

from typing import TYPE_CHECKING

import numpy as np

from ..errors import PreprocessError
from ..provenance import quantise
from ..units import Array, Waveform, seconds_to_points
from .manifest import Alignment
from .note import Location, Note
from .points import class_weights

if TYPE_CHECKING:
    from .instrument import Instrument

GRID = 17
"""Places along each side of the first grid: 289 sounds, a second or two for the slowest recipe."""

ROUNDS = 4
"""Finer grids after it, each of 5 x 5 places and half as wide: the last steps are 1/128 of the side."""

MAX_DURATION_S = 60.0
"""Of a longer sound only the beginning is looked at."""


def locate(instrument: "Instrument", waveform: Array, sample_rate: int) -> Location:
    """Return where a sound lies in an instrument, and how well the sound that is there fits it.

    Args:
        instrument: the instrument.
        waveform: mono audio, (T,), any length.
        sample_rate: its rate, Hz.
    Raises:
        PreprocessError: the sound is empty, silent or holds what is no number.
    """
    prepared = prepare(waveform, sample_rate, instrument)
    note = _encoded(instrument, prepared) if instrument.has_encoder else _searched(instrument, prepared)
    return Location(note, fit_db(instrument, note, prepared))


def fit_db(instrument: "Instrument", note: Note, prepared: Waveform) -> float:
    """Return the log-mel distance, dB, between a prepared sound and the raw sound of a note."""
    return float(_distances(prepared, instrument.raw(note)[None], instrument.sample_rate)[0])


def prepare(waveform: Array, sample_rate: int, instrument: "Instrument") -> Waveform:
    """Return a sound as the instrument's training samples were: its rate, aligned, (T,).

    Raises:
        PreprocessError: the sound is empty, silent or holds what is no number.
    """
    from ..audio import resample

    sound = np.asarray(waveform, dtype=np.float32)
    if sound.ndim != 1 or not sound.size:
        raise PreprocessError(f"a sound of shape {sound.shape}: mono audio of at least one point is expected")
    if not np.isfinite(sound).all():
        raise PreprocessError("the sound holds what is no number")
    sound = resample(sound[: seconds_to_points(MAX_DURATION_S, sample_rate)], sample_rate, instrument.sample_rate)
    if not np.abs(sound).max(initial=0.0) > 1e-6:
        raise PreprocessError("the sound is silent: nothing to look for")
    return _align(sound, instrument.manifest.alignment, instrument.sample_rate, instrument.length)


def _encoded(instrument: "Instrument", prepared: Waveform) -> Note:
    latent = instrument.encode(prepared[None])[0]
    classes: dict[str, float] = {}
    if instrument.classes:
        weights = class_weights(instrument.classes, instrument.points.labels, instrument.points.latents, latent)
        classes = {name: float(weight) for name, weight in zip(instrument.classes, weights, strict=True)}
    x, y = (quantise(value) for value in instrument.place(latent[None])[0])
    bare = Note(x, y, classes=classes)
    carry = latent - instrument.latent(bare)
    return Note(x, y, classes=classes, carry=tuple(float(value) for value in carry))


def _searched(instrument: "Instrument", prepared: Waveform) -> Note:
    x, y = _best(instrument, prepared, 0.0, 0.0, 1.0, GRID)
    reach = 2.0 / (GRID - 1)
    for _ in range(ROUNDS):
        x, y = _best(instrument, prepared, x, y, reach, 5)
        reach /= 2.0
    return Note(x, y)


def _best(
    instrument: "Instrument", prepared: Waveform, x: float, y: float, reach: float, count: int
) -> tuple[float, float]:
    offsets = np.linspace(-reach, reach, count)
    places = np.array([(x + dx, y + dy) for dy in offsets for dx in offsets]).clip(-1.0, 1.0)
    waveforms = instrument.decode(instrument.map(places.astype(np.float32)))
    best = places[int(_distances(prepared, waveforms, instrument.sample_rate).argmin())]
    return quantise(best[0]), quantise(best[1])


def _align(sound: Waveform, alignment: Alignment, sample_rate: int, length: int) -> Waveform:
    position = seconds_to_points(alignment.position_s, sample_rate)
    loud = np.abs(sound)
    found = int(loud.argmax()) if alignment.kind == "peak" else int((loud >= 0.01 * loud.max()).argmax())
    aligned = np.zeros(length, dtype=np.float32)
    start = position - found
    piece = sound[max(0, -start) : max(0, length - start)]
    aligned[max(0, start) : max(0, start) + len(piece)] = piece
    return aligned / np.abs(aligned).max() if alignment.normalised else aligned


def _distances(sound: Waveform, others: Array, sample_rate: int) -> Array:
    return np.array([np.abs(_log_mel(sound, sample_rate) - _log_mel(other, sample_rate)).mean() for other in others])


def _log_mel(waveform: Waveform, sample_rate: int) -> Array:
    frame = 1024
    padded = np.pad(waveform, (frame // 2, frame))
    frames = np.lib.stride_tricks.sliding_window_view(padded, frame)[:: frame // 4]
    power = np.abs(np.fft.rfft(frames * np.hanning(frame), axis=1)) ** 2
    edges = np.geomspace(2, frame // 2, 41).astype(int)
    bands = np.add.reduceat(power, edges[:-1], axis=1)
    return 10.0 * np.log10(np.maximum(bands, 1e-8))
