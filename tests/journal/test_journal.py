import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drumlin.errors import JournalError
from drumlin.journal import Batch, Journal, last_title, moving
from drumlin.journal import journal as journal_module

NAMES = ("a.wav", "b.wav", "sub/c.wav", "sub/d.wav", "deep/er/e.wav")


class Killed(BaseException):
    """Stands for the end of the process: nothing may tidy up after it."""


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def folders(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_dir()}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "place"
    (place / "sub").mkdir(parents=True)
    for name in ("a.wav", "sub/c.wav"):
        (place / name).write_bytes(name.encode())
    return place


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def test_undo_removes_a_created_file_and_the_folders_made_for_it(place: Path, journal: Journal) -> None:
    before = contents(place), folders(place)
    with journal.batch("Keep") as batch:
        assert batch.create(place / "new/x.wav", b"sound").read_bytes() == b"sound"
    undone = journal.undo()
    assert (contents(place), folders(place)) == before
    assert undone.title == "Keep"
    assert undone.restored == (place / "new/x.wav",)


def test_undo_brings_a_deleted_file_back_byte_for_byte(place: Path, journal: Journal) -> None:
    with journal.batch("Delete") as batch:
        batch.delete(place / "a.wav")
    assert not (place / "a.wav").exists()
    journal.undo()
    assert (place / "a.wav").read_bytes() == b"a.wav"


def test_batches_are_undone_last_one_first(place: Path, journal: Journal) -> None:
    before = contents(place)
    with journal.batch("one") as batch:
        batch.move(place / "a.wav", place / "b.wav")
    with journal.batch("two") as batch:
        batch.copy(place / "b.wav", place / "copy.wav")
    assert journal.title() == "two"
    assert [journal.undo().title, journal.undo().title] == ["two", "one"]
    assert contents(place) == before
    with pytest.raises(JournalError, match="nothing to undo"):
        journal.undo()


def test_the_last_title_is_read_beside_a_batch_that_runs(place: Path, journal: Journal) -> None:
    assert last_title(journal.folder) == ""
    with journal.batch("one") as batch:
        batch.move(place / "a.wav", place / "b.wav")
    with journal.batch("two") as batch:
        batch.create(place / "x.wav", b"x")
        assert last_title(journal.folder) == "one"
    assert last_title(journal.folder) == "two"
    journal.undo()
    assert last_title(journal.folder) == "one"


def test_names_that_are_taken_get_a_number(place: Path, journal: Journal) -> None:
    with journal.batch("Move") as batch:
        assert batch.move(place / "a.wav", place / "sub/c.wav") == place / "sub/c (2).wav"
        assert batch.create(place / "sub/c.wav", b"x") == place / "sub/c (3).wav"
    assert (place / "sub/c.wav").read_bytes() == b"sub/c.wav"


def test_two_files_can_swap_their_names_and_undo_swaps_them_back(place: Path, journal: Journal) -> None:
    before = contents(place)
    a, c, between = place / "a.wav", place / "sub/c.wav", place / "between.wav"
    with journal.batch("Swap") as batch:
        for source, target in ((a, between), (c, a), (between, c)):
            batch.move(source, target)
    assert (a.read_bytes(), c.read_bytes()) == (b"sub/c.wav", b"a.wav")
    journal.undo()
    assert contents(place) == before


def test_undo_never_overwrites_what_took_the_name_meanwhile(place: Path, journal: Journal) -> None:
    with journal.batch("Delete") as batch:
        batch.delete(place / "a.wav")
    (place / "a.wav").write_bytes(b"newer")
    assert journal.undo().restored == (place / "a (2).wav",)
    assert (place / "a.wav").read_bytes() == b"newer"
    assert (place / "a (2).wav").read_bytes() == b"a.wav"


