"""Finding samples: by a search in words, by a sound, or by both."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, not_, or_, select, true

from .paths import path_to_text, text_to_path
from .query import FACT_WORDS, Between, HasTag, InFolder, Is, Term, Words
from .tables import FACTS, assignments, files, roots, samples, tags
from .tags import find_tag, need_tag, with_kinds
from .text_index import has_words
from .words import phrase, split_words

SHOWN = 50
"""Samples that a search returns if no other number is said."""

FEWEST = 3
"""Samples of which some can be called the bright ones."""


@dataclass(frozen=True)
class Found:
    """A sample that was found.

    Args:
        id: its number in the catalogue.
        sha256: hash of the decoded sound.
        paths: where it lies; the first is the one to play.
        facts: what was measured, by name.
        tags: names of its tags by the user's word or as imported, surest first.
        cluster: number of its group of near-duplicates.
        cosine: likeness to the sound that was searched for; None for a search in words.
    """

    id: int
    sha256: str
    paths: tuple[Path, ...]
    facts: dict[str, Any]
    tags: tuple[str, ...]
    cluster: int | None
    cosine: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the sample for JSON."""
        fields = {"id": self.id, "sha256": self.sha256, "paths": [str(path) for path in self.paths]}
        return fields | {"facts": self.facts, "tags": list(self.tags), "cluster": self.cluster, "cosine": self.cosine}


@dataclass(frozen=True)
class Page:
    """The first of what was found, and how many there are in all."""

    total: int
    found: tuple[Found, ...] = field(default=())


def find_ids(connection: Connection, terms: Sequence[Term]) -> list[int]:
    """Return the ids of all samples for which all terms hold, in order of their ids.

    Raises:
        MissingError: a tag that is asked for by `tag:` does not exist.
    """
    return list(
        connection.execute(select(samples.c.id).where(_holds(connection, terms)).order_by(samples.c.id)).scalars()
    )


def find_page(connection: Connection, terms: Sequence[Term], count: int = SHOWN, skip: int = 0) -> Page:
    """Return some of the samples for which all terms hold, in order of their ids, and how many there are."""
    if terms:
        ids = find_ids(connection, terms)
        return Page(len(ids), tuple(describe(connection, ids[skip : skip + count])))
    total = count_present(connection)
    query = select(samples.c.id).where(~samples.c.is_missing).order_by(samples.c.id)
    ids = list(connection.execute(query.offset(skip).limit(count)).scalars())
    return Page(total, tuple(describe(connection, ids)))


def count_present(connection: Connection) -> int:
    """Return how many samples have a file; by indices alone, as rows have no gaps and few samples are missing."""
    last = connection.execute(select(func.max(samples.c.row))).scalar()
    missing = connection.execute(select(func.count()).select_from(samples).where(samples.c.is_missing)).scalar_one()
    return 0 if last is None else int(last) + 1 - int(missing)


def list_ids(connection: Connection, terms: Sequence[Term]) -> list[int]:
    """Return the ids of all samples for which all terms hold, in order of their first path.

    Raises:
        MissingError: a tag that is asked for by `tag:` does not exist.
    """
    first = select(func.min(files.c.path)).where(files.c.sample_id == samples.c.id, ~files.c.is_missing)
    by_bytes = "BINARY" if connection.dialect.name == "sqlite" else "C"
    query = select(samples.c.id).where(_holds(connection, terms))
    return list(connection.execute(query.order_by(first.scalar_subquery().collate(by_bytes), samples.c.id)).scalars())


def describe(connection: Connection, ids: Sequence[int], cosines: Sequence[float] | None = None) -> Iterable[Found]:
    """Yield what is known of some samples, in the order of their ids as given."""
    rows = {row.id: row for row in connection.execute(select(samples).where(samples.c.id.in_(ids)))}
    paths = _paths(connection, ids)
    names = _tag_names(connection, ids)
    for place, number in enumerate(ids):
        row = rows[number]
        facts = {name: getattr(row, name) for name in FACTS}
        yield Found(
            number,
            row.sha256,
            paths.get(number, ()),
            facts,
            names.get(number, ()),
            row.cluster,
            None if cosines is None else cosines[place],
        )


