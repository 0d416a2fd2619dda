"""Keeping a decoder quiet: libmpg123 writes what it thinks of a file straight to standard error, past Python."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import RLock

_STANDARD_ERROR = 2
_LOCK = RLock()
"""Standard error is one for the whole process: two threads must not put it back in the wrong order."""


@contextmanager
def no_chatter() -> Iterator[None]:
    """Send what C code writes to standard error nowhere; what Python has written before comes out first.

    Other threads are not heard for that long either, so it belongs around single calls of a decoder.
    """
    with _LOCK:
        if sys.stderr is not None:
            with suppress(OSError, ValueError):
                sys.stderr.flush()
        try:
            kept = os.dup(_STANDARD_ERROR)
        except OSError:  # a program without a console has none
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, _STANDARD_ERROR)
            yield
        finally:
            os.dup2(kept, _STANDARD_ERROR)
            os.close(nowhere)
            os.close(kept)