@pytest.mark.parametrize(("kind", "word"), [("move", "rename"), ("copy", "replace"), ("link", "link")])
def test_a_name_taken_at_the_last_moment_is_not_overwritten(place: Path, tmp_path: Path, kind: str, word: str) -> None:
    def interfere(step: str) -> None:
        if step == word:
            (place / "b.wav").write_bytes(b"somebody else's")

    before = contents(place)
    with pytest.raises(JournalError, match="File exists"), Journal(tmp_path / "j", interfere).batch("Late") as batch:
        getattr(batch, kind)(place / "a.wav", place / "b.wav")
    assert contents(place) == before | {"b.wav": b"somebody else's"}


def test_undo_leaves_a_made_file_that_was_changed_since(place: Path, journal: Journal) -> None:
    with journal.batch("Keep") as batch:
        path = batch.create(place / "new.wav", b"sound")
    path.write_bytes(b"edited")
    assert journal.undo().left == (path,)
    assert path.read_bytes() == b"edited"


def test_a_batch_that_fails_leaves_nothing(place: Path, journal: Journal) -> None:
    before = contents(place), folders(place)
    with pytest.raises(JournalError, match="no file"), journal.batch("Move") as batch:
        batch.move(place / "a.wav", place / "new/a.wav")
        batch.delete(place / "missing.wav")
    assert (contents(place), folders(place)) == before
    assert journal.title() == ""


def test_a_batch_that_would_write_below_a_file_leaves_nothing(place: Path, journal: Journal) -> None:
    before = contents(place), folders(place)
    with pytest.raises(JournalError, match="cannot copy"), journal.batch("Copy") as batch:
        batch.copy(place / "sub/c.wav", place / "a.wav/kick/c.wav")
    assert (contents(place), folders(place)) == before
    assert Journal(journal.folder).title() == ""


def test_names_as_long_as_names_can_be_are_copied(place: Path, journal: Journal) -> None:
    long = "\u00fc" * 125 + ".wav"
    with journal.batch("Copy") as batch:
        assert batch.copy(place / "a.wav", place / "new" / long).read_bytes() == b"a.wav"
    journal.undo()
    assert folders(place) == {"sub"}


def test_what_cannot_be_taken_back_is_said_and_taken_back_later(
    place: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with journal.batch("Move") as batch:
        batch.move(place / "a.wav", place / "new/a.wav")

    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(source))

    with (
        monkeypatch.context() as patch,
        pytest.raises(JournalError, match=r"a\.wav: Permission denied .*nothing is lost"),
    ):
        patch.setattr("drumlin.journal.moving._rename", refuse)
        journal.undo()
    journal.recover()
    assert contents(place) == {name: name.encode() for name in ("a.wav", "sub/c.wav")}


def test_folders_and_links_are_refused(place: Path, journal: Journal) -> None:
    (place / "link.wav").symlink_to(place / "a.wav")
    for name in ("sub", "link.wav"):
        with pytest.raises(JournalError, match="no file"), journal.batch("Delete") as batch:
            batch.delete(place / name)


def test_a_torn_line_counts_as_not_written(place: Path, tmp_path: Path) -> None:
    before = contents(place)
    journal = Journal(tmp_path / "journal", stop_at(5))
    with pytest.raises(Killed), journal.batch("Move") as batch:
        batch.move(place / "a.wav", place / "b.wav")
        batch.move(place / "sub/c.wav", place / "d.wav")
    log = next((tmp_path / "journal").glob("*.jsonl"))
    log.write_bytes(log.read_bytes() + b'{"operation": {"kind": "mo')
    Journal(tmp_path / "journal")
    assert contents(place) == before


