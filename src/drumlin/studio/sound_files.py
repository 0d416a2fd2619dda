"""Sounds of the library to be heard and drawn. Only files that the catalogue names are ever opened."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..audio import read_start
from ..errors import AudioError, MissingError
from ..units import Waveform
from ..workspace.preview import peaks

if TYPE_CHECKING:
    from ..library import Library

HEARD_S = 30.0
"""Longer sounds are heard to there: a page decodes them as a whole."""

DRAWN_S = 10.0
PEAKS = 64
REMEMBERED = 20_000
"""Shapes that are remembered: 64 numbers each."""


class SoundFiles:
    """Reads sounds of a library by their numbers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._peaks: OrderedDict[str, list[float]] = OrderedDict()

    def heard(self, library: "Library", sample_id: int) -> tuple[Waveform, int]:
        """Return the beginning of a sound, (T,), and its sample rate.

        Raises:
            MissingError: there is no such sound, or no file of it.
            AudioError: it cannot be read any more.
        """
        found = next((one for one, _ in library.describe([sample_id])), None)
        path = next((path for path in found.paths if path.is_file()), None) if found else None
        if path is None:
            raise MissingError("the file is not there any more: scan the library again")
        sound = read_start(path, HEARD_S)
        return sound.mono("mean"), sound.sample_rate

    def peaks(self, library: "Library", sample_ids: Sequence[int]) -> dict[int, list[float]]:
        """Return the shapes of some sounds by number, from their hashes where those were drawn before."""
        drawn: dict[int, list[float]] = {}
        for found, _ in library.describe(sample_ids):
            with self._lock:
                known = self._peaks.get(found.sha256)
            path = next((path for path in found.paths if path.is_file()), None)
            if known is None and path is not None:
                try:
                    known = peaks(read_start(path, DRAWN_S).mono("mean"), PEAKS)
                except AudioError:
                    continue
                self._remember(found.sha256, known)
            if known is not None:
                drawn[found.id] = known
        return drawn

    def _remember(self, sha256: str, shape: list[float]) -> None:
        with self._lock:
            self._peaks[sha256] = shape
            while len(self._peaks) > REMEMBERED:
                self._peaks.popitem(last=False)
