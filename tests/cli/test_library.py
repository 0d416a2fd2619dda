import json
import os
from pathlib import Path

import pytest
from tests.library.sounds import contents_of, write_drums
from typer.testing import CliRunner, Result

from drumlin.cli import app
from drumlin.errors import AudioError, LibraryError, UsageError

PACK = {"Kicks/a.wav": ("kick", 0), "Kicks/b.wav": ("kick", 1), "x/Snr_01.wav": ("snare", 0), "x/what.wav": ("tom", 0)}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    write_drums(folder, PACK)
    return folder


@pytest.fixture
def place(tmp_path: Path, template: Path) -> Path:
    import shutil

    return shutil.copytree(template, tmp_path / "Samples")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["library", *map(str, arguments)], catch_exceptions=False)


def json_of(*arguments: object) -> object:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_library_is_added_found_sorted_and_restored(place: Path) -> None:
    before = contents_of(place)
    assert run("add", place).stdout == "4 sounds; 4 read\n"
    found = run("find", "kick <0.5s", "--count", 1)
    assert str(place / "Kicks/a.wav") in found.stdout and "1 of 2" in found.stderr
    planned = run("sort", "--by", "drums", "--to", place / "Sorted", "--move")
    assert "3 files to move, 0 of them to _unsure; 1 stay: nothing says what it is" in planned.stdout
    assert contents_of(place) == before  # asked nobody, did nothing
    applied = run("sort", "--by", "drums", "--to", place / "Sorted", "--move", "--yes")
    assert "3 files done" in applied.stdout
    assert (place / "Sorted/snare/Snr_01.wav").is_file()
    assert "drumlin library undo --yes" in run("undo").stderr  # nobody is there to ask
    undone = run("undo", "--yes")
    assert undone.stdout == "3 files are as they were before: Sort 3 files by drums\n"
    assert contents_of(place) == before
    assert "nothing to undo" in run("undo", "--yes").stderr


def test_a_saved_plan_is_applied(place: Path) -> None:
    run("add", place)
    plan = json_of("sort", "--by", "snare", "--to", place / "Out", "--copy")
    assert isinstance(plan, dict) and plan["applied"] is False
    assert json_of("sort", "--plan", plan["plan"], "--yes") == {"applied": True, "done": 1, "left": []}


def test_a_sort_needs_to_know_what_and_how() -> None:
    for options in ((), ("--by", "drums"), ("--by", "drums", "--to", "x", "--move", "--copy")):
        with pytest.raises(UsageError, match="one of --move, --copy and --link"):
            run("sort", *options)


def test_json_of_a_scan_counts_and_names_problems(place: Path) -> None:
    (place / "bad.wav").write_bytes(b"no")
    result = json_of("add", place)
    assert isinstance(result, dict)
    assert (result["read"], result["sounds"], len(result["problems"])) == (4, 4, 1)
    assert str(place / "bad.wav") in run("list", "--problems").stdout
    events = run("scan", "--again", "--progress", "json").stdout.splitlines()
    assert json.loads(events[-1])["event"] == "done"


def test_lists_show_folders_tags_and_sounds(place: Path) -> None:
    assert run("list", "--folders").stdout == "none\n"
    run("add", place, "--no-scan")
    assert json_of("list", "--folders") == [str(place)]
    assert "1 " not in run("list", "--tags").stdout
    assert run("scan").stdout == "4 sounds; 4 read\n"
    assert "     2 kick (a kind of drums)" in run("list", "--tags").stdout
    assert len(run("list").stdout.splitlines()) == 4
    run("remove", place)
    assert run("list").stdout == ""


def test_a_sound_finds_its_like_by_an_aspect(place: Path) -> None:
    run("add", place)
    page = json_of("find", "--like", place / "Kicks/a.wav", "--aspect", "envelope", "kick")
    assert isinstance(page, dict)
    assert [Path(one["paths"][0]).name for one in page["found"]] == ["a.wav", "b.wav"]
    assert page["found"][0]["cosine"] == pytest.approx(1.0, abs=1e-5)


