"""Coming nearer to a dropped sound than the encoder's first guess, without torch.

An evolution strategy (CMA-ES; Hansen and Ostermeier 2001, Hansen 2016) moves the latent; every candidate is decoded and
compared with the sound. The start is kept if nothing better is found. Shapes: B candidates, T points, D latent size.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..features import log_mel
from ..features.mel import DISTANCE_FLOOR_DB
from ..progress import Progress, Report, ignore
from ..units import Array, Waveform
from .locating import fit_db, note_at_latent, prepare
from .note import Location, Note

if TYPE_CHECKING:
    from .instrument import Instrument

SECONDS = 10.0
"""Longest that a refinement takes."""

GENERATIONS, POPULATION = 200, 16
FIRST_STEP = 0.25
"""First deviation of the candidates, relative to that of the training samples' latents."""

NEIGHBOURS = 64
"""Training samples, nearest to the start, that are tried as a start: an encoder errs with what it never heard."""

STRAY_DB = 0.02
"""What a candidate pays for a mean square distance of one deviation from the start: far away, fits are accidents."""


def refine(
    instrument: "Instrument",
    waveform: Array,
    sample_rate: int,
    start: Location,
    *,
    seconds: float = SECONDS,
    seed: int = 0,
    report: Report = ignore,
    stopped: Callable[[], bool] = lambda: False,
) -> Location:
    """Return where a sound lies after a search around `start`, never worse than that.

    As long as the clock does not end it, the result depends on the arguments alone.

    Args:
        instrument: the instrument.
        waveform: the sound that was located, mono, (T,).
        sample_rate: its rate, Hz.
        start: where `locate` found it; a place that was restored is exact and comes back as it is.
        seconds: after which the best so far is taken.
        seed: of the search.
        report: told the generations and the distance so far.
        stopped: asked after every generation; True takes the best so far.
    Raises:
        PreprocessError: the sound is empty, silent or holds what is no number.
    """
    if start.restored:
        return start
    prepared, ends_s = prepare(waveform, sample_rate, instrument), time.monotonic() + seconds
    search = _Search(instrument, prepared, start.note, seed)
    for generation in range(1, GENERATIONS + 1):
        search.step()
        report(Progress(generation, GENERATIONS, "refining", {"distance_db": search.distance_db}))
        if stopped() or time.monotonic() >= ends_s:
            break
    note = note_at_latent(instrument, search.best, start.note)
    found = Location(note, fit_db(instrument, note, prepared))
    return found if found.fit_db < start.fit_db else start


class _Search:
    """Candidates around a latent, measured in deviations of the training samples' latents."""

    def __init__(self, instrument: "Instrument", prepared: Waveform, note: Note, seed: int) -> None:
        from cmaes import CMA

        self._instrument, self._note = instrument, note
        self._target = _picture(prepared[None], instrument.sample_rate)[0]
        self._scale = _deviations(instrument)
        self._start = self.best = instrument.latent(note).astype(np.float64)
        self.distance_db = float(self._distances(self._start[None])[0])
        self._try_neighbours()
        self._strategy = CMA(np.zeros(len(self._start)), FIRST_STEP, seed=seed, population_size=POPULATION)

    def step(self) -> None:
        """Try one generation."""
        offsets = np.stack([self._strategy.ask() for _ in range(POPULATION)])
        latents = self._start + offsets * self._scale
        distances = self._look(latents)
        costs = distances + STRAY_DB * np.square(offsets).mean(axis=1)
        self._strategy.tell([(offset, float(cost)) for offset, cost in zip(offsets, costs, strict=True)])

    def _try_neighbours(self) -> None:
        """Start from a training sample near the start if its sound is nearer."""
        latents = self._instrument.points.latents
        apart = np.square((latents - self._start) / self._scale).sum(axis=1)
        near = latents[np.argsort(apart, kind="stable")[:NEIGHBOURS]].astype(np.float64)
        for first in range(0, len(near), POPULATION):
            self._look(near[first : first + POPULATION])
        self._start = self.best

    def _look(self, latents: Array) -> Array:
        """Return the distances of candidates, and keep the best."""
        distances = self._distances(latents)
        if distances.min() < self.distance_db:
            self.distance_db, self.best = float(distances.min()), latents[distances.argmin()]
        return distances

    def _distances(self, latents: Array) -> Array:
        """Return the log-mel distance of each candidate's sound from the target, dB, (B,)."""
        classes = None
        if self._instrument.classes:
            classes = self._instrument.classes_at(np.array([[self._note.x, self._note.y]]), self._note)
            classes = classes.repeat(len(latents), axis=0)
        sounds = self._instrument.decode(latents.astype(np.float32), classes=classes)
        pictures = _picture(np.nan_to_num(sounds), self._instrument.sample_rate)
        floor = np.maximum(pictures.max(axis=(1, 2)), self._target.max())[:, None, None] - DISTANCE_FLOOR_DB
        made, wanted = np.maximum(pictures, floor), np.maximum(self._target, floor)
        audible = (made > floor) | (wanted > floor)
        total: Array = (np.abs(made - wanted) * audible).sum(axis=(1, 2)) / np.maximum(audible.sum(axis=(1, 2)), 1)
        return total


def _deviations(instrument: "Instrument") -> Array:
    latents = instrument.points.latents
    if len(latents) < 2:
        return np.ones(instrument.latent_size)
    deviations: Array = np.maximum(latents.std(axis=0), 1e-3)
    return deviations


def _picture(waveforms: Array, sample_rate: int) -> Array:
    return log_mel(waveforms, sample_rate)
