"""What lies in a folder of sounds right now: names and signatures, at tens of thousands of files a second.

Hidden files and the litter of archives are passed over. Links are followed; a folder is entered once, however many
links lead to it. Folders that hold a data set of Drumlin are not entered: their sounds are copies.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from ..audio.files import AUDIO_SUFFIXES
from .host_tags import LIVE_FOLDER
from .reading import Signature

_ENDINGS = tuple(AUDIO_SUFFIXES)
_LITTER = frozenset({"__MACOSX", "$RECYCLE.BIN", "System Volume Information"})
_DATASET = "dataset.json"
_INODE_MASK = (1 << 63) - 1


@dataclass
class Walk:
    """What was found; all paths are relative to the root, with `/`.

    Args:
        files: signature of each sound file.
        notes: signature of each file that speaks of sounds (Live's).
        folders: time of change of each folder, ns; the root is the empty name.
        unreadable: folders and files that could not be looked at, with the reason.
    """

    files: dict[str, Signature] = field(default_factory=dict)
    notes: dict[str, Signature] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def hides(self, path: str) -> bool:
        """Whether a path may be there though it was not seen: what it lies in could not be read."""
        return any(path == folder or path.startswith(f"{folder}/" if folder else "") for folder in self.unreadable)


def walk_sounds(root: Path, skip: Path | None = None) -> Walk:
    """Look through a folder.

    Args:
        root: the folder.
        skip: a folder not to enter (the library's own).
    """
    walk = Walk()
    visited: set[tuple[int, int]] = set()
    if skip is not None and skip.exists():
        state = skip.stat()
        visited.add((state.st_dev, state.st_ino))
    stack = [("", str(root))]
    while stack:
        relative, location = stack.pop()
        try:
            state = Path(location).stat()
            if (state.st_dev, state.st_ino) in visited:
                continue
            visited.add((state.st_dev, state.st_ino))
            with os.scandir(location) as entries:
                found = list(entries)
        except OSError as error:
            walk.unreadable[relative] = f"the folder cannot be read: {error.strerror}"
            continue
        if relative and any(entry.name == _DATASET for entry in found):
            continue
        walk.folders[relative] = state.st_mtime_ns
        _take(walk, found, f"{relative}/" if relative else "", stack)
    return walk


def _take(walk: Walk, entries: "list[os.DirEntry[str]]", prefix: str, stack: list[tuple[str, str]]) -> None:
    for entry in entries:
        name = entry.name
        if name[0] == "." or name in _LITTER:
            continue
        try:
            if name.lower().endswith(_ENDINGS):
                state = entry.stat()
                if stat.S_ISREG(state.st_mode):
                    walk.files[prefix + name] = _signature(state)
                elif stat.S_ISDIR(state.st_mode):
                    stack.append((prefix + name, entry.path))
            elif name == LIVE_FOLDER:
                _take_notes(walk, entry.path, f"{prefix}{name}/")
            elif entry.is_dir():
                stack.append((prefix + name, entry.path))
        except OSError as error:
            walk.unreadable[prefix + name] = f"cannot be looked at: {error.strerror}"


def _take_notes(walk: Walk, location: str, prefix: str) -> None:
    with os.scandir(location) as entries:
        for entry in entries:
            if entry.name.lower().endswith(".xmp") and entry.is_file():
                walk.notes[prefix + entry.name] = _signature(entry.stat())


def _signature(state: os.stat_result) -> Signature:
    return Signature(state.st_size, state.st_mtime_ns, state.st_ino & _INODE_MASK)
