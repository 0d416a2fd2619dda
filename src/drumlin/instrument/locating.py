"""Finding the place of a sound in an instrument.

The sound is prepared as the training samples were (rate, alignment, length). With an encoder its latent gives the
place, and what the plane does not reach of it is carried along, so that the sound is met exactly. Without one the
plane is searched: a grid, then finer grids around the best place.
Shape letters: B batch, T points, D latent size.
"""

from typing import TYPE_CHECKING

import numpy as np

from ..datasets.align import peak_index, place
from ..datasets.profiles import GeneratorProfile, check_usable
from ..errors import PreprocessError
from ..features import find_onset, log_mel_distance_db
from ..provenance import quantise
from ..units import Array, Waveform, seconds_to_points
from .limits import BATCH
from .manifest import Manifest
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
    return log_mel_distance_db(prepared, instrument.raw(note), instrument.sample_rate)


def prepare(waveform: Array, sample_rate: int, instrument: "Instrument") -> Waveform:
    """Return a sound as the instrument's training samples were: its rate, aligned, (T,).

    Raises:
        PreprocessError: the sound is empty, silent or holds what is no number.
    """
    from ..audio import resample

    sound = np.asarray(waveform, dtype=np.float32)
    if sound.ndim != 1 or not sound.size:
        raise PreprocessError(f"a sound of shape {sound.shape}: mono audio of at least one point is expected")
    sound = sound[: seconds_to_points(MAX_DURATION_S, sample_rate)]
    check_usable(sound, sample_rate)
    return _align(resample(sound, sample_rate, instrument.sample_rate), instrument.manifest)


def _align(sound: Waveform, manifest: Manifest) -> Waveform:
    alignment, length = manifest.alignment, manifest.length
    position = seconds_to_points(alignment.position_s, manifest.sample_rate)
    if alignment.kind == "peak":
        return place(sound, peak_index(sound), position, length)
    onset = find_onset(sound, manifest.sample_rate)
    if alignment.normalised:
        return GeneratorProfile(length, alignment.position_s).apply(sound, manifest.sample_rate, onset).waveform
    return place(sound, onset, position, length)


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
    distances = []
    for start in range(0, len(places), BATCH):
        waveforms = instrument.decode(instrument.map(places[start : start + BATCH].astype(np.float32)))
        distances += [log_mel_distance_db(prepared, waveform, instrument.sample_rate) for waveform in waveforms]
    best = places[int(np.argmin(distances))]
    return quantise(best[0]), quantise(best[1])
