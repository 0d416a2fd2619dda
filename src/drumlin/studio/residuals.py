"""Dropped sounds that may be mixed back: in memory while the server runs, in the home once a kept file needs them."""

import threading
from collections import OrderedDict
from dataclasses import replace

from ..errors import JournalError, MissingError
from ..instrument import Instrument, Residual, ResidualRecord
from ..instrument.residual import sound_hash
from ..units import Waveform
from ..workspace import DroppedSounds

DROPPED_BYTES = 64 << 20
"""Sounds in memory: six of the longest that may be dropped, some hundred one-shots."""

RESIDUALS = 8
"""Residuals that are kept ready: of four corners and of what was dropped last."""


class Residuals:
    """Finds what notes mix back. All of it may be called from any thread.

    Args:
        kept: the dropped sounds in the user's home.
    """

    def __init__(self, kept: DroppedSounds) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._sounds: OrderedDict[str, tuple[Waveform, int]] = OrderedDict()
        self._ready: OrderedDict[tuple[str, ResidualRecord], Residual] = OrderedDict()

    def remember(self, waveform: Waveform, sample_rate: int) -> str:
        """Remember a sound that was just dropped, (T,), and return its hash."""
        sound = sound_hash(waveform, sample_rate)
        with self._lock:
            self._sounds[sound] = (waveform, sample_rate)
            self._sounds.move_to_end(sound)
            while len(self._sounds) > 1 and sum(other.nbytes for other, _ in self._sounds.values()) > DROPPED_BYTES:
                self._sounds.popitem(last=False)
        return sound

    def keep(self, record: ResidualRecord) -> None:
        """Write the sound of a record into the home, so that it outlives the session.

        Raises:
            MissingError: it is not known.
            JournalError: it cannot be written.
        """
        waveform, sample_rate = self._sound(record.sound)
        try:
            self._kept.keep(record.sound, waveform, sample_rate)
        except OSError as error:
            raise JournalError(f"the dropped sound cannot be kept: {error.strerror or error}") from error

    def residual(self, instrument: Instrument, record: ResidualRecord) -> Residual:
        """Return what an instrument misses of the sound of a record, ready to be mixed back.

        Raises:
            MissingError: the sound is not known.
            NoteError: the instrument cannot play the anchor.
        """
        key = (instrument.sha256, replace(record, amount=1.0))  # any amount is made of the whole
        with self._lock:
            whole = self._ready.pop(key, None)
        if whole is None:
            waveform, sample_rate = self._sound(record.sound)
            whole = Residual.of(instrument, waveform, sample_rate, record.anchor)
        with self._lock:
            self._ready[key] = whole
            while len(self._ready) > RESIDUALS:
                self._ready.popitem(last=False)
        return replace(whole, amount=record.amount)

    def _sound(self, sound: str) -> tuple[Waveform, int]:
        with self._lock:
            if sound in self._sounds:
                self._sounds.move_to_end(sound)
                return self._sounds[sound]
        if (found := self._kept.find(sound)) is None:
            raise MissingError("the dropped sound is not here any more: drop it again to mix it back")
        return found