def test_another_disk_is_reached_by_copying(place: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(place)
    monkeypatch.setattr(moving, "_rename", refuse_rename)
    with journal.batch("Move") as batch:
        batch.move(place / "a.wav", place / "far/a.wav")
    assert not (place / "a.wav").exists()
    assert (place / "far/a.wav").read_bytes() == b"a.wav"
    journal.undo()
    assert contents(place) == before


def test_a_copy_that_differs_from_its_source_is_refused(
    place: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "copy2", lambda source, target: target.write_bytes(b"rot"))
    before = contents(place)
    with pytest.raises(JournalError, match="differs"), journal.batch("Copy") as batch:
        batch.copy(place / "a.wav", place / "b.wav")
    assert contents(place) == before


def test_the_case_of_a_name_can_change_and_change_back(place: Path, journal: Journal) -> None:
    with journal.batch("Rename") as batch:
        batch.move(place / "a.wav", place / "A.wav")
    assert "A.wav" in contents(place)
    journal.undo()
    assert "a.wav" in contents(place)


def test_old_batches_go_with_their_trash(place: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "KEPT_BATCHES", 2)
    for number in range(4):
        (place / "x.wav").write_bytes(b"x")
        with journal.batch(f"Delete {number}") as batch:
            batch.delete(place / "x.wav")
    assert len(list((journal.folder / "trash").iterdir())) == 2
    assert [journal.undo().title, journal.undo().title] == ["Delete 3", "Delete 2"]


def test_an_undo_that_was_killed_is_finished_when_the_journal_is_opened(place: Path, tmp_path: Path) -> None:
    before = contents(place)
    with Journal(tmp_path / "journal").batch("Move") as batch:
        batch.move(place / "a.wav", place / "x.wav")
        batch.move(place / "sub/c.wav", place / "y.wav")
    with pytest.raises(Killed):
        Journal(tmp_path / "journal", stop_at(2)).undo()
    assert contents(place) != before
    assert Journal(tmp_path / "journal").title() == ""
    assert contents(place) == before


def refuse_rename(path: Path, target: Path) -> Path:
    raise OSError(errno.EXDEV, "Invalid cross-device link")


def stop_at(step: int) -> Callable[[str], None]:
    left = [step]

    def count(word: str) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    return count


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(("create", "copy", "move", "delete")),
        st.sampled_from(("a.wav", "sub/c.wav", "b.wav")),
        st.sampled_from(NAMES),
    ),
    min_size=1,
    max_size=4,
)


def perform(batch: Batch, place: Path, operations: list[tuple[str, str, str]]) -> None:
    for kind, source, target in operations:
        if kind == "create":
            batch.create(place / target, f"new {target}".encode())
        elif (place / source).is_file():
            if kind == "delete":
                batch.delete(place / source)
            else:
                getattr(batch, kind)(place / source, place / target)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("journals")


@pytest.mark.parametrize("is_far", [False, True], ids=["one disk", "two disks"])
@settings(max_examples=400, deadline=None)
@given(operations=OPERATIONS, step=st.integers(0, 24), later=st.integers(0, 12))
def test_a_kill_at_any_step_leaves_all_or_nothing(
    scratch: Path, is_far: bool, operations: list[tuple[str, str, str]], step: int, later: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        if is_far:
            patch.setattr(moving, "_rename", refuse_rename)
        place, log = make_place(scratch)
        before = contents(place), folders(place)
        is_done = kill_in(lambda journal: run_batch(journal, place, operations), log, step)
        kill_in(lambda journal: None, log, later)  # recovering may be killed as well
        journal = Journal(log)
        if not is_done and not journal.title():
            assert (contents(place), folders(place)) == before
            return
        kill_in(lambda journal: journal.undo(), log, later)
        if (journal := Journal(log)).title():
            journal.undo()
        assert (contents(place), folders(place)) == before
        assert not list((log / "trash").iterdir())


def make_place(scratch: Path) -> tuple[Path, Path]:
    shutil.rmtree(scratch, ignore_errors=True)
    place = scratch / "place"
    (place / "sub").mkdir(parents=True)
    for name in ("a.wav", "sub/c.wav"):
        (place / name).write_bytes(name.encode())
    return place, scratch / "journal"


def run_batch(journal: Journal, place: Path, operations: list[tuple[str, str, str]]) -> None:
    with journal.batch("Several") as batch:
        perform(batch, place, operations)


def kill_in(work: Callable[[Journal], object], log: Path, step: int) -> bool:
    """Open the journal and do some work, killed at a step; return whether it came to its end."""
    try:
        work(Journal(log, stop_at(step)))
    except Killed:
        return False
    return True
