"""The folders of a library, and the files in them that cannot be used."""

from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from ..errors import LibraryError, MissingError
from .paths import path_to_text, printable, text_to_path
from .storing import refresh
from .tables import files, roots


def add_root(connection: Connection, folder: Path) -> Path:
    """Make a folder part of the library, and return its real path.

    Raises:
        LibraryError: it is none, or lies in a folder that is part already, or around one.
    """
    real = folder.expanduser().resolve()
    if not real.is_dir():
        raise LibraryError(f"{printable(str(folder))} is no folder: name a folder of sounds")
    for root in list_roots(connection):
        if root == real:
            return real
        if real.is_relative_to(root) or root.is_relative_to(real):
            within = "lies in" if real.is_relative_to(root) else "holds"
            raise LibraryError(f"{printable(str(real))} {within} {printable(str(root))}, which is in the library")
    connection.execute(insert(roots).values(path=path_to_text(str(real))))
    return real


def remove_root(connection: Connection, folder: Path) -> None:
    """Take a folder out of the library.

    Raises:
        MissingError: it is not part of the library.
    """
    real = folder.expanduser().resolve()
    root_id = connection.execute(select(roots.c.id).where(roots.c.path == path_to_text(str(real)))).scalar()
    if root_id is None:
        known = ", ".join(printable(str(root)) for root in list_roots(connection))
        raise MissingError(f"{printable(str(folder))} is not in the library; there are {known or 'no folders'}")
    mine = select(files.c.sample_id).where(files.c.root_id == root_id, files.c.sample_id.is_not(None))
    touched = set(connection.execute(mine).scalars())
    connection.execute(delete(files).where(files.c.root_id == root_id))
    connection.execute(delete(roots).where(roots.c.id == root_id))
    refresh(connection, touched)


def list_roots(connection: Connection) -> list[Path]:
    """Return the folders of the library, in the order in which they came."""
    return [Path(text_to_path(one)) for one in connection.execute(select(roots.c.path).order_by(roots.c.id)).scalars()]


def list_problems(connection: Connection) -> list[tuple[Path, str]]:
    """Return the files that cannot be used, with the reason."""
    query = select(roots.c.path, files.c.path, files.c.problem).join(roots, roots.c.id == files.c.root_id)
    query = query.where(files.c.problem != "", ~files.c.is_missing).order_by(files.c.id)
    rows = connection.execute(query).all()
    return [(Path(text_to_path(root)) / text_to_path(path), why) for root, path, why in rows]
