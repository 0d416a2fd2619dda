"""The sounds of the last preview, so that they can be heard."""

import threading
from collections.abc import Sequence

from ..errors import MissingError
from ..workspace.preview import Prepared


class Previews:
    """Remembers the sounds of one preview: the latest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._sounds: Sequence[Prepared] = ()

    def put(self, sounds: Sequence[Prepared]) -> int:
        """Remember these instead of the last ones; return the number to ask for them with."""
        with self._lock:
            self._number += 1
            self._sounds = sounds
            return self._number

    def get(self, number: int) -> Sequence[Prepared]:
        """Return the sounds of the preview with that number.

        Raises:
            MissingError: there was another preview since.
        """
        with self._lock:
            if number != self._number:
                raise MissingError("there was another preview since: ask for it again")
            return self._sounds