def test_tags_are_said_and_shown(place: Path) -> None:
    run("add", place)
    assert run("tag", "Punchy", place / "x/what.wav").stdout == "1 sounds are Punchy\n"
    run("tag", "snare", place / "x/Snr_01.wav", "--not")
    assert "tag Punchy         user, 1.00" in run("show", place / "x/what.wav").stdout
    assert run("find", "tag:snare").stdout == ""
    shown = json_of("show", place / "x/what.wav")
    assert isinstance(shown, dict) and shown["said"][0]["tag"] == "Punchy"


def test_facts_need_no_library(place: Path) -> None:
    assert "duration           0.35 s" in run("facts", place / "Kicks/a.wav").stdout
    facts = json_of("facts", place / "Kicks/a.wav")
    assert isinstance(facts, dict) and facts[str(place / "Kicks/a.wav")]["channels"] == 1


def test_tags_of_fl_studio_are_taken(place: Path, tmp_path: Path) -> None:
    run("add", place)
    (tmp_path / "Tags").write_text(f'@TagCase=*,Shiny\n"{place}/x/what.wav",Shiny\n')
    assert run("import-tags", tmp_path / "Tags").stdout.startswith("1 files of the library")
    assert "what.wav" in run("find", "shiny").stdout


def test_watching_scans_at_once(place: Path) -> None:
    run("add", place, "--no-scan")
    assert run("watch", "--rounds", 1).stdout == "4 read\n"


def test_a_library_lies_where_it_is_told(place: Path, tmp_path: Path) -> None:
    run("add", place, "--home", tmp_path / "mine")
    assert (tmp_path / "mine/library.sqlite").is_file()
    with pytest.raises(LibraryError, match="postgresql://"):
        run("list", "--url", "mysql://x")


def test_sorting_and_undo_tell_a_program_how_they_end(place: Path) -> None:
    run("add", place)
    sorted_ = run("sort", "--by", "drums", "--to", place / "Out", "--move", "--yes", "--progress", "json")
    events = [json.loads(line) for line in sorted_.stdout.splitlines()]
    assert events[-1] == {"event": "done", "result": {"applied": True, "done": 3, "left": []}}
    events = [json.loads(line) for line in run("undo", "--yes", "--progress", "json").stdout.splitlines()]
    assert events[-1] == {"event": "done", "result": {"restored": 3, "left": 0}}


def test_a_small_library_needs_no_index(place: Path) -> None:
    run("add", place)
    with pytest.raises(LibraryError, match=r"it needs 50,000 sounds \(there are 4\)"):
        run("index")
    assert "every search is exact" in run("index", "--off").stdout


def test_the_map_tells_how_it_was_laid_and_goes_back(place: Path) -> None:
    assert "no map yet" in run("map").stdout
    run("add", place)
    assert "map 1: 4 sounds by brightness and decay, laid when there were 4" in run("map").stdout
    assert json_of("map", "--anew") == {
        "sounds": 4,
        "number": 2,
        "laid_on": 4,
        "is_fitted": False,
        "is_outgrown": False,
    }
    assert "map 1:" in run("map", "--use", 1).stdout
    with pytest.raises(UsageError, match="choose one"):
        run("map", "--use", 1, "--anew")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_cannot_command_the_terminal_and_programs_get_it_as_it_is(place: Path) -> None:
    odd = place / "line\n\x1b[31m\udce4.wav"
    (place / "Kicks/a.wav").rename(odd)
    run("add", place)
    shown = run("find", "line").stdout
    assert "line\\n\\x1b[31m\\udce4.wav" in shown and "\x1b" not in shown
    found = json_of("find", "line")
    assert isinstance(found, dict) and found["found"][0]["paths"] == [str(odd)]


def test_what_cannot_be_measured_is_named(place: Path) -> None:
    (place / "text.wav").write_text("no sound")
    with pytest.raises(AudioError, match=r"text\.wav: cannot be decoded"):
        run("facts", place / "Kicks/a.wav", place / "text.wav")
