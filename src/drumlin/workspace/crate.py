"""The crate: the folder where kept sounds go. Every change goes through the journal."""

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..audio import AUDIO_SUFFIXES
from ..errors import JournalError, MissingError, UsageError
from ..journal import Journal, Undone


@dataclass(frozen=True)
class Kept:
    """A kept file; `kept` is when it was written, seconds since 1970."""

    path: Path
    size: int
    kept: float


class Crate:
    """Kept sounds in a folder.

    Args:
        folder: asked for each time, as it can be set.
        journal: takes changes back.
    """

    def __init__(self, folder: Callable[[], Path], journal: Journal) -> None:
        self._folder = folder
        self._journal = journal
        self._lock = threading.Lock()

    @property
    def folder(self) -> Path:
        """Where kept sounds go."""
        return self._folder()

    def sounds(self) -> list[Kept]:
        """Return the kept sounds, newest first."""
        if not self.folder.is_dir():
            return []
        paths = [path for path in self.folder.iterdir() if _is_sound(path)]
        return sorted(map(_kept, paths), key=lambda sound: (-sound.kept, sound.path.name))

    def sound(self, name: str) -> Kept:
        """Return a kept sound by its file name; only names in the listing are known.

        Raises:
            MissingError: there is none of that name.
        """
        for sound in self.sounds():
            if sound.path.name == name:
                return sound
        raise MissingError(f"there is no kept sound {name!r}")

    def keep(self, stem: str, suffix: str, data: bytes) -> Kept:
        """Write a file under the next free number: `{stem}_01.wav`.

        Args:
            stem: a name that is safe everywhere, as from `exporting.sound_stem`.
            suffix: ending of an audio file, with its dot.
            data: the file's bytes.
        Raises:
            UsageError: the ending is not that of a sound.
            JournalError: the file cannot be written.
        """
        if suffix not in AUDIO_SUFFIXES:
            raise UsageError(f"{suffix!r} is no ending of an audio file")
        with self._lock:
            name = self._numbered(stem, suffix)
            with self._journal.batch(f"Keep {name}") as batch:
                return _kept(batch.create(self.folder / name, data))

    def keep_piece(self, stem: str, files: Mapping[str, Path]) -> Path:
        """Copy the files of a piece into a folder of their own, `pieces/{stem}_01`, and return the folder.

        Args:
            stem: a name that is safe everywhere.
            files: by name in the folder; a name may have a folder of its own, `stems/drums.wav`.
        Raises:
            JournalError: a file cannot be copied; then none is.
        """
        with self._lock:
            pieces = self.folder / "pieces"
            taken = {path.name.lower() for path in pieces.iterdir()} if pieces.is_dir() else set()
            numbers = (f"{stem}_{number:02d}" for number in itertools.count(1))
            folder = pieces / next(name for name in numbers if name.lower() not in taken)
            with self._journal.batch(f"Keep {folder.name}") as batch:
                for name, source in files.items():
                    batch.copy(source, folder / name)
        return folder

    def _numbered(self, stem: str, suffix: str) -> str:
        taken = {path.name.lower() for path in self.folder.iterdir()} if self.folder.is_dir() else set()
        numbers = (f"{stem}_{number:02d}{suffix}" for number in itertools.count(1))
        return next(name for name in numbers if name.lower() not in taken)

    def delete(self, name: str) -> None:
        """Move a kept sound into the journal's trash.

        Raises:
            MissingError: there is none of that name.
            JournalError: the file cannot be moved.
        """
        with self._lock, self._journal.batch(f"Delete {name}") as batch:
            batch.delete(self.sound(name).path)

    def undo(self, title: str = "") -> Undone:
        """Take the last change back.

        Args:
            title: of the change that is meant; empty for whatever was last.
        Raises:
            JournalError: there is nothing to undo, or something else was changed since.
        """
        with self._lock:
            last = self._journal.title()
            if title and last != title:
                raise JournalError(f"{title!r} is not the last change any more ({last!r} is): undo that first")
            return self._journal.undo()


def _is_sound(path: Path) -> bool:
    return path.suffix.lower() in AUDIO_SUFFIXES and path.is_file() and not path.is_symlink()


def _kept(path: Path) -> Kept:
    status = path.stat()
    return Kept(path, status.st_size, status.st_mtime)
