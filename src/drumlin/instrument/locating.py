"""Finding the place of a sound in an instrument.

A sound that the instrument itself has made is found again where it was made (`returning`). Any other is prepared as the
training samples were (rate, alignment, length). With an encoder its latent gives the place, and what the plane does not
reach of it is carried along, so that the sound is met exactly. Without one the plane is searched: a grid, then finer
grids around the best place.
Shape letters: B batch, T points, D latent size.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..datasets.align import peak_index, place
from ..datasets.profiles import GeneratorProfile, check_usable
from ..errors import PreprocessError
from ..features import find_onset, log_mel, log_mel_distance_db
from ..features.mel import DISTANCE_FLOOR_DB
from ..provenance import quantise
from ..units import Array, Waveform, seconds_to_points
from .heard import as_played, distance_db
from .limits import BATCH
from .manifest import Manifest
from .note import MAX_MAGNITUDE, Location, Note
from .returning import SAME_DB, find_again

if TYPE_CHECKING:
    from .instrument import Instrument

GRID = 17
"""Places along each side of the first grid."""

STARTS = 12
"""Best places of the first grid that are looked at closer: the nearest sound is often not the nearest place."""

ROUNDS = 6
"""Finer grids around each, of 3 x 3 places and half as wide each time: the last steps are 1/512 of the side. In all
937 sounds. Of the ways to spend so many, this one found tones of a test instrument best."""

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
    dropped = drop(waveform, sample_rate, instrument)
    if instrument.has_encoder:
        note = find_again(instrument, dropped.played) or _encoded(instrument, dropped.prepared)
    else:
        searched = _searched(instrument, dropped.prepared)
        note = find_again(instrument, dropped.played, np.array([[searched.x, searched.y]])) or searched
    return Location(note, fit_db(instrument, note, dropped))


@dataclass(frozen=True)
class Dropped:
    """A dropped sound in the instrument's frame.

    Args:
        prepared: as the training samples were, (T,).
        played: as it would lie had the instrument made it, (T,).
    """

    prepared: Waveform
    played: Waveform


def drop(waveform: Array, sample_rate: int, instrument: "Instrument") -> Dropped:
    """Return a sound in both forms in which it is looked for.

    Raises:
        PreprocessError: the sound is empty, silent or holds what is no number.
    """
    return Dropped(prepare(waveform, sample_rate, instrument), as_played(instrument, waveform, sample_rate))


def fit_db(instrument: "Instrument", note: Note, dropped: Dropped) -> float:
    """Return the log-mel distance, dB, between a sound and the raw sound of a note.

    As it was played if the instrument made it, as it was prepared if not.
    """
    raw = instrument.raw(note)
    own_db = distance_db(instrument, raw, dropped.played)
    return own_db if own_db < SAME_DB else log_mel_distance_db(dropped.prepared, raw, instrument.sample_rate)


def is_found_again(instrument: "Instrument", note: Note, dropped: Dropped) -> bool:
    """Return whether a sound is one of the instrument's own, and a note plays it."""
    return distance_db(instrument, instrument.raw(note), dropped.played) < SAME_DB


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


def note_at_latent(instrument: "Instrument", latent: Array, like: Note) -> Note:
    """Return the note whose sound is that of a latent (D,): its place, and as carry what the map does not reach.

    Args:
        instrument: with a place for every latent.
        latent: finite or not: what is no number counts as 0.
        like: all that is no place is taken from it.
    """
    x, y = (quantise(float(value)) for value in instrument.place(np.asarray(latent, np.float32)[None])[0])
    bare = replace(like, x=x, y=y, carry=())
    carry = np.nan_to_num(latent - instrument.latent(bare)).clip(-MAX_MAGNITUDE, MAX_MAGNITUDE)
    return replace(bare, carry=tuple(float(value) for value in carry))


def _align(sound: Waveform, manifest: Manifest) -> Waveform:
    alignment, length = manifest.alignment, manifest.length
    position = seconds_to_points(alignment.position_s, manifest.sample_rate)
    if alignment.kind == "peak":
        return place(sound, peak_index(sound), position, length)
    onset = find_onset(sound, manifest.sample_rate)
    if alignment.normalised:
        return GeneratorProfile(length, manifest.sample_rate, alignment.position_s).apply(sound, onset).waveform
    return place(sound, onset, position, length)


def _encoded(instrument: "Instrument", prepared: Waveform) -> Note:
    latent = instrument.encode(prepared[None])[0]
    classes: dict[str, float] = {}
    if instrument.classes:
        weights = instrument.classes_near(latent[None])[0]
        classes = {name: float(weight) for name, weight in zip(instrument.classes, weights, strict=True)}
    return note_at_latent(instrument, latent, Note(classes=classes))


def _searched(instrument: "Instrument", prepared: Waveform) -> Note:
    places = _lattice(np.zeros(2), 1.0, GRID)
    distances = _distances(instrument, prepared, places)
    found = [_refined(instrument, prepared, places[index]) for index in np.argsort(distances, kind="stable")[:STARTS]]
    _, best = min(found, key=lambda candidate: candidate[0])
    return Note(quantise(best[0]), quantise(best[1]))


def _refined(instrument: "Instrument", prepared: Waveform, centre: Array) -> tuple[float, Array]:
    """Return the distance and the place that finer and finer grids around `centre` end at."""
    reach, distance = 2.0 / (GRID - 1), float("inf")
    for _ in range(ROUNDS):
        places = _lattice(centre, reach, 3)
        distances = _distances(instrument, prepared, places)
        centre, distance = places[int(distances.argmin())], float(distances.min())
        reach /= 2.0
    return distance, centre


def _lattice(centre: Array, reach: float, count: int) -> Array:
    offsets = np.linspace(-reach, reach, count)
    steps = np.stack(np.meshgrid(offsets, offsets), axis=-1).reshape(-1, 2)
    lattice: Array = np.clip(centre + steps, -1.0, 1.0)
    return lattice


def _distances(instrument: "Instrument", prepared: Waveform, places: Array) -> Array:
    """Return how far the sounds at some places are from `prepared`, by coarse log-mel pictures: (B,)."""
    target = _picture(prepared, instrument.sample_rate)
    floor = float(target.max()) - DISTANCE_FLOOR_DB
    distances = []
    for start in range(0, len(places), BATCH):
        some = places[start : start + BATCH].astype(np.float32)
        classes = instrument.classes_at(some) if instrument.classes else None
        pictures = _picture(instrument.decode(instrument.map(some), classes=classes), instrument.sample_rate)
        distances.append(np.abs(np.maximum(pictures, floor) - np.maximum(target, floor)).mean(axis=(1, 2)))
    return np.concatenate(distances)


def _picture(waveforms: Array, sample_rate: int) -> Array:
    return log_mel(waveforms, sample_rate, hop_length=512, n_mels=48)
