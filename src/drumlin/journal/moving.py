"""Files that are moved, copied and written so that a kill at any instant leaves the old file or the new one, whole."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import JournalError
from ..file_names import rename_exclusively
from ..provenance import hash_file

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
    part = part_of(target)
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


def part_of(target: Path) -> Path:
    """Return where a file lies until it is whole."""
    return target.with_name(f".{target.name}.drumlin-part")
