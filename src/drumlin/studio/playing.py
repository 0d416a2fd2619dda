"""From a note to its sound: short work at once, long work in a few threads, the points of a sound remembered."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import anyio
import anyio.to_thread
import numpy as np

from ..errors import MissingError
from ..instrument import Instrument, Residual, ResidualRecord, morph, morph_residual
from ..provenance import canonical_json
from ..workspace import Shelf
from .files import SoundFile, make_file
from .notes import MixedNote
from .residuals import Residuals
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
    """Plays notes of the instruments on a shelf.

    Args:
        shelf: the instruments.
        residuals: finds what notes mix back; None where no dropped sound is kept.
    """

    def __init__(self, shelf: Shelf, residuals: Residuals | None = None) -> None:
        self._shelf = shelf
        self._residuals = residuals
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

    async def play(self, instrument_id: str, mixed: MixedNote) -> Played:
        """Return the sound of a note.

        Raises:
            MissingError: there is no such instrument, or what is mixed back is not known.
            NoteError: the instrument cannot play the note.
        """
        instrument = await self.instrument(instrument_id)
        key = (instrument.sha256, _key(mixed))
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        played = await self._work(instrument, "play", lambda: self._decode(instrument, mixed))
        self._remember(key, played)
        return played

    async def morph(self, instrument_id: str, corners: Sequence[MixedNote], u: float, v: float) -> MixedNote:
        """Return the note at a place between four, see `instrument.morph`."""
        instrument = await self.instrument(instrument_id)
        residual = morph_residual([corner.residual for corner in corners], u, v)
        notes = [corner.note for corner in corners]
        return MixedNote(await self._work(instrument, "morph", lambda: morph(instrument, notes, u, v)), residual)

    async def file(self, instrument: Instrument, mixed: MixedNote, container: FileFormat, words: str = "") -> SoundFile:
        """Return the file of a note, see `make_file`.

        Raises:
            MissingError: what is mixed back is not known.
            NoteError: the instrument cannot play the note.
        """

        def make() -> SoundFile:
            return make_file(instrument, mixed.note, container, words, self._residual(instrument, mixed.residual))

        return await self._work(instrument, container, make)

    def _decode(self, instrument: Instrument, mixed: MixedNote) -> Played:
        waveform = instrument.play(mixed.note, self._residual(instrument, mixed.residual))
        return Played(instrument.sample_rate, np.ascontiguousarray(waveform, dtype="<f4").tobytes())

    def _residual(self, instrument: Instrument, record: ResidualRecord | None) -> Residual | None:
        if record is None:
            return None
        if self._residuals is None:
            raise MissingError("this server keeps no dropped sounds: nothing can be mixed back")
        return self._residuals.residual(instrument, record)

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


def _key(mixed: MixedNote) -> str:
    return canonical_json([mixed.note.to_dict(), mixed.residual and mixed.residual.to_dict()])
