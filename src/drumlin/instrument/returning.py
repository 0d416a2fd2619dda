"""Finding a sound again that the instrument itself has made, where its file does not tell its note any more.

Such a sound lies on the plane and needs no preparing: preparing moves its onset, and what was moved fits nowhere. Its
noise tells its variation (`variations`). The encoder's answer to the sound as it is gives some places; the most alike
of them is heard and encoded too, and what the encoder misses there is what it misses of the sound: the answer so
corrected gives better places. From the most alike damped steps move the place, to the last digit. Where too little
noise tells the variation, all of them are tried half-way. What is found is checked by its distance.

Found again are sounds played with their classes, controls and pitch at rest, of whatever level, at any rate; and
variations that equal one of the seeds below `SEEDS`.
Shape letters: B sounds, T points, D latent size.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..units import Array, Waveform
from .fitting import Descent, Space, Target
from .heard import LEVEL, distance_db, heard, levelled
from .limits import BATCH
from .note import Note
from .variations import SEEDS

if TYPE_CHECKING:
    from .instrument import Instrument

SAME_DB = 1.0
"""A sound is found again if it is played this near: two variations of one noisy place are farther apart."""

EXACT_DB = 0.1
"""So near, nothing nearer is looked for."""

CANDIDATES, CORRECTED = 12, 4
"""Places that are heard, by how near their latents are to the encoder's answer, and to each corrected one."""

CORRECTIONS = 2
"""Times that the encoder's answer is corrected."""

NORMAL_PEAK = np.float32(10.0 ** (-1.0 / 20.0))
"""The encoder is asked for the sound as it is, and with such a peak: a file may have been made louder or softer."""

POSSIBLE_DB = 5.5
"""If none of them is so near, and the noise is not the instrument's, neither is the sound: unseen drums are farther."""

GRID_STEP = 0.12
"""Distance of places all over the plane: there are about 300."""

STARTS, APART = 4, 0.05
"""Of them, so many are moved; all are so far from each other on a plane of side 2."""

KNOWN_STARTS, KNOWN_APART = 8, 0.02
"""As many, and as far from each other, where the variation is known: the sound is somewhere."""

LIKELY_DB = 4.5
"""A place whose sound is so near, with whatever noise, is worth the trying of all variations."""

LIKELY_SEEDS = 3
"""Variations from which the place is moved if none stands out: variations may differ by more than noise."""

HOP_LENGTH, MELS = 512, 64
"""Of the pictures: coarse is enough for what will be equal, and twice as fast."""

AROUND = np.stack(np.meshgrid([-1.0, -0.33, 0.33, 1.0], [-1.0, -0.33, 0.33, 1.0]), axis=-1).reshape(-1, 2)
"""Steps to places around one, to be multiplied with a reach."""

REACHES = (0.075, 0.02, 0.005)
"""On the plane."""

COMB = 0.006 * np.stack(np.meshgrid(np.arange(-7.0, 8.0), np.arange(-7.0, 8.0)), axis=-1).reshape(-1, 2)
"""Steps to places that are heard, all of them, around the most alike one of a sound that is surely the instrument's."""

COMBED = 3
"""Best of these from which the place is moved."""

PINNING_STEPS = (0.003, 0.0003, 0.0003, 0.0003, 0.001, 0.0003, 0.0003, 0.0003)
"""Steps on the plane for derivatives of the waveform: fine ones hold for a little way, coarse ones lead over bumps."""

PINNING_SHARES = np.array([1.0, 0.5, 0.25])
"""Of what derivatives ask for, so much is tried."""

PINNED, SETTLED = 1e-9, 3e-5
"""With so little of its energy missed, a waveform is met; with so much, another place beside may be the right one."""

BESIDE = 0.012 * np.stack(np.meshgrid(np.arange(-5.0, 6.0), np.arange(-5.0, 6.0)), axis=-1).reshape(-1, 2)
BESIDES = 3
"""Steps to places beside, and how many of them the waveform leads on from."""

ROUNDS = 8
"""Rounds of derivatives from a start."""

STEP, FINE_STEP, STRIDE = 0.005, 0.001, 0.1
"""On the plane, for derivatives, for the last of them, and largest at once."""

GAIN_DB, FINE_GAIN_DB = 0.05, 0.001
"""A round that gains less is the last, before the variation is known and after."""


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
    for found in search.notes(search.near_answer() if places is None else search.among(places)):
        distance = distance_db(instrument, instrument.raw(found), played)
        if distance < nearest_db:
            note, nearest_db = found, distance
        if nearest_db < EXACT_DB:
            break
    return search.settled(note) if note else None


