"""What a library learned, kept in its catalogue under a name: the head (`teaching`) and the map (`laying`).

It lies in the catalogue, not beside it: one folder can serve a catalogue of its own and a shared one by turns, and what
was learned of one says nothing of the other. What still lies in files must carry the catalogue's identity in its path.
Files of releases before are taken over once, see `take_over`.
"""

import contextlib
import json
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, text, update

from .catalogue import FILE_NAME, Catalogue
from .tables import kept

HEAD, MAP = "head", "map"
"""Names of what is kept."""

IDENTITY = "identity"
"""And of the catalogue's own name, 32 digits by chance, which its first use has given it."""

EDITS = "edits"
"""Folder of the edits of tags, with one for each catalogue."""

_FORMER = {HEAD: "head.json", MAP: "map.json"}
"""Where they lay in the library's folder before."""

_WRITING = 0x64726D6C6B657074  # "drmlkept": whoever reads and then writes something kept is alone


def read_kept(connection: Connection, name: str) -> str | None:
    """Return what is kept under a name; None if there is nothing."""
    found = connection.execute(select(kept.c.content).where(kept.c.name == name)).scalar()
    return None if found is None else str(found)


def write_kept(connection: Connection, name: str, content: str) -> None:
    """Keep something in place of what was kept under its name."""
    changed = connection.execute(update(kept).where(kept.c.name == name).values(content=content))
    if not changed.rowcount:
        connection.execute(insert(kept).values(name=name, content=content))


def drop_kept(connection: Connection, name: str) -> None:
    """Forget what is kept under a name."""
    connection.execute(delete(kept).where(kept.c.name == name))


def hold_kept(connection: Connection) -> None:
    """Let no other process change what is kept until the end of the transaction; SQLite has one writer anyway."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITING})


def edits_folder(folder: Path, connection: Connection) -> Path:
    """Return where the edits of a catalogue's tags lie in the library's folder."""
    return folder / EDITS / str(read_kept(connection, IDENTITY))


def take_over(catalogue: Catalogue) -> None:
    """Take the files of releases before into the catalogue that they belong to.

    They do not say to which. If the catalogue in the folder has sounds they belong to that one, else to the one that
    is opened first. A file that cannot be read stays where it is, and is not used.
    """
    loose = [catalogue.folder / name for name in _FORMER.values()]
    loose += (catalogue.folder / EDITS).glob("*.json")
    if not any(path.is_file() for path in loose):
        return
    if catalogue.is_shared and _has_sounds(catalogue.folder / FILE_NAME):
        return
    for name, former in _FORMER.items():
        _take(catalogue, name, catalogue.folder / former)
    with catalogue.read() as connection:
        folder = edits_folder(catalogue.folder, connection)
    folder.mkdir(parents=True, exist_ok=True)
    for path in (catalogue.folder / EDITS).glob("*.json"):
        with contextlib.suppress(FileNotFoundError):  # another process has been faster
            path.replace(folder / path.name)


def _take(catalogue: Catalogue, name: str, path: Path) -> None:
    try:
        content = path.read_text(encoding="utf-8")
        if json.loads(content)["format"] != f"drumlin-{name}":
            return
    except (OSError, ValueError, KeyError, TypeError):
        return
    with catalogue.write() as connection:
        hold_kept(connection)
        if read_kept(connection, name) is None:
            write_kept(connection, name, content)
    path.unlink(missing_ok=True)


def _has_sounds(path: Path) -> bool:
    """Say whether a catalogue in a file has any sounds."""
    if not path.is_file():
        return False
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM samples LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return False
