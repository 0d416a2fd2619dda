"""Taking over what Live's notes say of the sounds beside them."""

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
    changed = [
        path
        for path, signature in work.walk.notes.items()
        if known.get(path) != signature or path[: path.index(LIVE_FOLDER)].rstrip("/") in busy
    ]
    for path in [*changed, *(set(known) - set(work.walk.notes))]:
        with catalogue.write() as connection:
            _take_note(connection, work, path)


def _take_note(connection: Connection, work: Work, path: str) -> None:
    folder = path[: path.index(LIVE_FOLDER)].rstrip("/")
    said = read_live(work.root / path) if path in work.walk.notes else {}
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
    own = (notes.c.root_id == work.root_id) & (notes.c.path == path_to_text(path))
    connection.execute(delete(notes).where(own))
    if path in work.walk.notes:
        signature = work.walk.notes[path]._asdict()
        connection.execute(insert(notes).values(root_id=work.root_id, path=path_to_text(path), **signature))
    refresh(connection, {sample_id for _, sample_id in beside.values() if sample_id is not None})
