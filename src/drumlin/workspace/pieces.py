"""Pieces: each is a folder with the track that it began with, what was heard in it, what is asked for, and its renders.

    piece.json        name, kind, when it was made
    source            the file that was dropped, as it came
    reference.flac    the same as every browser plays it
    heard.json        what was heard in it
    request.json      the timeline that is asked for, and who plays its drums
    renders/ID/       piece.wav, piece.mid, piece.truth.json, piece.timeline.json, piece.stems/

Every file is replaced in one step. A piece is made in a hidden folder and renamed, so that half of one is never listed.
"""

import json
import logging
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ..audio import write_atomically
from ..errors import MissingError
from ..journal import Journal
from .names import file_name

_log = logging.getLogger(__name__)

RENDERS_KEPT = 6
"""Renders of a piece; with each new one the oldest goes: it can be made again, to the byte."""

PieceKind = Literal["track", "length"]
"""What a piece began with."""


class PieceRecord(BaseModel):
    """What `piece.json` holds; `created` is in seconds since 1970."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["drumlin-piece"] = "drumlin-piece"
    version: Literal[1] = 1
    name: str
    kind: PieceKind
    created: float


@dataclass(frozen=True)
class Rendered:
    """A finished render; `made` is when it was last asked for, seconds since 1970."""

    id: str
    folder: Path
    made: float

    @property
    def sound(self) -> Path:
        """The mix."""
        return self.folder / "piece.wav"

    @property
    def truth(self) -> Path:
        """What is true about it; written last."""
        return self.folder / "piece.truth.json"

    @property
    def midi(self) -> Path:
        """Its notes."""
        return self.folder / "piece.mid"

    @property
    def timeline(self) -> Path:
        """Its timeline with everything decided."""
        return self.folder / "piece.timeline.json"

    @property
    def stems(self) -> tuple[Path, ...]:
        """Its stems in order of name; none if they were not asked for."""
        return tuple(sorted((self.folder / "piece.stems").glob("*.wav")))


@dataclass(frozen=True)
class Piece:
    """A piece on disk."""

    folder: Path
    record: PieceRecord

    @property
    def id(self) -> str:
        """Name of its folder, also while it is made."""
        return self.folder.name.removeprefix(".")

    @property
    def source(self) -> Path:
        """The file that was dropped."""
        return self.folder / "source"

    @property
    def reference(self) -> Path:
        """The same as every browser plays it."""
        return self.folder / "reference.flac"

    @property
    def heard_path(self) -> Path:
        """What was heard."""
        return self.folder / "heard.json"

    @property
    def request_path(self) -> Path:
        """What is asked for."""
        return self.folder / "request.json"

    def heard(self) -> dict[str, Any] | None:
        """Return what was heard; None before that, or where the file is damaged."""
        return _read(self.heard_path)

    def request(self) -> dict[str, Any] | None:
        """Return what is asked for; None before the first guess."""
        return _read(self.request_path)

    def write_heard(self, content: dict[str, Any]) -> None:
        """Replace what was heard."""
        _write(self.heard_path, content)

    def write_request(self, content: dict[str, Any]) -> None:
        """Replace what is asked for."""
        _write(self.request_path, content)

    def render_folder(self, render_id: str) -> Path:
        """Return where a render goes; it is made."""
        folder = self.folder / "renders" / render_id
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def renders(self) -> list[Rendered]:
        """Return the finished renders, the one that was asked for last first."""
        found = [_rendered(folder) for folder in (self.folder / "renders").glob("*")]
        return sorted((one for one in found if one is not None), key=lambda one: -one.made)

    def render(self, render_id: str) -> Rendered:
        """Return a finished render.

        Raises:
            MissingError: there is none of that id.
        """
        for found in self.renders():
            if found.id == render_id:
                return found
        raise MissingError(f"there is no render {render_id!r} of {self.record.name}: render it again")

    def prune(self, keep: int = RENDERS_KEPT) -> None:
        """Forget all but the latest renders."""
        for old in self.renders()[keep:]:
            shutil.rmtree(old.folder, ignore_errors=True)


class Pieces:
    """The pieces in a folder.

    Args:
        folder: made when something is kept in it.
        journal: takes the deletion of a piece back.
    """

    def __init__(self, folder: Path, journal: Journal) -> None:
        self._folder = folder
        self._journal = journal
        for left in folder.glob(".*"):  # of a server that ended in the middle
            shutil.rmtree(left, ignore_errors=True)

    def pieces(self) -> list[Piece]:
        """Return the pieces, newest first; a damaged one is left out and logged."""
        found = (_piece(folder) for folder in self._folder.glob("[!.]*"))
        return sorted((one for one in found if one is not None), key=lambda one: -one.record.created)

    def piece(self, piece_id: str) -> Piece:
        """Return a piece; only ids in the listing are known.

        Raises:
            MissingError: there is none of that id.
        """
        for piece in self.pieces():
            if piece.id == piece_id:
                return piece
        raise MissingError(f"there is no piece {piece_id!r}")

    @contextmanager
    def making(self, name: str, kind: PieceKind) -> Iterator[Piece]:
        """Yield a piece to be filled, in a hidden folder: it is listed once the block ends, and gone if it fails.

        Its id is the hidden folder's name without the dot.

        Args:
            name: words for people, such as the name of the file without its ending.
            kind: what it begins with.
        """
        piece_id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        hidden = self._folder / f".{piece_id}"
        hidden.mkdir(parents=True)
        record = PieceRecord(name=file_name(name, "Piece"), kind=kind, created=time.time())
        try:
            yield Piece(hidden, record)
            write_atomically(hidden / "piece.json", record.model_dump_json().encode())
            hidden.rename(self._folder / piece_id)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise

    def delete(self, piece_id: str) -> None:
        """Move a piece into the journal's trash, without its renders, which can be made again.

        A track that was never heard is removed for good: it is a copy, of which nothing was made.

        Raises:
            MissingError: there is none of that id.
            JournalError: a file cannot be moved.
        """
        piece = self.piece(piece_id)
        if piece.request() is None:
            shutil.rmtree(piece.folder, ignore_errors=True)
            return
        shutil.rmtree(piece.folder / "renders", ignore_errors=True)
        with self._journal.batch(f"Delete {piece.record.name}") as batch:
            for file in sorted(path for path in piece.folder.iterdir() if path.is_file()):
                batch.delete(file)


def _piece(folder: Path) -> Piece | None:
    try:
        return Piece(folder, PieceRecord.model_validate_json((folder / "piece.json").read_bytes()))
    except (FileNotFoundError, NotADirectoryError):  # deleted, or none
        return None
    except (OSError, ValidationError) as error:
        _log.warning("%s is no piece that can be read: %s", folder, error)
        return None


def _rendered(folder: Path) -> Rendered | None:
    try:
        return Rendered(folder.name, folder, (folder / "piece.truth.json").stat().st_mtime)
    except OSError:
        return None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        _log.warning("%s cannot be read: %s", path, error)
        return None
    return content if isinstance(content, dict) else None


def _write(path: Path, content: dict[str, Any]) -> None:
    write_atomically(path, json.dumps(content, ensure_ascii=True, allow_nan=False).encode())
