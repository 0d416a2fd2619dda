"""A lock on a file that ends with its process, on every system.

A process id says little: it is given out again. A lock that the system holds for a process is let go when the
process ends, however it ends, and nobody else can hold it by accident.
"""

import sys
import time
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def is_locked(path: Path) -> bool:
    """Whether another process (or another open file) holds the lock."""
    if not path.exists():
        return False
    with path.open("ab") as file:
        if not _try_lock(file):
            return True
        _unlock(file)
        return False


def lock(path: Path, patience_s: float = 1.0) -> IO[bytes] | None:
    """Take the lock and return the open file that holds it; None if somebody else keeps it.

    The patience is for those who only look (`is_locked`): they hold the lock for an instant.
    """
    file = path.open("ab")
    end = time.monotonic() + patience_s
    while not _try_lock(file):
        if time.monotonic() > end:
            file.close()
            return None
        time.sleep(0.01)
    return file


def _try_lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
