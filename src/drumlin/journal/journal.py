"""File operations that can be taken back, also after the process was killed in the middle of one.

Every change is written into the journal before it is made. A batch that was not finished is rolled back when the
journal is next opened; the last finished batch can be undone. Deleted files lie in the journal's own trash until
they are forgotten. Only files are handled; folders are made as needed and go again when they are empty.

    journal = Journal(home / "journal")
    with journal.batch("Delete 3 sounds") as batch:
        batch.delete(path)
    journal.undo()

One writer at a time: the journal's owner sees to that.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from ..errors import JournalError
from ..file_names import free_name, has_name
from ..provenance import hash_bytes, hash_file
from .lines import Operation, append_line, cut_torn_line, read_log
from .moving import Step, copy_file, move_file, put_file, remove_part

KEPT_BATCHES = 200
"""Batches that can be undone; with older ones their trash goes."""

_COUNTER, _DIGITS = b'{"reverted": "', 8  # how a batch's file begins, and the room for its number

_PRIVILEGE_NOT_HELD = 1314  # Windows: symbolic links need a right of their own


@dataclass(frozen=True)
class Undone:
    """What was taken back: the files that are there again or gone, and those left alone as they were changed since."""

    title: str
    restored: tuple[Path, ...]
    left: tuple[Path, ...] = ()


class Journal:
    """The journal in a folder; opening it rolls an unfinished batch back.

    `recovered` holds the titles of the batches that were rolled back.

    Args:
        folder: holds the journal's files and the trash; made if missing.
        step: see `Step`.
    """

    def __init__(self, folder: Path, step: Step = lambda word: None) -> None:
        self.folder = folder
        self._step = step
        self.recovered: tuple[str, ...] = ()
        (folder / "trash").mkdir(parents=True, exist_ok=True)
        self.recover()

    @contextlib.contextmanager
    def batch(self, title: str) -> "Iterator[Batch]":
        """Yield a batch whose operations are undone together, and at once if one of them fails.

        Raises:
            JournalError: an operation cannot be done; nothing of the batch stays.
        """
        number = max((int(path.stem) for path in self._files()), default=0) + 1
        path = self.folder / f"{number:08}.jsonl"
        with path.open("ab") as file:
            batch = Batch(self.folder / "trash" / path.stem, file, self._step)
            try:
                batch.write({"reverted": f"{0:0{_DIGITS}}", "title": title})
                yield batch
                batch.write({"end": True})
            except Exception:
                file.close()
                self._roll_back(path)
                raise
        self.forget(KEPT_BATCHES)

    def title(self) -> str:
        """Return the title of the batch that `undo` would take back; empty if there is none."""
        files = self._files()
        return read_log(files[-1]).title if files else ""

    def undo(self) -> Undone:
        """Take the last batch back.

        A name that is taken meanwhile is not overwritten: the file returns as `name (2)`. A file that the batch
        made and that was changed since stays.

        Raises:
            JournalError: there is nothing to undo, or a file cannot be moved.
        """
        files = self._files()
        if not files:
            raise JournalError("there is nothing to undo")
        with files[-1].open("ab") as file:
            self._step("write")
            append_line(file, {"undo": _plan_undo(read_log(files[-1]).operations)})
        return self._finish_undo(files[-1])

    def recover(self) -> None:
        """Finish an undo and roll a batch back that a killed process left behind."""
        for path in reversed(self._files()):
            cut_torn_line(path)
            log = read_log(path)
            if log.back is not None:
                self._finish_undo(path)
            elif not log.has_ended:
                self._roll_back(path)
                self.recovered += (log.title,)

    def forget(self, keep: int) -> None:
        """Remove all but the newest batches, and what they deleted."""
        for path in self._files()[: -keep or None]:
            for trashed in (self.folder / "trash").glob(f"{path.stem}-*"):
                self._step("unlink")
                trashed.unlink()
            self._step("unlink")
            path.unlink()

    def _files(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("*.jsonl") if path.stem.isdigit())

    def _roll_back(self, path: Path) -> None:
        log = read_log(path)
        for count, operation in enumerate(reversed(log.operations)):
            if count >= log.reverted:
                with _explained_back(operation):
                    _revert(operation, Path(operation.target), Path(operation.source), self._step)
                self._mark(path, count + 1)
        self._step("unlink")
        path.unlink()

    def _finish_undo(self, path: Path) -> Undone:
        log = read_log(path)
        restored: list[Path] = []
        left: list[Path] = []
        for count, (operation, (at, back)) in enumerate(
            reversed(list(zip(log.operations, log.back or [], strict=True)))
        ):
            with _explained_back(operation):
                is_reverted = count < log.reverted or _revert(operation, Path(at), Path(back), self._step)
            (restored if is_reverted else left).append(Path(back))
            self._mark(path, count + 1)
        self._step("unlink")
        path.unlink()
        return Undone(log.title, tuple(restored), tuple(left))

    def _mark(self, path: Path, count: int) -> None:
        """Write down how many operations were taken back: where names were exchanged, none may be so twice.

        It is written over what stands there, which needs no space on a full disk.
        """
        self._step("mark")
        with path.open("r+b") as file:
            if file.read(len(_COUNTER)) == _COUNTER:
                file.seek(len(_COUNTER))
                file.write(f"{count:0{_DIGITS}}".encode("ascii"))
                file.flush()
                os.fsync(file.fileno())


def last_title(folder: Path) -> str:
    """Return the title of the last finished batch of a journal, without opening it: another process may be writing."""
    for path in sorted((path for path in folder.glob("*.jsonl") if path.stem.isdigit()), reverse=True):
        with contextlib.suppress(FileNotFoundError):  # it was undone just now
            log = read_log(path)
            if log.has_ended and log.back is None:
                return log.title
    return ""


class Batch:
    """Operations that belong together; each returns the path that came out, renamed if the name was taken."""

    def __init__(self, trash: Path, file: IO[bytes], step: Step) -> None:
        self._trash = trash
        self._file = file
        self._step = step
        self._count = 0

    def create(self, target: Path, data: bytes) -> Path:
        """Write a new file."""
        operation = self._plan("create", None, target, hash_bytes(data))
        with _explained(operation):
            put_file(Path(operation.target), lambda part: part.write_bytes(data), operation.sha256, self._step)
        return Path(operation.target)

    def copy(self, source: Path, target: Path) -> Path:
        """Copy a file."""
        operation = self._plan("copy", source, target)
        with _explained(operation):
            copy_file(source, Path(operation.target), operation.sha256, self._step)
        return Path(operation.target)

    def move(self, source: Path, target: Path) -> Path:
        """Move or rename a file, also to another disk, also where only the case of letters changes."""
        operation = self._plan("move", source, target)
        with _explained(operation):
            move_file(source, Path(operation.target), self._step)
        return Path(operation.target)

    def link(self, source: Path, target: Path) -> Path:
        """Make a link to a file: a symbolic one, or a hard one where the system keeps those to administrators."""
        operation = self._plan("link", source, target)
        with _explained(operation):
            self._step("link")
            try:
                Path(operation.target).symlink_to(operation.source)
            except OSError as error:
                if getattr(error, "winerror", None) != _PRIVILEGE_NOT_HELD:
                    raise
                Path(operation.target).hardlink_to(operation.source)
        return Path(operation.target)

    def delete(self, source: Path) -> Path:
        """Move a file into the trash."""
        operation = self._plan("delete", source, Path(f"{self._trash}-{self._count}-{source.name}"))
        with _explained(operation):
            move_file(source, Path(operation.target), self._step)
        return Path(operation.target)

    def write(self, line: dict[str, Any]) -> None:
        """Append a line to the journal and wait until it is on disk."""
        self._step("write")
        append_line(self._file, line)

    def _plan(self, kind: str, source: Path | None, target: Path, sha256: str = "") -> Operation:
        if source is not None and (source.is_symlink() or not source.is_file()):
            raise JournalError(f"cannot {kind} {source}: it is no file")
        target = free_name(target.absolute(), source)
        folders = tuple(str(folder) for folder in target.parents if not folder.exists())
        operation = Operation(kind, str(source.absolute() if source else ""), str(target), sha256, folders)
        with _explained(operation):
            operation = replace(operation, sha256=sha256 or hash_file(source or target))
            self._count += 1
            self.write({"operation": asdict(operation)})
            self._step("folder")
            target.parent.mkdir(parents=True, exist_ok=True)
        return operation


def _plan_undo(operations: Sequence[Operation]) -> list[tuple[str, str]]:
    """Return for each operation where its file lies when its turn comes, last one first, and where it goes."""
    moved: dict[str, str] = {}
    vacated: set[str] = set()
    plan = []
    for operation in reversed(operations):
        at = moved.pop(operation.target, operation.target)
        vacated.add(at)
        back = at
        if operation.is_moving:
            taken = set(moved.values())
            back = str(free_name(Path(operation.source), Path(at), vacated - taken, taken))
            moved[operation.source] = back
        plan.append((at, back))
    return plan[::-1]


def _revert(operation: Operation, at: Path, back: Path, step: Step) -> bool:
    """Take one operation back, however far it came; return False if the file was changed since and stays."""
    remove_part(at)
    if operation.is_moving:
        _bring_back(at, back, step)
    elif at.is_symlink():
        if operation.kind != "link" or at.readlink() != Path(operation.source):
            return False
        step("unlink")
        at.unlink()
    elif at.is_file():
        if hash_file(at) != operation.sha256:
            return False
        step("unlink")
        at.unlink()
    for folder in operation.folders:
        with contextlib.suppress(OSError):
            Path(folder).rmdir()
    return True


def _bring_back(at: Path, back: Path, step: Step) -> None:
    remove_part(back)
    if not has_name(at):
        return
    if not has_name(back):
        back.parent.mkdir(parents=True, exist_ok=True)
        move_file(at, back, step)
    elif hash_file(back) == hash_file(at):  # killed between copying to another disk and removing
        step("unlink")
        at.unlink()


@contextlib.contextmanager
def _explained(operation: Operation) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = operation.source or operation.target
        raise JournalError(f"cannot {operation.kind} {what}: {error.strerror or error}") from error


@contextlib.contextmanager
def _explained_back(operation: Operation) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = f" ({error.filename!r})" if error.filename else ""
        raise JournalError(
            f"cannot take back to {operation.kind} {operation.source or operation.target}: "
            f"{error.strerror or error}{where}; nothing is lost, and it goes on when that is mended"
        ) from error