class _Search:
    """A sound that is looked for, and the variation in which places are heard: its own if the noise tells it, or 0."""

    def __init__(self, instrument: "Instrument", played: Waveform) -> None:
        self._instrument, self._played = instrument, played
        self._target = Target(levelled(played[None])[0], instrument.sample_rate, HOP_LENGTH, MELS)
        self._levels = np.array([[1.0], [NORMAL_PEAK / max(float(np.abs(played).max()), 1e-9)]], np.float32)
        told = instrument.variations.nearest(played) if instrument.has_seeds else None
        self._is_told, self._seed = told is not None, told or 0

    def near_answer(self) -> list[Array]:
        """Return places near the encoder's answers to start from, as `among` does."""
        answers = self._instrument.encode(self._levels * self._played)
        own = self._instrument.place(answers).astype(np.float64)
        places = np.concatenate([own, self._near(answers, CANDIDATES - len(own), APART)])
        distances = self._distances(places, self._seed)
        corrected = -1
        for _ in range(CORRECTIONS):
            best = int(distances.argmin())
            if best == corrected or not self._is_possible(distances):
                break
            more = self._near(answers + self._missed(places[best]), CORRECTED, KNOWN_APART)
            distances = np.concatenate([distances, self._distances(more, self._seed)])
            places, corrected = np.concatenate([places, more]), best
        return self._best(places, distances)

    def among(self, places: Array) -> list[Array]:
        """Return which of some places to start from, most alike first; none if the sound is hardly the instrument's."""
        return self._best(places, self._distances(places, self._seed))

    def notes(self, starts: list[Array]) -> Iterator[Note]:
        """Yield the notes that the ways from some places lead to, where it comes to sound alike."""
        is_known = self._is_told or not self._instrument.has_seeds
        ways = []
        for start in starts:
            place, near_db = self._descended(start, self._seed, STEP, GAIN_DB)
            ways.append((near_db, place))
            if near_db <= LIKELY_DB:
                for seed in [self._seed] if is_known else self._likely_seeds(place):
                    yield self._finished(place, seed)
        if self._is_told and ways:
            around = np.clip(min(ways, key=lambda way: way[0])[1] + COMB, -1.0, 1.0)
            order = np.argsort(self._distances(around, self._seed), kind="stable")
            yield from (self._finished(place, self._seed) for place in around[order[:COMBED]])

    def _near(self, answers: Array, count: int, apart: float) -> Array:
        """Return places whose latents are near one of some answers (B, D), nearest first, (<= count, 2)."""
        places, latents = self._instrument.lattice
        scale = np.maximum(latents.std(axis=0), 1e-6)
        away = np.min([np.square((latents - answer) / scale).sum(axis=1) for answer in answers], axis=0)
        return _scattered(places[np.argsort(away, kind="stable")], count, apart)

    def _missed(self, place: Array) -> Array:
        """Return what the encoder's answers to the sound of a place lack of its latent, (2, D)."""
        made = self._sounds(place[None], self._seed) * (np.linalg.norm(self._played) / LEVEL)
        missed: Array = self._instrument.map(place[None]) - self._instrument.encode(self._levels * made)
        return missed

    def _is_possible(self, distances: Array) -> bool:
        return self._is_told or float(distances.min()) <= POSSIBLE_DB

    def _best(self, places: Array, distances: Array) -> list[Array]:
        if not self._is_possible(distances):
            return []
        count, apart = (KNOWN_STARTS, KNOWN_APART) if self._is_told else (STARTS, APART)
        return list(_scattered(places[np.argsort(distances, kind="stable")], count, apart))

    def _finished(self, place: Array, seed: int) -> Note:
        """Return the note that the way from a place leads to in a variation."""
        place, near_db = self._descended(place, seed, FINE_STEP, FINE_GAIN_DB)
        for reach in REACHES:  # other noise may have led to a place beside: hear what is around
            if near_db <= EXACT_DB:
                break
            around = np.clip(place + reach * AROUND, -1.0, 1.0)
            nearest = around[self._distances(around, seed).argmin()]
            other, other_db = self._descended(nearest, seed, FINE_STEP, FINE_GAIN_DB)
            if other_db < near_db:
                place, near_db = other, other_db
        if near_db <= SAME_DB:
            place, _ = self._pinned(place, seed)
        return Note(float(place[0]), float(place[1]), seed=seed)

    def settled(self, note: Note) -> Note:
        """Return a note that sounds the same, or the one beside it that has the waveform as well."""
        here = np.array([note.x, note.y])
        missed = float(self._missed_shares(here[None], note.seed)[0])
        if missed <= SETTLED:
            return note
        beside = np.clip(here + BESIDE, -1.0, 1.0)
        starts = beside[np.argsort(self._missed_shares(beside, note.seed), kind="stable")]
        ends = [self._pinned(start, note.seed) for start in _scattered(starts, BESIDES, KNOWN_APART)]
        place, _ = min([(here, missed), *ends], key=lambda end: end[1])
        return Note(float(place[0]), float(place[1]), seed=note.seed)

    def _pinned(self, place: Array, seed: int) -> tuple[Array, float]:
        """Return where the waveform itself leads to from a place, and which share of its energy is missed there.

        Pictures of sounds hardly change where the plane is flat: there a place 0.06 away sounds the same within 0.1 dB.
        The waveform has no noise of its own here, so that a few steps of Gauss and Newton lead all the way.
        """
        wanted = levelled(self._played[None])[0].astype(np.float64)
        missed_share = np.inf
        for step in PINNING_STEPS:
            made = self._sounds(place + step * np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), seed).astype(np.float64)
            missed, slopes = wanted - made[0], (made[1:] - made[0]) / step
            missed_share = float(missed @ missed) / float(wanted @ wanted)
            if missed_share <= PINNED:
                break
            move = np.linalg.lstsq(slopes @ slopes.T, slopes @ missed, rcond=None)[0]
            tried = np.clip(place + PINNING_SHARES[:, None] * move, -1.0, 1.0)
            shares = self._missed_shares(tried, seed)
            if shares.min() < missed_share:
                place, missed_share = tried[int(shares.argmin())], float(shares.min())
        return place, missed_share

    def _missed_shares(self, places: Array, seed: int) -> Array:
        """Return which share of the energy the waveforms of places (B, 2) miss, (B,)."""
        wanted = levelled(self._played[None])[0].astype(np.float64)
        missed: Array = np.square(wanted - self._sounds(places, seed)).sum(axis=1) / float(wanted @ wanted)
        return missed

    def _descended(self, place: Array, seed: int, step: float, gain_db: float) -> tuple[Array, float]:
        side = np.ones(2)
        space = Space(
            lambda at: self._sounds(at, seed),
            low=-side,
            high=side,
            step=step * side,
            stride=STRIDE * side,
            softness_db=100.0 * step,
            least_gain_db=gain_db,
        )
        descent = Descent(space, self._target, place.astype(np.float64))
        for _ in range(ROUNDS):
            descent.step()
            if descent.is_done:
                break
        return descent.best, descent.distance_db

    def _likely_seeds(self, place: Array) -> list[int]:
        """Return which variations are the nearest at a place; one alone that stands out ends the search."""
        distances = np.zeros(0)
        for first in range(0, SEEDS, BATCH):
            seeds = np.arange(first, first + BATCH)
            distances = np.concatenate([distances, self._distances(np.repeat(place[None], BATCH, axis=0), seeds)])
            if distances.min() < 0.5 * float(np.median(distances)):
                return [int(distances.argmin())]
        return [int(seed) for seed in np.argsort(distances, kind="stable")[:LIKELY_SEEDS]]

    def _distances(self, places: Array, seeds: int | Array) -> Array:
        return self._target.distances_db(self._target.pictures(lambda at: self._sounds(at, seeds), places))

    def _sounds(self, places: Array, seeds: int | Array) -> Waveform:
        instrument, some = self._instrument, places.astype(np.float32)
        classes = instrument.classes_at(some) if instrument.classes else None
        many = np.broadcast_to(seeds, len(some))
        return levelled(heard(instrument, instrument.decode(instrument.map(some), classes=classes, seeds=many)))


def _scattered(places: Array, count: int, apart: float) -> Array:
    """Return the first places, at most `count`, that are so far apart from all that come before them."""
    chosen = [places[0]]
    while len(chosen) < count:
        places = places[np.hypot(*(places - chosen[-1]).T) >= apart]
        if not len(places):
            break
        chosen.append(places[0])
    return np.array(chosen)
