"""From a note to its sound: short work at once, long work in a few threads, the points of a sound remembered."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio
import anyio.to_thread
import numpy as np

from ..instrument import Instrument, Note
from ..provenance import canonical_json
from ..workspace import Shelf
from .files import SoundFile, make_file
from .schemas import FileFormat

CACHE_BYTES = 64 << 20
"""Remembered sounds: about 700 of half a second."""

WORKERS = 2
"""Sounds decoded at once: more would only make each wait for the others."""

INLINE_S = 0.002
"""Work that is known to be shorter happens at once: handing it to a thread can take as long."""

FRESH_S = 0.3
"""How long the shelf is not asked again whether an instrument's file changed, seconds."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Played:
    """A sound: little-endian float32 points."""

    sample_rate: int
    points: bytes


class Player:
    """Plays notes of the instruments on a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._fresh: dict[str, tuple[float, Instrument]] = {}
        self._cache: OrderedDict[tuple[str, str], Played] = OrderedDict()
        self._cache_bytes = 0
        self._usual_s: dict[tuple[str, str], float] = {}
        self._limiter = anyio.CapacityLimiter(WORKERS)

    async def instrument(self, instrument_id: str) -> Instrument:
        """Return an instrument, loaded in a thread.

        Raises:
            MissingError: there is none of that id.
            InstrumentError: it cannot be played.
        """
        until, known = self._fresh.get(instrument_id, (0.0, None))
        if known is not None and time.monotonic() < until:
            return known
        self._fresh.pop(instrument_id, None)
        found = await anyio.to_thread.run_sync(self._shelf.load, instrument_id, limiter=self._limiter)
        self._fresh[instrument_id] = (time.monotonic() + FRESH_S, found)
        return found

    async def play(self, instrument_id: str, note: Note) -> Played:
        """Return the sound of a note.

        Raises:
            MissingError: there is no such instrument.
            NoteError: the instrument cannot play the note.
        """
        instrument = await self.instrument(instrument_id)
        key = (instrument.sha256, canonical_json(note.to_dict()))
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        played = await self._work(instrument, "play", lambda: _decode(instrument, note))
        self._remember(key, played)
        return played

    async def file(self, instrument: Instrument, note: Note, container: FileFormat, words: str = "") -> SoundFile:
        """Return the file of a note, see `make_file`."""
        return await self._work(instrument, container, lambda: make_file(instrument, note, container, words))

    async def _work(self, instrument: Instrument, kind: str, call: Callable[[], Result]) -> Result:
        """Do some work of a kind that takes about the same time each time it is done for an instrument."""
        key = (instrument.sha256, kind)
        if self._usual_s.get(key, INLINE_S) < INLINE_S:
            return self._timed(key, call)
        return await anyio.to_thread.run_sync(self._timed, key, call, limiter=self._limiter)

    def _timed(self, key: tuple[str, str], call: Callable[[], Result]) -> Result:
        start = time.perf_counter()
        result = call()
        taken, known = time.perf_counter() - start, self._usual_s.get(key)
        self._usual_s[key] = taken if known is None else 0.8 * known + 0.2 * taken
        return result

    def _remember(self, key: tuple[str, str], played: Played) -> None:
        if key not in self._cache:
            self._cache_bytes += len(played.points)
        self._cache[key] = played
        while self._cache_bytes > CACHE_BYTES:
            self._cache_bytes -= len(self._cache.popitem(last=False)[1].points)


def _decode(instrument: Instrument, note: Note) -> Played:
    waveform = instrument.play(note)
    return Played(instrument.sample_rate, np.ascontiguousarray(waveform, dtype="<f4").tobytes())
