"""Words that other programs keep of the sounds in files of their own, taken into the catalogue."""

from pathlib import Path

from sqlalchemy import Connection, select

from .host_tags import read_fl
from .paths import text_to_path
from .storing import refresh
from .tables import files, roots
from .tags import tell


def take_fl_tags(connection: Connection, path: Path) -> int:
    """Take over the tags of FL Studio's tag file, and return how many files of the library it spoke of.

    Raises:
        LibraryError: it is no tag file.
    """
    said = read_fl(path)
    ends = _files_by_end(connection)
    taken = 0
    touched: set[int] = set()
    for name, words in said:
        for number, sample_id in ends.get(name.casefold().rpartition("/")[2], {}).get(name.casefold(), ()):
            tell(connection, number, "fl", words)
            touched.add(sample_id)
            taken += 1
    refresh(connection, touched)
    return taken


def _files_by_end(connection: Connection) -> dict[str, dict[str, list[tuple[int, int]]]]:
    """Return file and sample of each path, by name and full path in small letters with `/`."""
    query = select(files.c.id, files.c.sample_id, roots.c.path, files.c.path).join(roots, roots.c.id == files.c.root_id)
    found: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for number, sample_id, root, path in connection.execute(query.where(files.c.sample_id.is_not(None))):
        full = f"{text_to_path(root)}/{text_to_path(path)}".replace("\\", "/").casefold()
        found.setdefault(full.rpartition("/")[2], {}).setdefault(full, []).append((number, sample_id))
    return found
