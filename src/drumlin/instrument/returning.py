"""Finding a sound again that the instrument itself has made, where its file does not tell its note any more.

Such a sound lies on the plane and needs no preparing: preparing moves its onset, and what was moved fits nowhere. The
encoder's answer to the sound as it is gives some places. From the
most alike damped steps move the place, then all variations are tried, then the place is moved again, to the last digit.
What is found is checked by its distance.

Found again are sounds played with their classes, controls and pitch at rest, of whatever level, at any rate; and
variations that equal one of the seeds below `SEEDS`.
Shape letters: B sounds, T points, D latent size.
"""

from typing import TYPE_CHECKING

import numpy as np

from ..datasets import align
from ..features import log_mel_distance_db
from ..units import Array, Waveform, seconds_to_points
from . import voice
from .fitting import Descent, Space, Target
from .limits import BATCH
from .note import Note

if TYPE_CHECKING:
    from .instrument import Instrument

SAME_DB = 1.0
"""A sound is found again if it is played this near: two variations of one noisy place are farther apart."""

EXACT_DB = 0.1
"""So near, nothing nearer is looked for."""

CANDIDATES = 12
"""Places that are heard, by how near their latents are to the encoder's answer."""

NORMAL_PEAK = np.float32(10.0 ** (-1.0 / 20.0))
"""The encoder is asked for the sound as it is, and with such a peak: a file may have been made louder or softer."""

POSSIBLE_DB = 5.5
"""If none of them is so near, the sound is not the instrument's: unseen drums are farther from the plane."""

GRID_STEP = 0.12
"""Distance of places all over the plane: there are about 300."""

STARTS, APART = 4, 0.05
"""Of them, so many are moved; all are so far from each other on a plane of side 2."""

LIKELY_DB = 3.0
"""A place whose sound is so near, with whatever noise, is worth the trying of all variations."""

SEEDS = 128
"""Variations that are tried: a spectral autoencoder has no more."""

HOP_LENGTH, MELS = 512, 64
"""Of the pictures: coarse is enough for what will be equal, and twice as fast."""

AROUND = np.stack(np.meshgrid([-1.0, -0.33, 0.33, 1.0], [-1.0, -0.33, 0.33, 1.0]), axis=-1).reshape(-1, 2)
"""Steps to places around one, to be multiplied with a reach."""

REACHES = (0.075, 0.02, 0.005)
"""On the plane."""

SILENCE_S = 0.005
"""More digital silence than this before a sound is none of the instrument's."""

LEVEL = np.float32(30.0)
"""Root of the energy that sounds are brought to: that of a loud hit."""

ROUNDS = 8
"""Rounds of derivatives from a start."""

STEP, FINE_STEP, STRIDE = 0.005, 0.001, 0.1
"""On the plane, for derivatives, for the last of them, and largest at once."""

GAIN_DB, FINE_GAIN_DB = 0.05, 0.001
"""A round that gains less is the last, before the variation is known and after."""


def as_played(instrument: "Instrument", waveform: Waveform, sample_rate: int) -> Waveform:
    """Return a sound as it would lie in the instrument's output had it been played there, (T,).

    Args:
        instrument: the instrument.
        waveform: mono, as dropped.
        sample_rate: its rate, Hz.
    """
    from ..audio import resample

    own = resample(np.asarray(waveform, np.float32), sample_rate, instrument.sample_rate)
    if instrument.manifest.alignment.kind == "peak":
        return _peak_placed(instrument, own)
    start = seconds_to_points(instrument.manifest.play_start_s, instrument.sample_rate)
    return align.place(own, _silent_points(own, instrument.sample_rate), start, instrument.length)


def distance_db(instrument: "Instrument", raw: Waveform, played: Waveform) -> float:
    """Return how far a sound as played (T,) is from an output of the model (T,), both brought to one level."""
    made, heard = _levelled(np.stack([_heard(instrument, raw[None])[0], played]))
    return log_mel_distance_db(made, heard, instrument.sample_rate)


def find_anywhere(instrument: "Instrument", played: Waveform) -> Note | None:
    """Return what `find_again` does, after hearing places all over the plane: encoders may err on own sounds.

    Args:
        instrument: the instrument.
        played: the sound as played, (T,).
    """
    places, _ = instrument.lattice
    return find_again(instrument, played, _scattered(places, len(places), GRID_STEP))


