"""How a batch is written down: one JSON object a line, of which a torn last one was never acted upon."""

import contextlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ..errors import JournalError


@dataclass(frozen=True)
class Operation:
    """`create`, `copy` and `link` make `target`, `move` and `delete` (into the trash) bring `source` there."""

    kind: str
    source: str
    target: str
    sha256: str
    folders: tuple[str, ...] = ()

    @property
    def is_moving(self) -> bool:
        """Whether the source goes away."""
        return self.kind in ("move", "delete")


@dataclass
class Log:
    """A batch as read from its file."""

    title: str = ""
    operations: list[Operation] = field(default_factory=list)
    has_ended: bool = False
    back: list[tuple[str, str]] | None = None
    reverted: int = 0


def append_line(file: IO[bytes], line: dict[str, Any]) -> None:
    """Write a line to the end, whole or not at all; past Python's buffer, which would try again when it is closed."""
    left = json.dumps(line, ensure_ascii=True).encode("ascii") + b"\n"
    before = os.fstat(file.fileno()).st_size
    try:
        while left:
            left = left[os.write(file.fileno(), left) :]
        os.fsync(file.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):
            os.ftruncate(file.fileno(), before)
        raise JournalError(f"the journal cannot be written: {error.strerror or error}; nothing was changed") from error


def cut_torn_line(path: Path) -> None:
    """Take a last line away that was not written whole."""
    text = path.read_bytes()
    if not text.endswith(b"\n"):
        os.truncate(path, text.rfind(b"\n") + 1)


def read_log(path: Path) -> Log:
    """Read a batch; a last line that was torn was never acted upon and counts as not written."""
    log = Log()
    for line in path.read_bytes().split(b"\n")[:-1]:
        content = json.loads(line)
        log.title = content.get("title", log.title)
        log.reverted = int(content.get("reverted", log.reverted))
        log.has_ended = content.get("end", log.has_ended)
        log.back = content.get("undo", log.back)
        if "operation" in content:
            fields = content["operation"] | {"folders": tuple(content["operation"]["folders"])}
            log.operations.append(Operation(**fields))
    return log
