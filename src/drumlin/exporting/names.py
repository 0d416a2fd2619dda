"""Names of written files: `{role}_{words}_{nn}.wav`, plain everywhere, never over another file.

ASCII, lower case, at most 60 characters, no leading dot, none of the names that Windows keeps for devices.
"""

import re
import unicodedata
from pathlib import Path

from ..errors import UsageError

MAX_STEM = 50
"""Longest part before the number; with it and the ending a name has at most 60 characters."""

MAX_NUMBER = 9999
"""Files of one name in one folder."""

_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


def safe_name(text: str, fallback: str = "sound") -> str:
    """Return `text` as a name that every system takes: `safe_name("Ünï Snare #2") == "uni-snare-2"`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_STEM].strip("-")
    if not name:
        return fallback
    return f"{name}-{fallback}" if name in _RESERVED else name


def sound_stem(role: str, words: str) -> str:
    """Return the part of a sound's name before its number: `snare_first-kit`."""
    return f"{safe_name(role, 'hit')[:20].strip('-')}_{safe_name(words)}"[:MAX_STEM].rstrip("-_")


def claim_numbered(folder: Path, stem: str, suffix: str) -> Path:
    """Create an empty file under the next free number and return its path; nobody else can have it then.

    Names that differ in case only count as taken.

    Raises:
        UsageError: the folder cannot be written, or all numbers are taken.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = {entry.name.lower() for entry in folder.iterdir()}
        for number in range(1, MAX_NUMBER + 1):
            path = folder / f"{stem}_{number:02d}{suffix}"
            if path.name.lower() not in taken and _claim(path):
                return path
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from error
    raise UsageError(f"{folder} holds {MAX_NUMBER} files named {stem}: choose another folder")


def claim(path: Path) -> None:
    """Create an empty file at `path`.

    Raises:
        UsageError: there is one already, or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _claim(path):
            raise UsageError(f"{path} exists: choose another name, or --force to replace it")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error


def _claim(path: Path) -> bool:
    try:
        path.open("xb").close()
    except FileExistsError:
        return False
    return True
