"""Names of files: whether one is borne, capitals included, which is free, and giving one that nobody else has."""

import errno
import os
import sys
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

_NO_REPLACE, _HERE = 1, -100  # RENAME_NOREPLACE and AT_FDCWD of Linux


def rename_exclusively(source: Path, target: Path) -> None:
    """Rename a file, but not over one that somebody has put there since the name was found free.

    Windows never renames over a file, Linux promises not to if it is asked; elsewhere, and on file systems that do not
    know the question, a moment remains between looking and renaming.

    Raises:
        OSError: the name is taken, or the system refuses.
    """
    ask, is_taken = _renameat2(), os.path.lexists(target)
    is_itself = is_taken and is_case_only(source, target)
    if is_taken and not is_itself:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    number = errno.ENOSYS if ask is None or is_itself else ask(os.fsencode(source), os.fsencode(target))
    if number in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
        source.rename(target)
    elif number:
        raise OSError(number, os.strerror(number), str(source), None, str(target))


def free_name(target: Path, source: Path | None, vacated: Collection[str] = (), taken: Collection[str] = ()) -> Path:
    """Return `target`, or the first of `name (2)`, `name (3)`, ... that nothing bears.

    Args:
        target: the name that is wanted.
        source: the file that gets it.
        vacated: names that will be free by then.
        taken: names that will be borne by then.
    """
    candidate, number = target, 2
    while str(candidate) in taken or (
        os.path.lexists(candidate) and str(candidate) not in vacated and not is_case_only(source, candidate)
    ):
        candidate = target.with_name(f"{target.stem} ({number}){target.suffix}")
        number += 1
    return candidate


def is_case_only(source: Path | None, target: Path) -> bool:
    """Whether `target` exists only because the file system takes it for `source` with other capitals."""
    if source is None or source.name == target.name or source.name.casefold() != target.name.casefold():
        return False
    return source.exists() and source.samefile(target) and not has_name(target)


def has_name(path: Path) -> bool:
    """Whether a file bears exactly this name, capitals included."""
    if not os.path.lexists(path):
        return False
    other = path.name.swapcase()
    if other != path.name and not os.path.lexists(path.with_name(other)):
        return True  # capitals matter here; looking through a large folder takes milliseconds
    return any(found.name == path.name for found in path.parent.iterdir())


@cache
def _renameat2() -> Callable[[bytes, bytes], int] | None:
    """Return Linux's rename that does not replace, which returns an error number; None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is None:
        return None

    def ask(source: bytes, target: bytes) -> int:
        return ctypes.get_errno() if function(_HERE, source, _HERE, target, _NO_REPLACE) else 0

    return ask
