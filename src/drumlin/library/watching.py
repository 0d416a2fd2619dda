"""Keeping a library up to date while its owner works.

Every few seconds each folder's time of change is looked at, which tells of files that came, went or were renamed, by
one call to the system per folder: a thousand folders take some milliseconds. So it works alike on every system, on
network drives and in containers, where the system's own notices are missing or limited in number. What changes inside
a file alone is seen by the whole rescan that follows now and then. A file that is still being written is left for the
next look.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from ..errors import LibraryBusyError
from .library import Library
from .scan_summary import ScanSummary
from .walking import walk_sounds

WHOLE_RESCAN_S = 300.0
"""Seconds after which everything is looked at again."""

SETTLED_S = 1.0
"""A folder that changed less than so many seconds ago is left alone: somebody is still copying into it."""


def watch(
    library: Library,
    *,
    every_s: float = 2.0,
    rounds: int = 0,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> Iterator[ScanSummary]:
    """Yield what each scan found, whenever something has changed; the first one at once.

    Args:
        library: whose folders are watched.
        every_s: seconds between two looks.
        rounds: stop after so many looks; 0 for never.
        sleep: waits.
        clock: seconds since the epoch, as the file system's.
    """
    seen: dict[str, int] = {}
    last_whole = -WHOLE_RESCAN_S
    number = 0
    while True:
        now = clock()
        is_due = now - last_whole >= WHOLE_RESCAN_S
        if is_due or _has_changed(library, seen, now):
            before = _folders(library)
            with suppress(LibraryBusyError):  # somebody scans or sorts: the next look tries again
                summary = library.scan()
                seen, last_whole = before, now if is_due else last_whole
                yield summary
        number += 1
        if number == rounds:
            return
        sleep(every_s)


def _folders(library: Library) -> dict[str, int]:
    """Return the time of change of each folder, ns, before the scan: what changes during it is seen next time."""
    found: dict[str, int] = {}
    for root in library.roots():
        for folder, mtime_ns in walk_sounds(root, skip=library.folder).folders.items():
            found[os.path.join(root, folder)] = mtime_ns  # noqa: PTH118  # strings: there may be many thousands
    return found


def _has_changed(library: Library, seen: dict[str, int], now: float) -> bool:
    """Whether a folder came, went or changed, and none is being changed right now."""
    changed = {str(root) for root in library.roots() if root.is_dir()} - {os.path.normpath(one) for one in seen}
    for folder, before in seen.items():
        mtime_ns = _mtime_ns(Path(folder))
        if mtime_ns == before:
            continue
        if mtime_ns is not None and now - mtime_ns / 1e9 < SETTLED_S:
            return False
        changed.add(folder)
    return bool(changed)


def _mtime_ns(folder: Path) -> int | None:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return None
