"""Sorting under faults: whatever happens, every sound is somewhere, and all is done or nothing."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.library.sounds import contents_of, fast_folder, write_contents

from drumlin.errors import JournalError, SortError
from drumlin.journal import Journal
from drumlin.library.plans import How, Plan, Step, read_plan, write_plan
from drumlin.library.sorting import apply_plan

NAMES = ("a.wav", "A.wav", "b.wav", "in/a.wav", "in/c.wav", "in/C.wav", "deep/er/b.wav")
SOURCES = ("a.wav", "b.wav", "in/a.wav", "in/c.wav")


class Killed(BaseException):
    """Stands for the end of the process: nothing may tidy up after it."""


def plan_of(place: Path, ways: dict[str, str], how: How = "move") -> Plan:
    steps = []
    for source, target in ways.items():
        state = (place / source).stat()
        steps.append(Step(str(place / source), str(place / target), "kick", 0.9, state.st_size, state.st_mtime_ns))
    return Plan("drums", how, str(place), tuple(steps))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_contents(tmp_path / "place", {name: name.encode() for name in SOURCES})
    return tmp_path / "place"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def test_names_are_exchanged_and_brought_back(place: Path, journal: Journal) -> None:
    before = contents_of(place)
    apply_plan(plan_of(place, {"a.wav": "b.wav", "b.wav": "in/a.wav", "in/a.wav": "a.wav"}), journal)
    assert contents_of(place) == before | {"b.wav": b"a.wav", "in/a.wav": b"b.wav", "a.wav": b"in/a.wav"}
    journal.undo()
    assert contents_of(place) == before


@pytest.mark.skipif(Path(__file__).with_name("TEST_SORTING.py").exists(), reason="capitals do not matter here")
def test_names_that_differ_in_capitals_are_all_sorted(place: Path, journal: Journal) -> None:
    write_contents(place, twins := {name: name.encode() for name in ("Kick.wav", "kick.wav", "KICK.WAV")})
    before = contents_of(place)
    ways = {"Kick.wav": "kick.wav", "kick.wav": "Kick.wav", "KICK.WAV": "new/kick.wav", "a.wav": "new/a.wav"}
    assert len(apply_plan(plan_of(place, ways), journal).done) == 4
    assert {target: contents_of(place)[target] for target in ways.values()} == {
        target: (before | twins)[source] for source, target in ways.items()
    }
    journal.undo()
    assert contents_of(place) == before


def test_a_chain_of_names_waits_for_each_to_be_free(place: Path, journal: Journal) -> None:
    apply_plan(plan_of(place, {"a.wav": "b.wav", "b.wav": "x.wav"}), journal)
    assert contents_of(place)["b.wav"] == b"a.wav"
    assert contents_of(place)["x.wav"] == b"b.wav"


def test_a_name_taken_meanwhile_is_not_overwritten(place: Path, journal: Journal) -> None:
    plan = plan_of(place, {"a.wav": "new/a.wav"})
    write_contents(place, {"new/a.wav": b"somebody else's"})
    applied = apply_plan(plan, journal)
    assert applied.done == ((place / "a.wav", place / "new/a (2).wav"),)
    assert contents_of(place)["new/a.wav"] == b"somebody else's"


def test_a_file_that_has_changed_is_left(place: Path, journal: Journal) -> None:
    plan = plan_of(place, {"a.wav": "x.wav", "b.wav": "y.wav", "in/a.wav": "z.wav"})
    (place / "a.wav").write_bytes(b"longer than before")
    (place / "b.wav").unlink()
    applied = apply_plan(plan, journal)
    assert [target.name for _, target in applied.done] == ["z.wav"]
    assert [(path.name, reason) for path, reason in applied.left] == [
        ("a.wav", "it has changed since the plan was made"),
        ("b.wav", "No such file or directory"),
    ]
    with pytest.raises(SortError, match="nothing of the plan can be done"):
        apply_plan(plan, journal)


@pytest.mark.parametrize("how", ["copy", "link"])
def test_copies_and_links_go_again(place: Path, journal: Journal, how: How) -> None:
    before = contents_of(place)
    apply_plan(plan_of(place, {"a.wav": "out/a.wav", "b.wav": "out/b.wav"}, how), journal)
    assert contents_of(place) == before | {"out/a.wav": b"a.wav", "out/b.wav": b"b.wav"}
    assert (place / "out/a.wav").is_symlink() == (how == "link")
    journal.undo()
    assert contents_of(place) == before
    assert not (place / "out").exists()


def test_times_of_change_survive_another_disk(place: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(place / "a.wav", ns=(10**18, 10**18 + 5))
    monkeypatch.setattr("drumlin.journal.moving._rename", refuse_rename)
    apply_plan(plan_of(place, {"a.wav": "x.wav"}), journal)
    assert (place / "x.wav").stat().st_mtime_ns == 10**18 + 5


def test_ctrl_c_takes_back_what_was_done(place: Path, tmp_path: Path) -> None:
    before = contents_of(place)
    journal = Journal(tmp_path / "journal", fault_at(9, KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        apply_plan(plan_of(place, {"a.wav": "x.wav", "b.wav": "y.wav", "in/a.wav": "z.wav"}), journal)
    assert contents_of(place) == before


@given(st.text(max_size=8), st.floats(0, 1))
def test_a_plan_survives_its_file(scratch: Path, name: str, confidence: float) -> None:
    name = name.encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "\udce9"
    plan = Plan("drums", "copy", "/to", (Step(f"/a/{name}", f"/b/{name}", "why", confidence, 1, 2),), {"left": 3})
    write_plan(scratch.parent / "plan.json", plan)
    assert read_plan(scratch.parent / "plan.json") == plan


def test_what_is_no_plan_is_refused(tmp_path: Path) -> None:
    for text, message in (("{}", "cannot be read"), ('{"format": "x"}', "is no plan"), ("[", "cannot be read")):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(SortError, match=message):
            read_plan(tmp_path / "x.json")
    (tmp_path / "x.json").write_text('{"format": "drumlin-sort-plan", "version": 9}')
    with pytest.raises(SortError, match="version 9"):
        read_plan(tmp_path / "x.json")


def refuse_rename(path: Path, target: Path) -> Path:
    raise OSError(errno.EXDEV, "Invalid cross-device link")


def fault_at(step: int, fault: type[BaseException] | int) -> Callable[[str], None]:
    """Return a step that fails once: with an exception, or as the system does with an error number."""
    left = [step]

    def count(word: str) -> None:
        left[0] -= 1
        if left[0] == -1:
            if isinstance(fault, int):
                raise OSError(fault, os.strerror(fault))
            raise fault

    return count


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    with fast_folder() as folder:
        yield folder / "scratch"


WAYS = st.dictionaries(st.sampled_from(SOURCES), st.sampled_from(NAMES), min_size=1, max_size=4)
FAULTS = st.sampled_from((Killed, errno.ENOSPC, errno.EACCES, errno.EIO))


@pytest.mark.parametrize("is_far", [False, True], ids=["one disk", "two disks"])
@settings(max_examples=500)
@given(
    ways=WAYS,
    how=st.sampled_from(("move", "copy", "link")),
    step=st.integers(0, 40),
    fault=FAULTS,
    later=st.integers(0, 20),
)
def test_whatever_fails_nothing_is_lost(
    scratch: Path, is_far: bool, ways: dict[str, str], how: How, step: int, fault: type[BaseException] | int, later: int
) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    place, log = scratch / "place", scratch / "journal"
    write_contents(place, {name: name.encode() for name in SOURCES})
    before = contents_of(place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        if is_far:
            patch.setattr("drumlin.journal.moving._rename", refuse_rename)
        plan = plan_of(place, ways, how)
        is_done = survives(log, step, fault, lambda journal: apply_plan(plan, journal))
        nothing_is_lost(scratch, before)
        survives(log, later, Killed, lambda journal: None)  # opening it, which rolls back, may be killed as well
        nothing_is_lost(scratch, before)
        journal = Journal(log)
        if not journal.title():
            assert not is_done
            assert contents_of(place) == before
            return
        if how == "move":
            assert sorted(contents_of(place).values()) == sorted(before.values())
        survives(log, later, Killed, lambda journal: journal.undo())
        nothing_is_lost(scratch, before)
        if (journal := Journal(log)).title():
            journal.undo()
        assert contents_of(place) == before


def survives(log: Path, step: int, fault: type[BaseException] | int, work: Callable[[Journal], object]) -> bool:
    """Open the journal and work, with one fault; return whether the work came to its end."""
    try:
        work(Journal(log, fault_at(step, fault)))
    except (Killed, OSError, JournalError):
        return False
    return True


def nothing_is_lost(scratch: Path, before: dict[str, bytes]) -> None:
    assert set(before.values()) <= set(contents_of(scratch).values())