def find_again(instrument: "Instrument", played: Waveform, places: Array | None = None) -> Note | None:
    """Return the note that plays a sound of the instrument's own; None if it seems to be none.

    Args:
        instrument: the instrument.
        played: the sound as played, (T,).
        places: where it may lie, (B, 2); None: near the encoder's answer.
    """
    search = _Search(instrument, played)
    note: Note | None = None
    nearest_db = SAME_DB
    for start in search.starts(search.near_answer() if places is None else places):
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
        self._target = Target(_levelled(played[None])[0], instrument.sample_rate, HOP_LENGTH, MELS)

    def near_answer(self) -> Array:
        """Return places whose latents are near the encoder's answer, (B, 2)."""
        places, latents = self._instrument.lattice
        levels = np.array([1.0, NORMAL_PEAK / max(float(np.abs(self._played).max()), 1e-9)], np.float32)
        answers = self._instrument.encode(levels[:, None] * self._played)
        scale = np.maximum(latents.std(axis=0), 1e-6)
        apart = np.min([np.square((latents - answer) / scale).sum(axis=1) for answer in answers], axis=0)
        near = _scattered(places[np.argsort(apart, kind="stable")], CANDIDATES - len(answers), APART)
        return np.concatenate([self._instrument.place(answers).astype(np.float64), near])

    def starts(self, places: Array) -> list[Array]:
        """Return which of some places to start from, most alike first; none if the sound is hardly the instrument's."""
        distances = self._distances(places)
        if distances.min() > POSSIBLE_DB:
            return []
        return list(_scattered(places[np.argsort(distances, kind="stable")], STARTS, APART))

    def found_from(self, start: Array) -> Note | None:
        """Return the note that the way from a place leads to; None if it does not sound alike."""
        place, near_db = self._descended(start, STEP, GAIN_DB)
        if near_db > LIKELY_DB:
            return None
        if self._instrument.has_seeds:
            self._seed = self._nearest_seed(place)
        place, near_db = self._descended(place, FINE_STEP, FINE_GAIN_DB)
        for reach in REACHES:  # noise may have led to a place beside; now that it is known, hear what is around
            if near_db <= EXACT_DB:
                break
            around = np.clip(place + reach * AROUND, -1.0, 1.0)
            nearest = around[self._distances(around).argmin()]
            other, other_db = self._descended(nearest, FINE_STEP, FINE_GAIN_DB)
            if other_db < near_db:
                place, near_db = other, other_db
        return Note(float(place[0]), float(place[1]), seed=self._seed)

    def _descended(self, place: Array, step: float, gain_db: float) -> tuple[Array, float]:
        side = np.ones(2)
        space = Space(
            self._sounds, -side, side, step * side, STRIDE * side, softness_db=100.0 * step, least_gain_db=gain_db
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
        sounds = instrument.decode(instrument.map(some), classes=classes, seeds=seeds)
        return _levelled(_heard(instrument, sounds))


def _silent_points(sound: Waveform, sample_rate: int) -> int:
    """Return how many points of digital silence were put before a sound: not its first point, and no few."""
    points = int(np.argmax(np.abs(sound) > 0)) - 1
    return points if points > seconds_to_points(SILENCE_S, sample_rate) else 0


def _scattered(places: Array, count: int, apart: float) -> Array:
    """Return the first places, at most `count`, that are so far apart from all that come before them."""
    chosen = [places[0]]
    while len(chosen) < count:
        places = places[np.hypot(*(places - chosen[-1]).T) >= apart]
        if not len(places):
            break
        chosen.append(places[0])
    return np.array(chosen)


def _heard(instrument: "Instrument", sounds: Waveform) -> Waveform:
    """Return what is played of outputs of the model (B, T), where `as_played` would put it, (B, T)."""
    start = seconds_to_points(instrument.manifest.play_start_s, instrument.sample_rate)
    heard = np.nan_to_num(sounds)
    heard[:, :start] = 0.0
    if instrument.manifest.alignment.kind == "peak":
        cut = [voice.drop_lead(sound[start:], instrument.sample_rate) for sound in heard]
        heard = np.stack([_peak_placed(instrument, sound) for sound in cut])
    return heard


def _peak_placed(instrument: "Instrument", sound: Waveform) -> Waveform:
    """Return a sound with its peak where the training samples have theirs, (T,): its lead is left out when played."""
    position = seconds_to_points(instrument.manifest.alignment.position_s, instrument.sample_rate)
    return align.place(sound, align.peak_index(sound), position, instrument.length)


def _levelled(heard: Waveform) -> Waveform:
    """Return sounds (B, T) at one level: that of a file is nobody's choice."""
    levels = np.linalg.norm(heard, axis=1, keepdims=True)
    levelled: Waveform = heard * (LEVEL / np.maximum(levels, np.float32(1e-9)))
    return levelled
