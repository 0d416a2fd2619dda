"""Folders to choose from, confined to a few roots."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..audio import AUDIO_SUFFIXES
from ..errors import UsageError

COUNT_LIMIT = 5000
COUNT_SECONDS = 0.4
"""Counting stops there: the page waits for it."""


@dataclass(frozen=True)
class Folder:
    """A folder, with the sounds in it and below; `has_more` where counting stopped early."""

    path: Path
    sounds: int
    has_more: bool


@dataclass(frozen=True)
class Listing:
    """A folder and the folders in it; `parent` is None at a root."""

    folder: Folder
    parent: Path | None
    folders: tuple[Folder, ...]


def confine(path: str, roots: Sequence[Path]) -> Path:
    """Return the real path of a folder below one of the roots.

    Raises:
        UsageError: it is elsewhere, links followed, or no folder.
    """
    if "\0" in path:
        raise UsageError("a folder's name holds no zero byte")
    real = Path(path).expanduser().resolve()
    if not any(real.is_relative_to(root.resolve()) for root in roots):
        allowed = ", ".join(map(str, roots))
        raise UsageError(f"{path} is outside {allowed}: add its folder with `drumlin studio --samples`")
    if not real.is_dir():
        raise UsageError(f"{path} is no folder")
    return real


def list_folder(path: str, roots: Sequence[Path]) -> Listing:
    """List a folder; the first root if `path` is empty. Hidden folders are left out.

    Raises:
        UsageError: see `confine`; or the folder may not be read.
    """
    folder = confine(path or str(roots[0]), roots)
    try:
        inside = sorted((entry.path for entry in os.scandir(folder) if _is_shown(entry)), key=str.lower)
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}") from error
    is_root = any(folder == root.resolve() for root in roots)
    deadline = time.monotonic() + COUNT_SECONDS
    counted = tuple(count_sounds(Path(item), deadline) for item in inside)
    return Listing(count_sounds(folder, deadline), None if is_root else folder.parent, counted)


def count_sounds(folder: Path, deadline: float) -> Folder:
    """Count the audio files in a folder and below, until a deadline on the monotonic clock."""
    count = 0
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        count += sum(1 for name in files if Path(name).suffix.lower() in AUDIO_SUFFIXES and not name.startswith("."))
        if count >= COUNT_LIMIT or time.monotonic() > deadline:
            return Folder(folder, count, has_more=bool(folders) or here != str(folder))
    return Folder(folder, count, has_more=False)


def _is_shown(entry: os.DirEntry[str]) -> bool:
    try:
        return not entry.name.startswith(".") and entry.is_dir()
    except OSError:
        return False
