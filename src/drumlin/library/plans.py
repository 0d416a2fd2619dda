"""A plan of sorting: which file goes where, why, and how sure that is; shown and saved before anything is done.

Files are sorted by a tag. Where the tag has kinds (`drums`: kick, snare, ...), each file goes to the folder of the kind
it has; else the files that have the tag go to its folder. Files of which nothing surely says one kind go to `_unsure`,
files of which nothing is said at all stay where they are, unless all are to be sorted.
"""

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, select

from ..audio.files import write_atomically
from ..errors import SortError
from .paths import printable, text_to_path
from .tables import assignments, files, roots, tags
from .tags import need_tag, with_kinds

How = Literal["move", "copy", "link"]

UNSURE = "_unsure"
FORMAT, VERSION = "drumlin-sort-plan", 1

SURE = 0.6
"""Confidence from which a file is sorted; names and folders as imported are surer."""

MARGIN = 0.1
"""By how much the surest kind must lead before the next one."""

_FORBIDDEN = frozenset('<>:"/\\|?*')


@dataclass(frozen=True)
class Step:
    """One file's way.

    Args:
        source: where it lies, absolute.
        target: where it goes, absolute.
        why: the tag and what says so.
        confidence: 0 to 1.
        size: bytes of the file, and
        mtime_ns: its time of change, when the plan was made: a file that has changed since is left.
    """

    source: str
    target: str
    why: str
    confidence: float
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Plan:
    """What sorting would do; `left` counts files that stay, by reason."""

    by: str
    how: How
    to: str
    steps: tuple[Step, ...]
    left: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the plan for JSON."""
        return {"format": FORMAT, "version": VERSION, **asdict(self), "left": dict(self.left)}


def write_plan(path: Path, plan: Plan) -> None:
    """Write a plan as JSON; names that are no UTF-8 survive as escapes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, (json.dumps(plan.as_dict(), indent=1, ensure_ascii=True) + "\n").encode("ascii"))


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        SortError: it cannot be read, is none, or is one of a later release.
    """
    try:
        content: Any = json.loads(path.read_text(encoding="ascii"))
        if content["format"] != FORMAT:
            raise SortError(f"{path} is no plan of sorting")
        if content["version"] != VERSION:
            raise SortError(f"{path} has version {content['version']}, this release reads {VERSION}: update Drumlin")
        steps = tuple(Step(**one) for one in content["steps"])
        return Plan(content["by"], content["how"], content["to"], steps, content["left"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SortError(f"{path} cannot be read as a plan of sorting: {error}") from error


def make_plan(
    connection: Connection,
    by: str,
    to: Path,
    how: How,
    *,
    among: Sequence[int] | None = None,
    places: Collection[int] | None = None,
    sure: float = SURE,
    everything: bool = False,
) -> Plan:
    """Return how files would be sorted.

    Args:
        connection: to the catalogue.
        by: a tag.
        to: the folder below which they go.
        how: `move`, `copy` or `link`.
        among: ids of the samples to sort; all if None.
        places: ids of the files to sort, of a sample that lies in several places; all if None.
        sure: least confidence.
        everything: files of which nothing is said go to `_unsure` as well.
    Raises:
        MissingError: there is no such tag.
        SortError: `to` is a file, or lies below one.
    """
    _refuse_file(to.absolute())
    kinds = _kinds(connection, need_tag(connection, by))
    choices = _choices(connection, kinds)
    names = _Names(to.absolute())
    left: dict[str, int] = {}
    steps: list[Step] = []
    wanted = None if among is None else set(among)
    lines = [line for line in _present_files(connection, places) if wanted is None or line[0] in wanted]
    sources = {str(path) for _, path, _, _ in lines} if how == "move" else set()
    for sample_id, path, size, mtime_ns in lines:
        choice = _choose(choices.get(sample_id, {}), sure)
        if choice is None and not everything:
            left["nothing says what it is"] = left.get("nothing says what it is", 0) + 1
            continue
        folder, why, confidence = choice or (UNSURE, "nothing says what it is", 0.0)
        if names.is_there(folder, path):
            left["it is there already"] = left.get("it is there already", 0) + 1
            continue
        target = names.take(folder, path.name, sources)
        steps.append(Step(str(path), str(target), why, round(confidence, 4), size, mtime_ns))
    return Plan(by, how, str(to.absolute()), tuple(steps), left)


def _refuse_file(to: Path) -> None:
    there = next((path for path in (to, *to.parents) if os.path.lexists(path)), None)
    if there is not None and not there.is_dir():
        raise SortError(
            f"{printable(str(there))} is no folder: name a folder to sort into, one that is there or a new one"
        )


@dataclass(frozen=True)
class _Said:
    """That a sample has a kind: how sure, why, and whether it is the user who says so."""

    confidence: float
    why: str
    by_user: bool = False


def _kinds(connection: Connection, tag_id: int) -> dict[int, str]:
    """Return the folder of each tag that decides: the tag itself, or that of the kind it belongs to."""
    names: dict[int, str] = {row.id: row.name for row in connection.execute(select(tags.c.id, tags.c.name))}
    below = connection.execute(select(tags.c.id).where(tags.c.parent_id == tag_id)).scalars().all()
    kinds: dict[int, str] = {}
    for kind in below or [tag_id]:
        kinds.update(dict.fromkeys(with_kinds(connection, kind), names[kind]))
    return kinds


def _choices(connection: Connection, kinds: Mapping[int, str]) -> dict[int, dict[str, _Said]]:
    """Return what is said of each sample, by name of the kind; the user's word stands above all others."""
    query = select(assignments).where(assignments.c.tag_id.in_(bindparam("ids", expanding=True)))
    said: dict[int, dict[str, _Said]] = {}
    decided: set[tuple[int, int]] = set()
    rows = connection.execute(query, {"ids": list(kinds)}).all()
    for row in sorted(rows, key=lambda row: row.origin != "user"):
        if (row.sample_id, row.tag_id) in decided:
            continue
        if row.origin == "user":
            decided.add((row.sample_id, row.tag_id))
        kind = kinds[row.tag_id]
        known = said.setdefault(row.sample_id, {}).get(kind)
        if row.confidence > 0 and (known is None or row.confidence > known.confidence):
            said[row.sample_id][kind] = _Said(row.confidence, row.why or row.origin, row.origin == "user")
    return said


