"""A library: folders of sounds with what is known of them; everything the command line and the studio do with it.

library = Library.open(home / "library")
library.add(Path("~/Samples"))
library.scan()
library.find("snare bright <0.3s").found
library.like(Path("this.wav"), aspect="envelope").found
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, select

from ..audio.files import MonoSound
from ..errors import LibraryError, MissingError
from ..journal import Journal, Undone, last_title
from ..progress import Report, ignore
from ..units import Array
from .catalogue import Catalogue
from .facts import Facts
from .finding import (
    SHOWN,
    Found,
    Page,
    count_present,
    describe,
    find_files,
    find_ids,
    find_page,
    list_ids,
    problem_at,
    sample_at,
)
from .host_words import take_fl_tags
from .keeping import take_over
from .laying import LaidMap, use_map
from .mapping import Places, lay_anew, place_sounds
from .paths import printable
from .picture import ASPECTS, WHOLE
from .plans import SURE, How, Plan, make_plan, read_plan, write_plan
from .query import Term, parse_query
from .reading import Embedder, decode_file, embedder_name, plain, read_sound, vector_sizes
from .roots import add_root, list_problems, list_roots, remove_root
from .saying import Saying, said_of, say
from .scan_summary import ScanOptions, ScanSummary
from .scanning import scan
from .sorting import Applied, apply_plan, undo_last
from .tables import files, told
from .tags import Assignment, Tag, add_tag, assign, find_tag, list_tags, tags_of
from .triage import Verdict, judge
from .vectors import VectorFiles, Vectors, VectorTable

JOURNAL = "journal"

ASPECT_NAMES = (WHOLE, *ASPECTS)
"""By what a sound can be searched for."""


class Library:
    """A library in a folder of its own, with its catalogue there or in PostgreSQL.

    `recovered` holds the titles of sortings that had been killed and were taken back meanwhile.

    Args:
        folder: holds the catalogue, vectors, journal and plans; made if missing. It is not where the sounds lie.
        url: of a PostgreSQL database; None for SQLite in the folder.
        embedder: what turns a sound into the vector by which it is found; None for the library's own.
    Raises:
        LibraryError: it cannot be opened.
    """

    def __init__(self, folder: Path, url: str | None = None, embedder: Embedder | None = None) -> None:
        self.folder = folder.absolute()
        self.embedder = embedder
        self.recovered: tuple[str, ...] = ()
        self.catalogue = Catalogue(self.folder, url)
        take_over(self.catalogue)
        sizes = vector_sizes(embedder)
        self.vectors: Vectors = (
            VectorTable() if self.catalogue.is_shared else VectorFiles(self.folder / "vectors", sizes)
        )

    def close(self) -> None:
        """Let go of the database."""
        self.catalogue.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # Folders and files

    def add(self, folder: Path) -> Path:
        """Make a folder part of the library, to be scanned; its real path is returned.

        Raises:
            LibraryError: it is none, or lies in a folder that is part already, or around one.
        """
        with self.catalogue.write() as connection:
            return add_root(connection, folder)

    def remove(self, folder: Path) -> None:
        """Take a folder out of the library; its files stay where they are, its sounds' tags are kept.

        Raises:
            MissingError: it is not part of the library.
        """
        with self.catalogue.write() as connection:
            remove_root(connection, folder)

    def roots(self) -> list[Path]:
        """Return the folders of the library."""
        with self.catalogue.read() as connection:
            return list_roots(connection)

    def scan(self, options: ScanOptions | None = None, report: Report = ignore) -> ScanSummary:
        """Bring the catalogue up to date with the folders; see `scanning.scan`.

        A sorting that was killed is taken back first.
        """
        if (self.folder / JOURNAL).is_dir():
            with self.catalogue.alone():
                self._journal()
        options = replace(options or ScanOptions(), embedder=self.embedder)
        return scan(self.catalogue, self.vectors, options, report)

    def problems(self) -> list[tuple[Path, str]]:
        """Return the files that cannot be used, with the reason."""
        with self.catalogue.read() as connection:
            return list_problems(connection)

    def count(self) -> int:
        """Return how many sounds there are."""
        with self.catalogue.read() as connection:
            return count_present(connection)

    # Finding

    def find(self, text: str = "", count: int = SHOWN, skip: int = 0) -> Page:
        """Return the first of the samples that a search in words finds; the grammar is that of `query`.

        Raises:
            QueryError: it cannot be read.
        """
        terms = parse_query(text)
        with self.catalogue.read() as connection:
            return find_page(connection, terms, count, skip)

    def like(self, path: Path, aspect: str = WHOLE, text: str = "", count: int = SHOWN) -> Page:
        """Return the samples most like a sound, best first; itself too, if it is in the library.

        Args:
            path: any sound file.
            aspect: one of `ASPECT_NAMES`.
            text: a search in words that they must match besides.
            count: how many.
        Raises:
            AudioError: the file is no sound.
            LibraryError: there is no such aspect.
            QueryError: the search cannot be read.
        """
        terms = _search_like(aspect, text)
        with self.catalogue.read() as connection:
            return self._nearest(connection, self._vector_of(connection, path, aspect), aspect, terms, count)

    def like_sample(self, sample_id: int, aspect: str = WHOLE, text: str = "", count: int = SHOWN) -> Page:
        """Return the samples most like one of the library, which comes first; see `like`.

        Raises:
            MissingError: there is no such sample.
        """
        terms = _search_like(aspect, text)
        with self.catalogue.read() as connection:
            _, known = self.vectors.take(connection, aspect, [sample_id])
            if not len(known):
                raise MissingError(f"there is no sound {sample_id} in the library: search again")
            return self._nearest(connection, known[0], aspect, terms, count)

    def like_sound(self, sound: MonoSound, aspect: str = WHOLE, text: str = "", count: int = SHOWN) -> Page:
        """Return the samples most like a sound that is no file of the library; see `like`."""
        terms = _search_like(aspect, text)
        vector = read_sound(plain(sound), self.embedder)[1][aspect]
        with self.catalogue.read() as connection:
            return self._nearest(connection, vector, aspect, terms, count)

    def list_ids(self, text: str = "") -> list[int]:
        """Return the numbers of all samples that a search in words finds, in order of their paths.

        Raises:
            QueryError: it cannot be read.
        """
        terms = parse_query(text)
        with self.catalogue.read() as connection:
            return list_ids(connection, terms)

    def describe(self, sample_ids: Sequence[int]) -> list[tuple[Found, list[Assignment]]]:
        """Return what is known of some samples and who says what of them; unknown numbers are left out."""
        with self.catalogue.read() as connection:
            said = said_of(connection, sample_ids)
            known = [one for one in sample_ids if one in said]
            return [(found, said[found.id]) for found in describe(connection, known)]

    def show(self, path: Path) -> tuple[Found, list[Assignment]]:
        """Return what is known of a file, and who says what of it.

        Raises:
            MissingError: the catalogue does not know the file.
        """
        with self.catalogue.read() as connection:
            number = self._sample_at(connection, path)
            return next(iter(describe(connection, [number]))), tags_of(connection, number)

    def told(self, path: Path) -> list[tuple[str, str, str]]:
        """Return what a file of the library says of itself: source, key, value."""
        with self.catalogue.read() as connection:
            number = self._sample_at(connection, path)
            query = select(told.c.source, told.c.key, told.c.value).distinct()
            query = query.join(files, files.c.id == told.c.file_id).where(files.c.sample_id == number)
            return list(connection.execute(query.order_by(told.c.source, told.c.key, told.c.value)))

    def places(self) -> Places:
        """Return where all sounds lie on the map, which is laid when they are first asked for; see `mapping`."""
        return place_sounds(self.catalogue, self.vectors, embedder_name(self.embedder))

    def lay_map(self) -> LaidMap | None:
        """Lay another map for the sounds that there are now: they move. `use_map` goes back. None: no sounds."""
        return lay_anew(self.catalogue, self.vectors, embedder_name(self.embedder))

    def use_map(self, number: int) -> LaidMap:
        """Use a map that was laid before.

        Raises:
            MissingError: there is none of that number.
        """
        return use_map(self.catalogue, number)

    # Tags

    @contextmanager
    def tagging(self) -> Iterator[Connection]:
        """Yield a connection for the functions of `tags`; all changes are kept at the end, or none."""
        with self.catalogue.write() as connection:
            yield connection

    def tags(self) -> list[Tag]:
        """Return all tags by name."""
        with self.catalogue.read() as connection:
            return list_tags(connection)

    def tag(self, name: str, paths: Sequence[Path], confidence: float = 1.0) -> None:
        """Say that sounds have a tag, or with confidence 0 that they have not; a tag that is new is made.

        Raises:
            MissingError: the catalogue does not know one of the files.
        """
        with self.catalogue.write() as connection:
            numbers = [self._sample_at(connection, path) for path in paths]
            if find_tag(connection, name) is None:
                add_tag(connection, name)
            assign(connection, numbers, name, confidence=confidence)

    def say(self, sayings: Sequence[Saying]) -> list[Saying]:
        """Say which sounds have tags and which have not; what is returned says it back."""
        with self.catalogue.write() as connection:
            return say(connection, sayings)

    def judge(self, sample_ids: Sequence[int], verdict: Verdict) -> list[Saying]:
        """Keep or reject sounds, or leave them open; what is returned says it back."""
        with self.catalogue.write() as connection:
            return judge(connection, sample_ids, verdict)

    # Sorting

    def plan(
        self, by: str, to: Path, how: How, *, text: str = "", sure: float = SURE, everything: bool = False
    ) -> Plan:
        """Return how the files that a search finds would be sorted by a tag; see `plans.make_plan`."""
        terms = parse_query(text)
        with self.catalogue.read() as connection:
            among = find_ids(connection, terms) if terms else None
            places = find_files(connection, terms)
            return make_plan(
                connection, by, to.expanduser(), how, among=among, places=places, sure=sure, everything=everything
            )

    def save(self, plan: Plan) -> Path:
        """Write a plan into the library and return its path."""
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        path, number = self.folder / "plans" / f"{stamp}.json", 2
        while path.exists():
            path, number = path.with_name(f"{stamp}-{number}.json"), number + 1
        write_plan(path, plan)
        return path

    def apply(self, plan: Plan | Path, report: Report = ignore) -> Applied:
        """Do what a plan says, then bring the catalogue up to date; the folder sorted into joins the library.

        Raises:
            LibraryBusyError: another process scans or sorts.
            JournalError: something cannot be done; nothing of the plan stays.
        """
        plan = read_plan(plan) if isinstance(plan, Path) else plan
        with self.catalogue.alone():
            applied = apply_plan(plan, self._journal(), report)
        self._take_in(Path(plan.to))
        self.scan(report=report)
        return applied

    def undo(self, report: Report = ignore) -> Undone:
        """Take the last sorting back, then bring the catalogue up to date.

        Raises:
            JournalError: there is nothing to undo, or a file cannot be moved.
        """
        there = [root for root in self.roots() if root.is_dir()]
        with self.catalogue.alone():
            undone = undo_last(self._journal())
        for root in there:
            if not root.is_dir():  # made for the sorting, and gone with it: no disk that was unplugged
                self.remove(root)
        self.scan(report=report)
        return undone

    def undo_title(self) -> str:
        """Return what `undo` would take back; empty if nothing."""
        with self.catalogue.alone():
            before, title = len(self.recovered), self._journal().title()
        if len(self.recovered) > before:
            self.scan()
        return title

    def last_sorting(self) -> str:
        """Return what `undo` would take back, without waiting for a sorting that runs; empty if nothing."""
        return last_title(self.folder / JOURNAL)

    # Tags of other programs

    def take_fl_tags(self, path: Path) -> int:
        """Take over the tags of FL Studio's tag file, and return how many files of the library it spoke of.

        Raises:
            LibraryError: it is no tag file.
        """
        with self.catalogue.write() as connection:
            return take_fl_tags(connection, path)

    def _sample_at(self, connection: Connection, path: Path) -> int:
        number = sample_at(connection, path)
        if number is None:
            problem = problem_at(connection, path)
            why = f"cannot be used: {problem}" if problem else "is not in the catalogue: add its folder, or scan again"
            raise MissingError(f"{printable(str(path))} {why}")
        return number

    def _journal(self) -> Journal:
        journal = Journal(self.folder / JOURNAL)
        self.recovered += journal.recovered
        return journal

    def _take_in(self, folder: Path) -> None:
        real = folder.resolve()
        known: Sequence[Path] = self.roots()
        if real.is_dir() and not any(real.is_relative_to(root) or root.is_relative_to(real) for root in known):
            self.add(real)

    def _nearest(self, connection: Connection, vector: Array, aspect: str, terms: Sequence[Term], count: int) -> Page:
        among = np.array(find_ids(connection, terms), np.int64) if terms else None
        total = len(among) if among is not None else count_present(connection)
        nearest = self.vectors.nearest(connection, aspect, vector, count, among)
        found = describe(connection, [one for one, _ in nearest], [cosine for _, cosine in nearest])
        return Page(total, tuple(found))

    def _vector_of(self, connection: Connection, path: Path, aspect: str) -> Array:
        number = sample_at(connection, path)
        _, known = self.vectors.take(connection, aspect, [] if number is None else [number])
        if len(known):
            vector: Array = known[0]
            return vector
        return read_sound(decode_file(path), self.embedder)[1][aspect]


def measure_file(path: Path) -> Facts:
    """Return the facts of any sound file.

    Raises:
        AudioError: the file is no sound.
    """
    return read_sound(decode_file(path))[0]


def _search_like(aspect: str, text: str) -> tuple[Term, ...]:
    """Return the terms of a search beside a sound.

    Raises:
        LibraryError: there is no such aspect.
        QueryError: the search cannot be read.
    """
    if aspect not in ASPECT_NAMES:
        raise LibraryError(f"aspect {aspect!r}: {', '.join(ASPECT_NAMES)} are there")
    return parse_query(text)
