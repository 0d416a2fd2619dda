"""Finding a sound again that the instrument itself has made, where its file does not tell its note any more.

Such a sound lies on the plane and needs no preparing: preparing moves its onset, and what was moved fits nowhere. The
encoder's answer to the sound as it is gives some places; from each, damped steps move the place, then all variations
are tried, then the place is moved again, to the last digit. What is found is checked by its distance.

Found again are sounds played with their classes, controls and pitch at rest, of whatever level, at any rate; and
variations that equal one of the seeds below `SEEDS`.
Shape letters: B sounds, T points, D latent size.
"""

from typing import TYPE_CHECKING

import numpy as np

from ..features import log_mel_distance_db
from ..units import Array, Waveform, seconds_to_points
from .fitting import Descent, Space, Target
from .limits import BATCH
from .note import Note

if TYPE_CHECKING:
    from .instrument import Instrument

SAME_DB = 1.0
"""A sound is found again if it is played this near: two variations of one noisy place are farther apart."""

EXACT_DB = 0.3
"""So near, nothing nearer is looked for."""

CANDIDATES = 16
"""Places that are heard, by how near their latents are to the encoder's answer."""

POSSIBLE_DB = 6.0
"""If none of them is so near, the sound is none of the instrument's: a step of the plane's lattice away is nearer."""

STARTS, APART = 4, 0.05
"""Of them, so many are moved, each so far from the others on a plane of side 2."""

LIKELY_DB = 3.0
"""A place whose sound is so near, with whatever noise, is worth the trying of all variations."""

SEEDS = 128
"""Variations that are tried: a spectral autoencoder has no more."""

HOP_LENGTH, MELS = 512, 64
"""Of the pictures: coarse is enough for what will be equal, and twice as fast."""

LEVEL = np.float32(30.0)
"""Root of the energy that sounds are brought to: that of a loud hit."""

ROUNDS = 8
"""Rounds of derivatives from a start."""

STEP, FINE_STEP, STRIDE = 0.005, 0.001, 0.1
"""On the plane, for derivatives, for the last of them, and largest at once."""


def as_played(instrument: "Instrument", waveform: Waveform, sample_rate: int) -> Waveform:
    """Return a sound as it would lie in the instrument's output had it been played there, (T,).

    Args:
        instrument: the instrument.
        waveform: mono, as dropped.
        sample_rate: its rate, Hz.
    """
    from ..audio import resample
    from ..datasets.align import peak_index, place

    own = resample(np.asarray(waveform, np.float32), sample_rate, instrument.sample_rate)
    manifest = instrument.manifest
    if manifest.alignment.kind == "peak":  # what is before the onset was left out when it was played
        position = seconds_to_points(manifest.alignment.position_s, manifest.sample_rate)
        return place(own, peak_index(own), position, manifest.length)
    start = seconds_to_points(manifest.play_start_s, manifest.sample_rate)
    return place(own, 0, start, manifest.length)


def distance_db(instrument: "Instrument", raw: Waveform, played: Waveform) -> float:
    """Return how far a sound as played (T,) is from an output of the model (T,), both brought to one level."""
    made, heard = _levelled(instrument, np.stack([raw, played]))
    return log_mel_distance_db(made, heard, instrument.sample_rate)


def find_again(instrument: "Instrument", played: Waveform) -> Note | None:
    """Return the note that plays a sound of the instrument's own; None if it seems to be none.

    Args:
        instrument: with an encoder.
        played: the sound as played, (T,).
    """
    search = _Search(instrument, played)
    note: Note | None = None
    nearest_db = SAME_DB
    for start in search.starts():
        found = search.found_from(start)
        if found is not None:
            distance = distance_db(instrument, instrument.raw(found), played)
            if distance < nearest_db:
                note, nearest_db = found, distance
        if nearest_db < EXACT_DB:
            break
    return note


class _Search:
    def __init__(self, instrument: "Instrument", played: Waveform) -> None:
        self._instrument, self._played, self._seed = instrument, played, 0
        self._target = Target(_levelled(instrument, played[None])[0], instrument.sample_rate, HOP_LENGTH, MELS)

    def starts(self) -> list[Array]:
        """Return places to start from, the most promising first; none if the sound is hardly the instrument's."""
        places = self._near()
        distances = self._distances(places)
        chosen: list[Array] = []
        if distances.min() > POSSIBLE_DB:
            return chosen
        for index in np.argsort(distances, kind="stable"):
            if all(np.hypot(*(places[index] - other)) >= APART for other in chosen):
                chosen.append(places[index])
        return chosen[:STARTS]

    def found_from(self, start: Array) -> Note | None:
        """Return the note that the way from a place leads to; None if it does not sound alike."""
        place, near_db = self._descended(start, STEP)
        if near_db > LIKELY_DB:
            return None
        if self._instrument.has_seeds:
            self._seed = self._nearest_seed(place)
        place, _ = self._descended(place, FINE_STEP)
        return Note(float(place[0]), float(place[1]), seed=self._seed)

    def _near(self) -> Array:
        latent = self._instrument.encode(self._played[None])[0]
        places, latents = self._instrument.lattice
        scale = np.maximum(latents.std(axis=0), 1e-6)
        apart = np.square((latents - latent) / scale).sum(axis=1)
        near: Array = places[np.argsort(apart, kind="stable")[:CANDIDATES]]
        return near

    def _descended(self, place: Array, step: float) -> tuple[Array, float]:
        side = np.ones(2)
        space = Space(
            self._sounds, -side, side, step * side, STRIDE * side, softness_db=100.0 * step, least_gain_db=step
        )
        descent = Descent(space, self._target, place.astype(np.float64))
        for _ in range(ROUNDS):
            descent.step()
            if descent.is_done:
                break
        return descent.best, descent.distance_db

    def _nearest_seed(self, place: Array) -> int:
        """Return which variation is the nearest; one that stands out ends the search."""
        best, best_db = self._seed, float("inf")
        for first in range(0, SEEDS, BATCH):
            seeds = np.arange(first, first + BATCH)
            distances = self._distances(np.repeat(place[None], BATCH, axis=0), seeds)
            if distances.min() < best_db:
                best, best_db = int(seeds[distances.argmin()]), float(distances.min())
            if best_db < 0.5 * float(np.median(distances)):
                break
        return best

    def _distances(self, places: Array, seeds: Array | None = None) -> Array:
        return self._target.distances_db(self._target.pictures(lambda at: self._sounds(at, seeds), places))

    def _sounds(self, places: Array, seeds: Array | None = None) -> Waveform:
        instrument, some = self._instrument, places.astype(np.float32)
        classes = instrument.classes_at(some) if instrument.classes else None
        seeds = np.full(len(some), self._seed) if seeds is None else seeds
        return _levelled(instrument, instrument.decode(instrument.map(some), classes=classes, seeds=seeds))


def _levelled(instrument: "Instrument", sounds: Waveform) -> Waveform:
    """Return what is heard of sounds (B, T) at one level: that of a file is nobody's choice."""
    heard = np.nan_to_num(sounds)
    if instrument.manifest.alignment.kind == "onset":
        heard[:, : seconds_to_points(instrument.manifest.play_start_s, instrument.sample_rate)] = 0.0
    levels = np.linalg.norm(heard, axis=1, keepdims=True)
    levelled: Waveform = heard * (LEVEL / np.maximum(levels, np.float32(1e-9)))
    return levelled