def _paths(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Path, ...]]:
    query = (
        select(files.c.sample_id, roots.c.path, files.c.path)
        .join(roots, roots.c.id == files.c.root_id)
        .where(files.c.sample_id.in_(ids))
        .order_by(files.c.is_missing, files.c.id)
    )
    found: dict[int, tuple[Path, ...]] = {}
    for number, root, path in connection.execute(query):
        found[number] = (*found.get(number, ()), Path(text_to_path(root)) / text_to_path(path))
    return found


def _tag_names(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    query = (
        select(assignments.c.sample_id, tags.c.name, assignments.c.origin, assignments.c.confidence)
        .join(tags, tags.c.id == assignments.c.tag_id)
        .where(assignments.c.sample_id.in_(ids), assignments.c.origin != "suggested")
        .order_by(assignments.c.origin.desc(), assignments.c.confidence.desc(), tags.c.name)
    )
    said: dict[int, dict[str, float]] = {}
    for number, name, _, confidence in connection.execute(query):
        said.setdefault(number, {}).setdefault(name, confidence)
    return {number: tuple(name for name, sure in names.items() if sure > 0) for number, names in said.items()}


def _holds(connection: Connection, terms: Sequence[Term]) -> ColumnElement[bool]:
    named = [term for term in terms if not term.is_negated and _names_something(term.condition)]
    conditions = [_condition(connection, term.condition, named) for term in terms]
    signed = [not_(one) if term.is_negated else one for term, one in zip(terms, conditions, strict=True)]
    return and_(true(), ~samples.c.is_missing, *signed)


def _names_something(condition: object) -> bool:
    match condition:
        case Words(fact=fact):
            return not fact
        case HasTag(name=name):
            return bool(name)
    return False


def _condition(connection: Connection, condition: object, named: Sequence[Term]) -> ColumnElement[bool]:
    match condition:
        case Words():
            return _has_words_or_tag(connection, condition, named)
        case HasTag(name=""):
            return samples.c.id.not_in(_tagged(None))
        case HasTag():
            return samples.c.id.in_(_tagged(with_kinds(connection, need_tag(connection, condition.name))))
        case InFolder():
            return samples.c.id.in_(_inside(connection, condition.words))
        case Between():
            return _between(condition)
        case Is():
            return _is(condition.state)
    raise TypeError(f"a condition of unknown kind: {condition!r}")


def _has_words_or_tag(connection: Connection, condition: Words, named: Sequence[Term]) -> ColumnElement[bool]:
    either = [has_words(condition.words, connection.dialect.name)]
    number = find_tag(connection, phrase(" ".join(condition.words)))
    if number is not None:
        either.append(samples.c.id.in_(_tagged(with_kinds(connection, number))))
    if condition.fact:
        either.append(_between(_third(connection, Between(*FACT_WORDS[condition.fact]), named)))
    return or_(false(), *either)


def _third(connection: Connection, fixed: Between, named: Sequence[Term]) -> Between:
    """Return the upper or the lower third of a fact among what is named; the fixed limits where that is too little."""
    column = samples.c[fixed.column]
    which = and_(_holds(connection, named), column.is_not(None))
    count = connection.execute(select(func.count()).select_from(samples).where(which)).scalar_one() if named else 0
    if count < FEWEST:
        return fixed
    place = 2 * count // 3 if fixed.low is not None else (count - 1) // 3
    edge = connection.execute(select(column).where(which).order_by(column).offset(place).limit(1)).scalar_one()
    return Between(fixed.column, low=edge) if fixed.low is not None else Between(fixed.column, high=edge)


def _tagged(numbers: set[int] | None) -> Any:
    """Return the samples that have one of some tags, or any, unless the user says that they have not."""
    refused = assignments.alias("refused")
    denied = (
        select(refused.c.sample_id)
        .where(
            refused.c.sample_id == assignments.c.sample_id,
            refused.c.tag_id == assignments.c.tag_id,
            refused.c.origin == "user",
            refused.c.confidence == 0,
        )
        .exists()
    )
    query = select(assignments.c.sample_id).where(assignments.c.origin != "suggested", ~denied)
    return query if numbers is None else query.where(assignments.c.tag_id.in_(sorted(numbers)))


def find_files(connection: Connection, terms: Sequence[Term]) -> set[int] | None:
    """Return the ids of the files that lie where `in:` says; None where the terms say nothing of folders.

    A sample that was found may have other files elsewhere.
    """
    places = [term for term in terms if isinstance(term.condition, InFolder)]
    if not places:
        return None
    lies = [(_lies(connection, term.condition.words), term.is_negated) for term in places]  # type: ignore[union-attr]
    query = select(files.c.id).where(*(not_(one) if is_negated else one for one, is_negated in lies))
    return set(connection.execute(query).scalars())


def _inside(connection: Connection, words: tuple[str, ...]) -> Any:
    """Return the samples with a file in or below a folder whose name has all of the words, or begins with them."""
    is_there = ~files.c.is_missing & files.c.sample_id.is_not(None)
    return select(files.c.sample_id).where(is_there, _lies(connection, words))


def _lies(connection: Connection, words: tuple[str, ...]) -> ColumnElement[bool]:
    query = select(files.c.root_id, files.c.folder, roots.c.path).join(roots, roots.c.id == files.c.root_id).distinct()
    found: dict[int, list[str]] = {}
    for root_id, folder, root in connection.execute(query):
        names = [Path(text_to_path(root)).name, *text_to_path(folder).split("/")]
        if any(_begins(split_words(name), words) for name in names):
            found.setdefault(root_id, []).append(folder)
    return or_(false(), *(and_(files.c.root_id == one, files.c.folder.in_(folders)) for one, folders in found.items()))


def _begins(have: tuple[str, ...], want: tuple[str, ...]) -> bool:
    return all(any(word.startswith(one) for word in have) for one in want)


def _between(condition: Between) -> ColumnElement[bool]:
    column = samples.c[condition.column]
    both: list[ColumnElement[bool]] = [column.is_not(None)]
    if condition.low is not None:
        both.append(column > condition.low if condition.low_open else column >= condition.low)
    if condition.high is not None:
        both.append(column < condition.high if condition.high_open else column <= condition.high)
    return and_(*both)


def _is(state: str) -> ColumnElement[bool]:
    groups = select(samples.c.cluster).where(~samples.c.is_missing).group_by(samples.c.cluster)
    twins = samples.c.cluster.in_(groups.having(func.count() > 1))
    copies = select(files.c.sample_id).where(~files.c.is_missing, files.c.sample_id.is_not(None))
    many = samples.c.id.in_(copies.group_by(files.c.sample_id).having(func.count() > 1))
    conditions: dict[str, ColumnElement[bool]] = {
        "loop": samples.c.is_loop,
        "one-shot": ~samples.c.is_loop & ~samples.c.is_silent,
        "silent": samples.c.is_silent,
        "clipped": samples.c.clipped > 0,
        "mono": samples.c.channels == 1,
        "stereo": samples.c.channels == 2,
        "duplicate": or_(twins, many),
    }
    return conditions[state]


def sample_at(connection: Connection, path: Path) -> int | None:
    """Return the id of the sample that a file holds, if the catalogue knows the file, however its path is written."""
    found = next(_files_at(connection, path, files.c.sample_id), None)
    return None if found is None else int(found)


def problem_at(connection: Connection, path: Path) -> str:
    """Return why a file that the catalogue knows cannot be used; empty if there is no such file."""
    return next(_files_at(connection, path, files.c.problem), "")


def _files_at(connection: Connection, path: Path, column: ColumnElement[Any]) -> Iterator[Any]:
    """Yield a column of the file at a path, where it says something."""
    expanded = path.expanduser().absolute()
    real = expanded.parent.resolve() / expanded.name  # the file itself may be a link
    for root_id, text in connection.execute(select(roots.c.id, roots.c.path)):
        root = Path(text_to_path(text))
        if real.is_relative_to(root):
            inside = path_to_text(real.relative_to(root).as_posix())
            query = select(column).where(files.c.root_id == root_id, files.c.path == inside)
            found = connection.execute(query.where(~files.c.is_missing)).scalar()
            if found not in (None, ""):
                yield found
