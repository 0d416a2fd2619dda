"""What finding a dropped sound needs of an instrument, worked out while nobody waits for it.

It is some seconds of decoding, once for each instrument. The first sound that is dropped would wait for it otherwise.
"""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

from ..errors import DrumlinError
from ..instrument import Instrument


class Readying:
    """One thread that gets instruments ready, one after the other, each once."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readying")
        self._begun: set[str] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    def begin(self, instrument: Instrument) -> None:
        """Get an instrument ready in the background; does nothing the second time."""
        with self._lock:
            if self._is_closed or instrument.sha256 in self._begun:
                return
            self._begun.add(instrument.sha256)
            self._executor.submit(_ready, instrument)

    def close(self) -> None:
        """Begin no more."""
        with self._lock:
            self._is_closed = True
            self._executor.shutdown(wait=False, cancel_futures=True)


def _ready(instrument: Instrument) -> None:
    with contextlib.suppress(DrumlinError):  # whoever drops a sound is told then
        instrument.make_ready()
