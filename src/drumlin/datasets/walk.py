"""Which files a preparation will look at, in an order that depends on their names alone.

Hidden files and the litter of archives (`__MACOSX`, `._name`) are passed over in silence, and so is what has no ending
of a sound. Links are followed; a folder is entered once, however many links lead to it.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..audio.files import AUDIO_SUFFIXES
from ..errors import UsageError
from .dataset import is_dataset
from .manifest import MANIFEST_NAME, ManifestRow, read_manifest
from .samples import Refused, Split

_LITTER = frozenset({"__MACOSX", "$RECYCLE.BIN", "System Volume Information"})

_CLASS_WORDS = """
    kick kicks bd bassdrum snare snares sd hat hats hihat hihats hihat_closed hihat_open hh oh ch clap claps tom toms
    rim rims rimshot rimshots crash crashes ride rides cymbal cymbals cowbell cowbells shaker shakers perc percs
    percussion conga congas bongo bongos tambourine tambourines hand_drum perc_other
"""

DRUM_CLASSES = frozenset(_CLASS_WORDS.split())
"""Folder names that say what a sound is and so cannot be the name of a kit."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may become a sample: where it is, which version of it, and what is known before it is heard."""

    root: int
    folder: Path
    path: str
    size: int
    mtime_ns: int
    label: str = ""
    kit: str = ""
    source: str = ""
    licence: str = ""
    split: Split | None = None
    drum: str = ""
    gain_db: float = 0.0
    credits: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The file itself."""
        return self.folder / self.path


@dataclass(frozen=True)
class Walk:
    """Everything found: candidates and refusals in order of source and path."""

    candidates: list[Candidate]
    refused: list[Refused]
    has_manifest: bool


def walk(sources: Sequence[Path], skip: Path | None = None) -> Walk:
    """List what is in the sources.

    Args:
        sources: folders.
        skip: a folder not to enter (the data set itself).
    Raises:
        UsageError: a source is no folder.
        DatasetError: a manifest cannot be read.
    """
    candidates: list[Candidate] = []
    refused: list[Refused] = []
    visited: set[tuple[int, int]] = set()
    skipped = _identity(skip) if skip is not None and skip.is_dir() else None
    manifests = 0
    for root, source in enumerate(sources):
        if not source.is_dir():
            raise UsageError(f"{source} is no folder: name a folder of sounds")
        found = _Folder(root, source, visited, skipped)
        files = list(found.files())
        listed = None
        if (source / MANIFEST_NAME).is_file():
            listed, bad_rows = read_manifest(source / MANIFEST_NAME, root)
            found.refused += bad_rows
            manifests += 1
        candidates += _candidates(found, files, listed)
        refused += sorted(found.refused, key=lambda item: item.path)
    return Walk(candidates, refused, manifests > 0)


@dataclass
class _Folder:
    """A source while it is being read."""

    root: int
    source: Path
    visited: set[tuple[int, int]]
    skipped: tuple[int, int] | None
    refused: list[Refused] = field(default_factory=list)

    def files(self) -> Iterator[tuple[str, os.stat_result]]:
        """Yield path and state of each audio file below the source, sorted within each folder."""
        stack = [""]
        while stack:
            folder = stack.pop()
            below = []
            for name, path, state in self._entries(folder):
                if stat.S_ISDIR(state.st_mode):
                    below.append(path)
                elif PurePosixPath(name).suffix.lower() not in AUDIO_SUFFIXES:
                    continue
                elif stat.S_ISREG(state.st_mode):
                    yield path, state
                else:
                    self.refuse(path, "not a regular file")
            stack += reversed(below)

    def _entries(self, folder: str) -> Iterator[tuple[str, str, os.stat_result]]:
        location = self.source / folder
        try:
            identity = _identity(location)
            names = sorted(entry.name for entry in location.iterdir())
        except OSError as error:
            self.refuse(folder, f"the folder cannot be read: {error.strerror}")
            return
        if identity == self.skipped:
            return
        if identity in self.visited:
            self.refuse(folder, "a folder that is read already: a link leads back to it")
            return
        if folder and is_dataset(location):
            self.refuse(folder, "a data set of Drumlin, not a source")
            return
        self.visited.add(identity)
        for name in names:
            if name.startswith(".") or name in _LITTER:
                continue
            path = f"{folder}/{name}" if folder else name
            try:
                yield name, path, (location / name).stat()
            except OSError as error:
                if PurePosixPath(name).suffix.lower() in AUDIO_SUFFIXES or (location / name).is_symlink():
                    self.refuse(path, f"cannot be followed: {error.strerror}")

    def refuse(self, path: str, reason: str) -> None:
        self.refused.append(Refused(path or ".", reason, self.root))


def _candidates(
    folder: _Folder, files: list[tuple[str, os.stat_result]], listed: list[ManifestRow] | None
) -> Iterator[Candidate]:
    rows = {row.path: row for row in listed or ()}
    for path, state in sorted(files, key=lambda item: item[0]):
        row = rows.pop(path, None) if listed is not None else _guess(path)
        if row is None:
            folder.refuse(path, f"not listed in {MANIFEST_NAME}")
            continue
        yield Candidate(
            folder.root,
            folder.source,
            path,
            state.st_size,
            state.st_mtime_ns,
            row.label,
            row.kit,
            row.source or folder.source.resolve().name,
            row.licence,
            row.split,
            row.drum,
            row.gain_db,
            row.credits,
        )
    seen = {item.path for item in folder.refused}
    for path in rows:
        if path not in seen:
            folder.refuse(path, f"listed in {MANIFEST_NAME} but not there, or no sound by its ending")


def _guess(path: str) -> ManifestRow:
    """Label by the parent folder, kit by the first folder; a folder that is both is a kit unless it names a drum."""
    folders = path.split("/")[:-1]
    if not folders:
        return ManifestRow(path)
    is_class = len(folders) == 1 and folders[0].lower().replace("-", "_").replace(" ", "_") in DRUM_CLASSES
    return ManifestRow(path, label=folders[-1], kit="" if is_class else folders[0])


def _identity(folder: Path) -> tuple[int, int]:
    state = folder.stat()
    return state.st_dev, state.st_ino
