"""Coming nearer to a dropped sound than the first guess, without torch.

The latent is moved by damped Gauss-Newton steps (`fitting`) from the first guess and from training samples that sound
alike; the best way is gone to its end with the class weights. That takes some two seconds and ends in a pit of a rugged
ground, so an evolution strategy (CMA-ES; Hansen and Ostermeier 2001, Hansen 2016) goes on from there, and steps end it.
The start is kept if nothing better is found.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..progress import Progress, Report, ignore
from ..units import Array, Waveform
from .coordinates import Coordinates, deviations, principal_axes
from .evolving import Evolution
from .fitting import Descent, Target
from .locating import Dropped, drop, fit_db, is_found_again, note_at_latent
from .note import Location, Note
from .returning import find_anywhere

if TYPE_CHECKING:
    from .instrument import Instrument

SECONDS = 10.0
"""Longest that a refinement takes."""

PLANE = 2
"""A latent of so few numbers is the plane itself: all of it is heard, in case the sound was made there."""

NEIGHBOURS = 64
"""Training samples, nearest to the start, that are heard: an encoder errs with what it never heard."""

WAYS = 3
"""Ways that are begun: from the start, and from the samples of them that sound most alike."""

FIRST_ROUNDS, ROUNDS = 3, 12
"""Rounds of derivatives at the beginning of each way, and most to an end."""

GENERATIONS, POPULATION = 90, 16
FIRST_STEP = 0.25
"""First deviation of the candidates of the evolution strategy, relative to that of the training samples' latents."""


def refine(
    instrument: "Instrument",
    waveform: Array,
    sample_rate: int,
    start: Location,
    *,
    seconds: float = SECONDS,
    report: Report = ignore,
    stopped: Callable[[], bool] = lambda: False,
) -> Location:
    """Return where a sound lies after a search around `start`, never worse than that.

    As long as the clock does not end it, the result depends on the arguments alone.

    Args:
        instrument: the instrument.
        waveform: the sound that was located, mono, (T,).
        sample_rate: its rate, Hz.
        start: where `locate` found it; the place of a sound of the instrument's own, which is exact, comes back.
        seconds: after which the best so far is taken.
        report: told the rounds and the distance so far.
        stopped: asked after every round; True takes the best so far.
    Raises:
        PreprocessError: the sound is empty, silent or holds what is no number.
    """
    if start.restored:
        return start
    ends_s = time.monotonic() + seconds
    dropped = drop(waveform, sample_rate, instrument)
    if is_found_again(instrument, start.note, dropped):
        return start
    if instrument.latent_size <= PLANE and (note := find_anywhere(instrument, dropped.played)):
        return Location(note, fit_db(instrument, note, dropped))
    search = _Search(instrument, dropped, start.note)
    for done, distance_db in enumerate(search.rounds(), 1):
        report(Progress(done, WAYS * FIRST_ROUNDS + 2 * ROUNDS + GENERATIONS, "refining", {"distance_db": distance_db}))
        if stopped() or time.monotonic() >= ends_s:
            break
    note = search.note()
    found = Location(note, fit_db(instrument, note, dropped))
    return found if found.fit_db < start.fit_db else start


class _Search:
    """Ways downhill from several starts."""

    def __init__(self, instrument: "Instrument", dropped: Dropped, note: Note) -> None:
        self._instrument, self._note = instrument, note
        self._target = Target(dropped.prepared, instrument.sample_rate)
        self._axes = principal_axes(instrument)
        self._ways: list[tuple[Coordinates, Descent | Evolution]] = []

    def rounds(self) -> Iterator[float]:
        """Go on, and yield the least distance so far, dB, after every round of derivatives."""
        latent = self._instrument.latent(self._note).astype(np.float64)
        classes = np.zeros(0)
        if self._instrument.classes:
            classes = self._instrument.classes_at(np.array([[self._note.x, self._note.y]]), self._note)[0]
        yield from self._go(latent, classes, FIRST_ROUNDS, with_classes=False)
        near = np.tile(self._near(latent), 2 if len(classes) else 1)
        weights = self._classes_of(near, classes)
        for index in self._most_alike(near, weights)[: WAYS - 1]:
            sample = self._instrument.points.latents[near[index]].astype(np.float64)
            yield from self._go(sample, weights[index], FIRST_ROUNDS, with_classes=False)
        yield from self._go(*self._best(), ROUNDS, with_classes=True)
        if len(self._axes) > 1:  # the strategy knows no fewer
            yield from self._evolve(*self._best())
        yield from self._go(*self._best(), ROUNDS, with_classes=True)

    def note(self) -> Note:
        """Return the note of the nearest sound so far."""
        latent, weights = self._best()
        names = self._instrument.classes
        classes = {name: float(weight) for name, weight in zip(names, weights, strict=True)}
        return note_at_latent(self._instrument, latent, replace(self._note, classes=classes))

    def _best(self) -> tuple[Array, Array]:
        """Return the latent and the class weights of the nearest sound so far."""
        coordinates, way = min(self._ways, key=_distance_db)
        latents, weights = coordinates.at(way.best[None])
        return latents[0], weights[0]

    def _evolve(self, latent: Array, classes: Array) -> Iterator[float]:
        coordinates = Coordinates(self._instrument, self._axes, latent, classes, with_classes=False)
        evolution = Evolution(coordinates.space, self._target, coordinates.start, FIRST_STEP, POPULATION)
        self._ways.append((coordinates, evolution))
        for _ in range(GENERATIONS):
            evolution.step()
            yield min(map(_distance_db, self._ways))

    def _go(self, latent: Array, classes: Array, rounds: int, *, with_classes: bool) -> Iterator[float]:
        coordinates = Coordinates(self._instrument, self._axes, latent, classes, with_classes)
        descent = Descent(coordinates.space, self._target, coordinates.start)
        self._ways.append((coordinates, descent))
        for _ in range(rounds):
            descent.step()
            yield min(map(_distance_db, self._ways))
            if descent.is_done:
                break

    def _near(self, latent: Array) -> Array:
        """Return the rows of the training samples nearest to a latent."""
        apart = np.square((self._instrument.points.latents - latent) / deviations(self._instrument)).sum(axis=1)
        near: Array = np.argsort(apart, kind="stable")[:NEIGHBOURS]
        return near

    def _classes_of(self, rows: Array, otherwise: Array) -> Array:
        """Return the class weights of training samples, (B, K): of their labels; others the second time."""
        names, labels = self._instrument.classes, self._instrument.points.labels
        pure = dict(zip(names, np.eye(len(names)), strict=True))
        once = len(rows) // 2
        weights = [pure.get(labels[row], otherwise) if turn < once else otherwise for turn, row in enumerate(rows)]
        return np.array(weights).reshape(len(rows), len(names))

    def _most_alike(self, rows: Array, weights: Array) -> Array:
        """Return the order in which training samples sound alike."""
        latents = self._instrument.points.latents[rows]

        def sounds(numbers: Array) -> Waveform:
            chosen = numbers[:, 0].astype(int)
            return self._instrument.decode(latents[chosen], classes=weights[chosen] if weights.size else None)

        if not len(rows):
            return rows
        pictures = self._target.pictures(sounds, np.arange(len(rows), dtype=np.float64)[:, None])
        order: Array = np.argsort(self._target.distances_db(pictures), kind="stable")
        return order


def _distance_db(way: tuple[Coordinates, Descent | Evolution]) -> float:
    return way[1].distance_db
