"""Files that are moved, copied and written so that a kill at any instant leaves the old file or the new one, whole."""

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import JournalError
from ..file_names import rename_exclusively
from ..provenance import hash_bytes, hash_file

_PART_END, _LONGEST_NAME = ".drumlin-part", 255  # bytes that a name has on all common file systems

Step = Callable[[str], None]
"""Called with a word before every single change on disk: tests stop the journal there."""


def move_file(source: Path, target: Path, step: Step) -> None:
    """Move a file; to another disk it is copied, checked, and then removed here."""
    step("rename")
    try:
        _rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy_file(source, target, hash_file(source), step)
        step("unlink")
        source.unlink()


def copy_file(source: Path, target: Path, sha256: str, step: Step) -> None:
    """Copy a file, whose hash is known."""
    put_file(target, lambda part: shutil.copy2(source, part), sha256, step)


def put_file(target: Path, write: Callable[[Path], Any], sha256: str, step: Step) -> None:
    """Write a file beside its place, check it and move it there in one step."""
    part = _part_of(target)
    step("part")
    try:
        write(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        if hash_file(part) != sha256:
            raise JournalError(f"{target}: what was written differs from what was to be written; is the disk failing?")
        step("replace")
        rename_exclusively(part, target)
    except Exception:
        part.unlink(missing_ok=True)
        raise


_rename = rename_exclusively  # tests stand another disk in its place


def remove_part(target: Path) -> None:
    """Remove what was written of a file that did not become whole."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):  # nothing can have been written below a file
        _part_of(target).unlink()


def _part_of(target: Path) -> Path:
    """Return the name under which a file is written; where its own leaves no room, by the hash of that."""
    name = f".{target.name}{_PART_END}"
    if len(os.fsencode(name)) > _LONGEST_NAME:
        name = f".{hash_bytes(os.fsencode(target.name))[:32]}{_PART_END}"
    return target.with_name(name)