def _choose(said: Mapping[str, _Said], sure: float) -> tuple[str, str, float] | None:
    """Return folder, reason and confidence; None where nothing is said."""
    if not said:
        return None
    by_user = {kind: one for kind, one in said.items() if one.by_user}  # what else is said does not compete with it
    ranked = sorted((by_user or said).items(), key=lambda item: (-item[1].confidence, item[0]))
    kind, best = ranked[0]
    if best.confidence < sure:
        return UNSURE, f"{kind}, but not sure ({best.why})", best.confidence
    if len(ranked) > 1 and best.confidence - ranked[1][1].confidence < MARGIN:
        return UNSURE, f"{kind} ({best.why}) or {ranked[1][0]} ({ranked[1][1].why})", best.confidence
    return folder_name(kind), f"{kind} ({best.why})", best.confidence


def folder_name(tag: str) -> str:
    """Return a tag as the name of a folder on every system."""
    plain = "".join("_" if sign in _FORBIDDEN or not sign.isprintable() else sign for sign in tag).strip(" .")
    return plain or "_"


def _present_files(connection: Connection, places: Collection[int] | None) -> list[tuple[int, Path, int, int]]:
    """Return sample, path, size and time of change of each file that is there, by path."""
    query = (
        select(files.c.id, files.c.sample_id, roots.c.path, files.c.path, files.c.size, files.c.mtime_ns)
        .join(roots, roots.c.id == files.c.root_id)
        .where(~files.c.is_missing, files.c.sample_id.is_not(None))
    )
    found = [
        (number, Path(text_to_path(root)) / text_to_path(path), size, mtime_ns)
        for file_id, number, root, path, size, mtime_ns in connection.execute(query)
        if places is None or file_id in places
    ]
    return sorted(found, key=lambda line: os.fsencode(line[1]))


class _Names:
    """The names below the folder that files are sorted into: those on disk and those already given."""

    def __init__(self, to: Path) -> None:
        self._to = to
        self._given: set[str] = set()

    def is_there(self, folder: str, path: Path) -> bool:
        """Whether a file lies in its folder already."""
        return path.parent == self._to / folder

    def take(self, folder: str, name: str, leaving: set[str]) -> Path:
        """Return a free path for a file, with a number if its name is taken; names of files that leave are free."""
        wanted = self._to / folder / name
        candidate, number = wanted, 2
        while self._is_taken(candidate, leaving):
            candidate = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
            number += 1
        self._given.add(str(candidate).casefold())
        return candidate

    def _is_taken(self, path: Path, leaving: set[str]) -> bool:
        if str(path).casefold() in self._given:
            return True
        return os.path.lexists(path) and str(path) not in leaving
