"""Edits of the tags themselves, each of which can be taken back: made, changed, joined, removed.

    edit = remove_tag(library, "kick")
    again = turn(library, edit)          # kick is there as before, with everything that was said of it

An edit is written down before it is done, as the way back: what each tag it touches was called and what it was. It lies
in `edits/` of the library's folder, by catalogue, so that it can be taken back after a restart as well.
"""

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select, update

from ..audio.files import write_atomically
from ..errors import LibraryError, MissingError
from .keeping import edits_folder
from .library import Library
from .storing import refresh
from .tables import assignments, synonyms, tags
from .tag_records import TagRecord, Turn, record_tag, turn_tags
from .tags import add_tag, change_tag, free_colour, need_tag, samples_that_say, with_kinds
from .tags import remove_tag as forget_tag
from .triage import VERDICTS
from .words import phrase

FORMAT, VERSION = "drumlin-tag-edit", 1

KEPT = 200
"""Edits that can be taken back; older ones are forgotten."""


def make_tag(
    library: Library, name: str, *, colour: str | None = None, parent: str = "", synonyms: Sequence[str] = ()
) -> str:
    """Make a tag, and return the edit; without a colour it gets one that few tags have.

    Raises:
        LibraryError: a word is taken, empty or too long.
        MissingError: there is no such parent.
    """
    with library.tagging() as connection:
        shown = free_colour(connection) if colour is None else colour
        add_tag(connection, name, colour=shown, parent=parent, also=synonyms)
        return _write(library, connection, [Turn(name.strip(), None)])


def edit_tag(
    library: Library,
    name: str,
    *,
    new_name: str | None = None,
    colour: str | None = None,
    parent: str | None = None,
    synonyms: Sequence[str] | None = None,
) -> str:
    """Change a tag; what is None stays. A name that is given up stays a synonym, unless `synonyms` leave it out.

    Raises:
        LibraryError: a word is taken, or the tag would become a kind of itself.
        MissingError: there is no such tag or parent.
    """
    with library.tagging() as connection:
        before = record_tag(connection, _own(connection, name), with_said=False)
        change_tag(connection, before.name, new_name=new_name, colour=colour, parent=parent)
        now = before.name if new_name is None else new_name.strip()
        if synonyms is not None:
            have = set(record_tag(connection, now, with_said=False).synonyms)
            want = {phrase(one) for one in synonyms if phrase(one)} - {phrase(now)}
            change_tag(connection, now, add_synonyms=sorted(want - have), drop_synonyms=sorted(have - want))
        return _write(library, connection, [Turn(now, before)])


def join_tags(library: Library, names: Sequence[str], into: str) -> str:
    """Make several tags one: what was said of them is said of it, their words stand for it, their kinds are its kinds.

    Where the user said different things of a sound, what was said of `into` stands.

    Raises:
        LibraryError: there is nothing to join.
        MissingError: there is no such tag.
    """
    with library.tagging() as connection:
        target = _own(connection, into)
        others = [one for one in dict.fromkeys(_own(connection, name) for name in names) if one != target]
        if not others:
            raise LibraryError(f"{into!r} alone is nothing to join: name another tag")
        turns = [Turn(target, record_tag(connection, target))]
        turns += [Turn("", record_tag(connection, name)) for name in others]
        for name in others:
            _join(connection, need_tag(connection, name), need_tag(connection, target))
        words = [word for turn in turns if turn.record for word in (turn.record.name, *turn.record.synonyms)]
        refresh(connection, samples_that_say(connection, words))
        return _write(library, connection, turns)


def remove_tag(library: Library, name: str) -> str:
    """Forget a tag and who has it, and return the edit that brings all of it back.

    Raises:
        MissingError: there is no such tag.
    """
    with library.tagging() as connection:
        before = record_tag(connection, _own(connection, name))
        forget_tag(connection, before.name)
        refresh(connection, samples_that_say(connection, (before.name, *before.synonyms)))
        return _write(library, connection, [Turn("", before)])


def turn(library: Library, edit: str) -> str:
    """Take an edit back, and return the edit that does it again.

    Raises:
        MissingError: there is no such edit, or it is too old.
        LibraryError: a word of it is taken meanwhile.
    """
    with library.tagging() as connection:
        turns = _read(edits_folder(library.folder, connection) / f"{edit}.json")
        return _write(library, connection, turn_tags(connection, turns))


def _own(connection: Connection, name: str) -> str:
    """Return what a tag is called, by its name or a synonym.

    Raises:
        MissingError: there is none.
        LibraryError: it is one of those by which sounds are kept and rejected.
    """
    number = need_tag(connection, name)
    own = connection.execute(select(tags.c.name).where(tags.c.id == number)).scalar_one()
    if own in VERDICTS:
        raise LibraryError(f"{own!r} is written by keeping and rejecting: it stays as it is")
    return str(own)


def _join(connection: Connection, other: int, target: int) -> None:
    mine = assignments.alias("mine")
    known = select(mine.c.sample_id).where(mine.c.tag_id == target, mine.c.origin == "user")
    moved = (assignments.c.tag_id == other) & (assignments.c.origin == "user")
    connection.execute(update(assignments).where(moved, assignments.c.sample_id.not_in(known)).values(tag_id=target))
    if target in with_kinds(connection, other):  # it would be a kind of its own kinds
        above = select(tags.c.parent_id).where(tags.c.id == other).scalar_subquery()
        connection.execute(update(tags).where(tags.c.id == target).values(parent_id=above))
    connection.execute(update(tags).where(tags.c.parent_id == other, tags.c.id != target).values(parent_id=target))
    connection.execute(update(synonyms).where(synonyms.c.tag_id == other).values(tag_id=target))
    connection.execute(delete(tags).where(tags.c.id == other))


def _write(library: Library, connection: Connection, turns: Sequence[Turn]) -> str:
    folder = edits_folder(library.folder, connection)
    folder.mkdir(parents=True, exist_ok=True)
    number = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    content = {"format": FORMAT, "version": VERSION, "turns": [asdict(one) for one in turns]}
    write_atomically(folder / f"{number}.json", (json.dumps(content) + "\n").encode("ascii"))
    for old in sorted(folder.glob("*.json"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return number


def _read(path: Path) -> list[Turn]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise MissingError("that edit of the tags is too old to be taken back") from error
    except (OSError, ValueError) as error:
        raise LibraryError(f"{path} cannot be read ({error}): that edit cannot be taken back") from error
    if (content.get("format"), content.get("version")) != (FORMAT, VERSION):
        raise LibraryError(f"{path} is no edit of version {VERSION}: update Drumlin")
    return [Turn(one["now"], TagRecord.of(one["record"])) for one in content["turns"]]
