"""The instruments that can be played, under ids that are safe in a URL.

An id is never turned into a path: it is looked up in the listing. A broken file is listed with its error.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import DrumlinError, MissingError
from ..exporting import safe_name
from ..instrument import Instrument
from ..instrument.archive import MANIFEST, read_file, unpack
from ..instrument.loading import DEFAULT_PATH, load
from ..instrument.manifest import parse_manifest

SUFFIX = ".drumlin"
BUILTIN = "default"
"""Id of the built-in instrument, and its name on the command line."""

LOADED = 6
"""Instruments that are kept loaded: enough to compare some at the same spot."""


@dataclass(frozen=True)
class Entry:
    """An instrument in the list.

    Args:
        id: name in URLs.
        name: name for people.
        recipe: what it was trained by.
        path: its file.
        revision: changes whenever the file does.
        is_builtin: part of the package.
        is_learning: a snapshot of a learning that still runs.
        error: why it cannot be played; empty if it can.
    """

    id: str
    name: str
    recipe: str
    path: Path
    revision: str
    is_builtin: bool = False
    is_learning: bool = False
    error: str = ""


class Shelf:
    """All instruments: the built-in one, those in a folder, those named one by one, and snapshots.

    Args:
        folder: where learned instruments lie; None for none.
        files: further instrument files.
        has_builtin: whether the built-in instrument is on the shelf.
    """

    def __init__(self, folder: Path | None = None, files: Sequence[Path] = (), *, has_builtin: bool = True) -> None:
        self._folder = folder
        self._files = tuple(files)
        self._has_builtin = has_builtin
        self._snapshots: dict[str, tuple[str, Path]] = {}
        self._read: dict[Path, Entry] = {}
        self._loaded: OrderedDict[tuple[Path, str], Instrument] = OrderedDict()
        self._lock = threading.Lock()
        self._loading = threading.Lock()

    def entries(self) -> list[Entry]:
        """Return the instruments: the built-in one first, then by name, then what is being learned."""
        with self._lock:
            found = (
                {BUILTIN: replace(self._entry(DEFAULT_PATH), id=BUILTIN, is_builtin=True)} if self._has_builtin else {}
            )
            for path in self._paths():
                entry = self._entry(path)
                key = _unused(safe_name(path.stem, "instrument"), found)
                found[key] = replace(entry, id=key)
            for key, (name, path) in self._snapshots.items():
                if path.exists():
                    found[key] = replace(self._entry(path), id=key, name=name, is_learning=True)
            return list(found.values())

    def entry(self, instrument_id: str) -> Entry:
        """Return an instrument of the list.

        Raises:
            MissingError: there is none of that id.
        """
        for entry in self.entries():
            if entry.id == instrument_id:
                return entry
        raise MissingError(f"there is no instrument {instrument_id!r}: ask for the list again")

    def load(self, instrument_id: str) -> Instrument:
        """Return an instrument ready to play; loaded once and again when its file changes.

        Raises:
            MissingError: there is none of that id.
            InstrumentError: the file cannot be played.
        """
        entry = self.entry(instrument_id)
        key = (entry.path, entry.revision)
        if (found := self._remembered(key)) is not None:
            return found
        with self._loading:
            if (found := self._remembered(key)) is not None:
                return found
            # A snapshot was just written by this user's own training: the check in a process of its own, about a
            # second, would be spent anew on each one.
            found = load(entry.path, verify=not (entry.is_builtin or entry.is_learning))
        with self._lock:
            self._loaded[key] = found
            while len(self._loaded) > LOADED:
                self._loaded.popitem(last=False)
        return found

    def _remembered(self, key: tuple[Path, str]) -> Instrument | None:
        with self._lock:
            if key in self._loaded:
                self._loaded.move_to_end(key)
            return self._loaded.get(key)

    def show_snapshot(self, key: str, name: str, path: Path) -> None:
        """Put the snapshot of a learning on the shelf, under the id `key`."""
        with self._lock:
            self._snapshots[key] = (name, path)

    def drop_snapshot(self, key: str) -> None:
        """Take a snapshot off the shelf, if it is there."""
        with self._lock:
            self._snapshots.pop(key, None)

    def _paths(self) -> list[Path]:
        in_folder = self._folder.glob(f"*{SUFFIX}") if self._folder else ()
        return [*self._files, *sorted(in_folder, key=lambda path: path.name.lower())]

    def _entry(self, path: Path) -> Entry:
        try:
            status = path.stat()
        except OSError as error:
            return Entry("", path.stem, "", path, "", error=f"{path.name} cannot be read: {error.strerror}")
        revision = f"{status.st_mtime_ns:x}-{status.st_size:x}"
        known = self._read.get(path)
        if known is None or known.revision != revision:
            known = self._read[path] = _describe(path, revision)
        return known


def _describe(path: Path, revision: str) -> Entry:
    try:
        manifest = parse_manifest(unpack(read_file(path))[MANIFEST])
    except (DrumlinError, KeyError) as error:
        return Entry("", path.stem, "", path, revision, error=str(error))
    return Entry("", manifest.name, manifest.recipe, path, revision)


def _unused(base: str, taken: dict[str, Entry]) -> str:
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name
