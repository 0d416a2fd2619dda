import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.library.sounds import write_contents

from drumlin.library import Library, ScanSummary, watch
from drumlin.library.watching import WHOLE_RESCAN_S

pytestmark = pytest.mark.usefixtures("bytes_as_sounds")


def observe(library: Library, acts: list[Callable[[], None]], *, advance_s: float = 10.0) -> list[ScanSummary]:
    """Watch while somebody acts between the looks; return what each scan found."""
    now = [1e9]
    left = list(acts)

    def sleep(_: float) -> None:
        now[0] += advance_s
        left.pop(0)()

    return list(watch(library, rounds=len(acts) + 1, sleep=sleep, clock=lambda: now[0]))


def changed(folder: Path, time_s: float) -> None:
    os.utime(folder, (time_s, time_s))


def test_what_comes_goes_and_moves_is_seen(library: Library, place: Path) -> None:
    write_contents(place, {"in/a.wav": b"one"})
    library.add(place)

    def come() -> None:
        write_contents(place, {"in/b.wav": b"two"})
        changed(place / "in", 1e9 - 10)

    def move() -> None:
        (place / "in/b.wav").rename(place / "in/c.wav")
        changed(place / "in", 1e9 - 20)

    summaries = observe(library, [come, lambda: None, move])
    assert [(one.read, one.moved) for one in summaries] == [(1, 0), (1, 0), (0, 1)]


def test_a_folder_that_is_being_filled_is_left_until_it_rests(library: Library, place: Path) -> None:
    write_contents(place, {"a.wav": b"one"})
    library.add(place)

    def still_copying() -> None:
        write_contents(place, {"b.wav": b"two"})
        changed(place, 1e9 + 10)

    summaries = observe(library, [still_copying, lambda: None])
    assert [one.read for one in summaries] == [1, 1]


def test_what_changes_inside_a_file_is_seen_by_the_whole_rescan(library: Library, place: Path) -> None:
    write_contents(place, {"a.wav": b"one"})
    library.add(place)
    summaries = observe(library, [lambda: write_contents(place, {"a.wav": b"longer"})], advance_s=WHOLE_RESCAN_S)
    assert [one.read for one in summaries] == [1, 1]


def test_watching_waits_while_somebody_else_scans(library: Library, place: Path) -> None:
    write_contents(place, {"a.wav": b"one"})
    library.add(place)
    held = library.catalogue.alone()
    held.__enter__()
    summaries = observe(library, [lambda: None, lambda: held.__exit__(None, None, None)])
    assert [one.read for one in summaries] == [1]


def test_a_folder_that_is_added_meanwhile_is_scanned(library: Library, place: Path) -> None:
    write_contents(place, {"a.wav": b"one"})
    summaries = observe(library, [lambda: (library.add(place), None)[1]])
    assert [one.read for one in summaries] == [0, 1]
