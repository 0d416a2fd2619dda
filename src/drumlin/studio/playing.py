"""From a note to the points of its sound: decoded off the event loop, few at a time, remembered."""

import time
from collections import OrderedDict
from dataclasses import dataclass

import anyio
import anyio.to_thread
import numpy as np

from ..instrument import Instrument, Note
from ..provenance import canonical_json
from ..workspace import Shelf

CACHE_BYTES = 64 << 20
"""Remembered sounds: about 700 of half a second."""

WORKERS = 2
"""Sounds decoded at once: more would only make each wait for the others."""

INLINE_S = 0.002
"""Decoding that is known to be shorter happens at once: handing it to a thread costs as much as it takes."""


@dataclass(frozen=True)
class Played:
    """A sound: little-endian float32 points."""

    sample_rate: int
    points: bytes


class Player:
    """Plays notes of the instruments on a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._cache: OrderedDict[tuple[str, str], Played] = OrderedDict()
        self._cache_bytes = 0
        self._usual_s: dict[str, float] = {}
        self._limiter = anyio.CapacityLimiter(WORKERS)

    async def instrument(self, instrument_id: str) -> Instrument:
        """Return an instrument, loaded in a thread.

        Raises:
            MissingError: there is none of that id.
            InstrumentError: it cannot be played.
        """
        return await anyio.to_thread.run_sync(self._shelf.load, instrument_id, limiter=self._limiter)

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
        if self._usual_s.get(instrument.sha256, INLINE_S) < INLINE_S:
            played = self._decode(instrument, note)
        else:
            played = await anyio.to_thread.run_sync(self._decode, instrument, note, limiter=self._limiter)
        self._remember(key, played)
        return played

    def _decode(self, instrument: Instrument, note: Note) -> Played:
        start = time.perf_counter()
        waveform = instrument.play(note)
        taken, known = time.perf_counter() - start, self._usual_s.get(instrument.sha256)
        self._usual_s[instrument.sha256] = taken if known is None else 0.8 * known + 0.2 * taken
        return Played(instrument.sample_rate, np.ascontiguousarray(waveform, dtype="<f4").tobytes())

    def _remember(self, key: tuple[str, str], played: Played) -> None:
        self._cache[key] = played
        self._cache_bytes += len(played.points)
        while self._cache_bytes > CACHE_BYTES:
            self._cache_bytes -= len(self._cache.popitem(last=False)[1].points)
