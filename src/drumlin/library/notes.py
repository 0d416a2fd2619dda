"""Taking over what Live's notes say of the sounds beside them."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from .catalogue import Catalogue
from .comparing import Work
from .host_tags import LIVE_FOLDER, read_live
from .paths import path_to_text, text_to_path
from .reading import Signature
from .storing import refresh
from .tables import files, notes, told


def take_notes(catalogue: Catalogue, work: Work) -> None:
    """Take over what Live's notes say of the sounds beside them, where a note has changed or is new."""
    with catalogue.read() as connection:
        query = select(notes.c.path, notes.c.size, notes.c.mtime_ns, notes.c.inode).where(
            notes.c.root_id == work.root_id
        )
        known = {text_to_path(row[0]): Signature(*row[1:]) for row in connection.execute(query)}
    busy = {path.rpartition("/")[0] for path in (*work.to_read, *work.moved)}
    changed = {path for path, signature in work.walk.notes.items() if known.get(path) != signature}
    changed |= {path for path in work.walk.notes if _folder(path) in busy} | (set(known) - set(work.walk.notes))
    there, fresh = _by_folder(work.walk.notes), _by_folder(changed)
    for folder, paths in fresh.items():
        with catalogue.write() as connection:
            _take_folder(connection, work, folder, there.get(folder, []), paths)


def _folder(path: str) -> str:
    """Return the folder of the sounds that a note speaks of."""
    return path[: path.index(LIVE_FOLDER)].rstrip("/")


def _by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        found.setdefault(_folder(path), []).append(path)
    return found


def _take_folder(connection: Connection, work: Work, folder: str, there: list[str], changed: list[str]) -> None:
    """Take over what all notes of a folder say: each may speak of other sounds, or of the same."""
    said: dict[str, dict[str, None]] = {}
    for path in there:
        for name, words in read_live(work.root / path).items():
            said.setdefault(name, {}).update(dict.fromkeys(words))
    query = select(files.c.id, files.c.path, files.c.sample_id)
    query = query.where(files.c.root_id == work.root_id, files.c.folder == path_to_text(folder))
    beside = {
        text_to_path(text).rpartition("/")[2]: (number, sample_id)
        for number, text, sample_id in connection.execute(query)
    }
    ids = [number for number, _ in beside.values()]
    for start in range(0, len(ids), 500):
        mine = told.c.file_id.in_(ids[start : start + 500]) & (told.c.source == "live")
        connection.execute(delete(told).where(mine))
    lines = [
        {"file_id": beside[name][0], "source": "live", "key": "tag", "value": word.replace("|", " ")[:500]}
        for name, words in said.items()
        if name in beside
        for word in words
    ]
    if lines:
        connection.execute(insert(told), lines)
    for path in changed:
        own = (notes.c.root_id == work.root_id) & (notes.c.path == path_to_text(path))
        connection.execute(delete(notes).where(own))
        if path in work.walk.notes:
            signature = work.walk.notes[path]._asdict()
            connection.execute(insert(notes).values(root_id=work.root_id, path=path_to_text(path), **signature))
    refresh(connection, {sample_id for _, sample_id in beside.values() if sample_id is not None})
