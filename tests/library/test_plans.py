from pathlib import Path

import pytest
from tests.library.sounds import contents_of, write_contents

from drumlin.errors import MissingError, SortError
from drumlin.library import Library
from drumlin.library.plans import UNSURE, Plan, folder_name
from drumlin.library.tags import assign

pytestmark = pytest.mark.usefixtures("bytes_as_sounds")

FILES = {
    "Pack/Kick_01.wav": b"1",
    "Pack/Snare_01.wav": b"2",
    "Pack/open hat.wav": b"3",
    "Other/Kick_01.wav": b"4",
    "Other/kick snare.wav": b"5",
    "Other/nothing.wav": b"6",
}


@pytest.fixture
def filled(library: Library, place: Path) -> Library:
    write_contents(place, FILES)
    library.add(place)
    library.scan()
    return library


def ways(plan: Plan, place: Path) -> dict[str, str]:
    return {
        str(Path(step.source).relative_to(place)): str(Path(step.target).relative_to(plan.to)) for step in plan.steps
    }


def test_files_go_to_the_kind_they_have(filled: Library, place: Path, tmp_path: Path) -> None:
    plan = filled.plan("drums", tmp_path / "Sorted", "move")
    assert ways(plan, place) == {
        "Other/Kick_01.wav": "kick/Kick_01.wav",
        "Other/kick snare.wav": f"{UNSURE}/kick snare.wav",
        "Pack/Kick_01.wav": "kick/Kick_01 (2).wav",
        "Pack/Snare_01.wav": "snare/Snare_01.wav",
        "Pack/open hat.wav": "hat/open hat.wav",
    }
    assert plan.left == {"nothing says what it is": 1}
    reasons = {Path(step.source).name: step.why for step in plan.steps}
    assert reasons["Snare_01.wav"] == "snare (name: snare)"
    assert reasons["kick snare.wav"] == "kick (name: kick) or snare (name: snare)"


def test_all_files_are_sorted_if_asked(filled: Library, place: Path, tmp_path: Path) -> None:
    plan = filled.plan("drums", tmp_path, "copy", everything=True)
    assert ways(plan, place)["Other/nothing.wav"] == f"{UNSURE}/nothing.wav"


def test_a_tag_without_kinds_takes_only_what_has_it(filled: Library, place: Path, tmp_path: Path) -> None:
    plan = filled.plan("snare", tmp_path, "copy", text="in:pack")
    assert ways(plan, place) == {"Pack/Snare_01.wav": "snare/Snare_01.wav"}


def test_unsure_suggestions_go_aside_and_the_user_rules(filled: Library, place: Path, tmp_path: Path) -> None:
    ids = {found.paths[0].name: found.id for found in filled.find().found}
    with filled.tagging() as connection:
        assign(connection, [ids["nothing.wav"]], "tom", origin="suggested", confidence=0.4)
        assign(connection, [ids["kick snare.wav"]], "kick", confidence=0.0)
        assign(connection, [ids["Snare_01.wav"]], "clap")
        assign(connection, [ids["Snare_01.wav"]], "snare", confidence=0.0)
    found = ways(filled.plan("drums", tmp_path, "move"), place)
    assert found["Other/nothing.wav"] == f"{UNSURE}/nothing.wav"
    assert found["Other/kick snare.wav"] == "snare/kick snare.wav"
    assert found["Pack/Snare_01.wav"] == "clap/Snare_01.wav"
    assert ways(filled.plan("drums", tmp_path, "move", sure=0.3), place)["Other/nothing.wav"] == "tom/nothing.wav"


def test_the_name_does_not_compete_with_the_user_s_word(filled: Library, place: Path, tmp_path: Path) -> None:
    ids = {found.paths[0].name: found.id for found in filled.find().found}
    with filled.tagging() as connection:
        assign(connection, [ids["Snare_01.wav"]], "clap")
    plan = filled.plan("drums", tmp_path, "move")
    assert ways(plan, place)["Pack/Snare_01.wav"] == "clap/Snare_01.wav"


def test_sorting_moves_and_undo_restores_every_byte_and_name(filled: Library, place: Path) -> None:
    before = contents_of(place)
    filled.tag("favourite", [place / "Pack/Snare_01.wav"])
    applied = filled.apply(filled.plan("drums", place / "Sorted", "move"))
    assert len(applied.done) == 5
    assert filled.find("favourite").found[0].paths == (place / "Sorted/snare/Snare_01.wav",)
    assert filled.plan("drums", place / "Sorted", "move").steps == ()
    assert filled.undo_title() == "Sort 5 files by drums"
    assert len(filled.undo().restored) == 5
    assert contents_of(place) == before
    assert filled.find("favourite").found[0].paths == (place / "Pack/Snare_01.wav",)
    assert filled.count() == 6


def test_a_folder_outside_joins_the_library(filled: Library, tmp_path: Path) -> None:
    filled.apply(filled.plan("drums", tmp_path / "Sorted", "link"))
    assert tmp_path / "Sorted" in filled.roots()
    assert filled.find("in:sorted").total == 5
    filled.undo()
    assert filled.find("in:sorted").total == 0
    assert filled.count() == 6


def test_a_saved_plan_can_be_applied_later(filled: Library, place: Path, tmp_path: Path) -> None:
    path = filled.save(filled.plan("kick", tmp_path / "Sorted", "copy"))
    assert path.parent == filled.folder / "plans"
    assert filled.save(filled.plan("kick", tmp_path / "Sorted", "copy")) != path
    assert len(filled.apply(path).done) == 3


def test_a_killed_sort_is_rolled_back_before_the_next(
    filled: Library, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents_of(place)

    class Killed(BaseException):
        pass

    moved = []

    def stop(path: Path, target: Path) -> Path:
        moved.append(target)
        if len(moved) == 3:
            raise Killed
        return path.rename(target)

    monkeypatch.setattr("drumlin.journal.moving._rename", stop)
    with pytest.raises(Killed):
        filled.apply(filled.plan("drums", place / "Sorted", "move"))
    monkeypatch.undo()
    assert contents_of(place) != before
    assert filled.scan().missing == 0
    assert filled.recovered == ("Sort 5 files by drums",)
    assert contents_of(place) == before
    assert filled.undo_title() == ""


def test_a_copy_elsewhere_stays_where_only_one_folder_is_sorted(filled: Library, place: Path) -> None:
    write_contents(place, {"Other/copy of kick.wav": b"1"})
    filled.scan()
    assert set(ways(filled.plan("kick", place / "Out", "move", text="in:pack"), place)) == {"Pack/Kick_01.wav"}
    outside = ways(filled.plan("kick", place / "Out", "move", text="-in:pack"), place)
    assert set(outside) == {"Other/Kick_01.wav", "Other/kick snare.wav"}


def test_a_file_is_no_folder_to_sort_into(filled: Library, place: Path) -> None:
    file = next(path for path in place.rglob("*.wav"))
    for to in (file, file / "below"):
        with pytest.raises(SortError, match=f"{file.name} is no folder"):
            filled.plan("drums", to, "move")


def test_unknown_tags_are_refused(filled: Library, tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no tag 'kazoo'"):
        filled.plan("kazoo", tmp_path, "move")


@pytest.mark.parametrize(("tag", "name"), [("a/b: c", "a_b_ c"), ("..", "_"), ("K\tick ", "K_ick")])
def test_tags_become_names_of_folders(tag: str, name: str) -> None:
    assert folder_name(tag) == name
