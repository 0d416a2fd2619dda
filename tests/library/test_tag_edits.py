"""Edits of tags: made, changed, joined, removed, and each of them taken back and done again."""

from pathlib import Path
from typing import Any

import pytest
from tests.library.sounds import write_drums

from drumlin.errors import LibraryError, MissingError
from drumlin.library import Library
from drumlin.library.saying import Saying
from drumlin.library.tag_edits import edit_tag, join_tags, make_tag, remove_tag, turn
from drumlin.library.tags import assign
from drumlin.library.vocabulary import PALETTE

NAMES = {f"{drum} {seed}.wav": (drum, seed) for drum in ("kick", "snare", "hat") for seed in range(2)}


@pytest.fixture
def mine(library: Library, place: Path) -> Library:
    """Return a library whose kicks are imported, one of them also by the user's word, and one suggested a snare."""
    write_drums(place, NAMES)
    library.add(place)
    library.scan()
    library.tag("kick", [place / "kick 0.wav"])
    library.tag("punchy", [place / "kick 0.wav", place / "snare 0.wav"])
    with library.tagging() as connection:
        assign(connection, [1], "snare", origin="suggested", confidence=0.7, why="like another")
    return library


def state(library: Library) -> Any:
    """Return all that is known of the tags and of who has them, but for their numbers."""
    ids = library.list_ids()
    return [tag.__dict__ | {"id": 0} for tag in library.tags()], [
        sorted(map(str, said)) for _, said in library.describe(ids)
    ]


def edits(library: Library) -> dict[str, Any]:
    return {
        "make": lambda: make_tag(library, "Boom!", colour="#123456", parent="kick", synonyms=["bum"]),
        "rename": lambda: edit_tag(library, "kick", new_name="Boom"),
        "colour": lambda: edit_tag(library, "kick", colour="#abcdef"),
        "parent": lambda: edit_tag(library, "kick", parent="percussion"),
        "synonyms": lambda: edit_tag(library, "kick", synonyms=["bd", "stomp"]),
        "join": lambda: join_tags(library, ["kick", "punchy"], "snare"),
        "join with its own kind": lambda: join_tags(library, ["hat"], "closed hat"),
        "remove": lambda: remove_tag(library, "kick"),
        "remove a parent": lambda: remove_tag(library, "drums"),
    }


@pytest.mark.parametrize("name", edits(None))  # type: ignore[arg-type]
def test_each_edit_is_taken_back_and_done_again(mine: Library, name: str) -> None:
    before = state(mine)
    edit = edits(mine)[name]()
    after = state(mine)
    assert after != before
    again = turn(mine, edit)
    assert state(mine) == before
    back = turn(mine, again)
    assert state(mine) == after
    turn(mine, back)
    assert state(mine) == before


def tags_of(library: Library, path: Path) -> dict[str, str]:
    return {one.tag: one.origin for one in reversed(library.show(path)[1]) if one.confidence > 0}


def test_what_was_said_of_a_joined_tag_is_said_of_the_other(mine: Library, place: Path) -> None:
    mine.tag("snare", [place / "snare 0.wav"], confidence=0.0)
    join_tags(mine, ["punchy", "kick"], "snare")
    assert tags_of(mine, place / "kick 0.wav")["snare"] == "user"
    assert tags_of(mine, place / "kick 1.wav")["snare"] == "imported"
    said = [one.confidence for one in mine.show(place / "snare 0.wav")[1] if one.origin == "user"]
    assert said == [0.0]  # where the words differ, what was said of the tag that stays stands
    assert {tag.name for tag in mine.tags()}.isdisjoint({"punchy", "kick"})
    assert len(mine.find("tag:kick").found) == 3


def test_files_speak_of_a_tag_by_its_new_words(mine: Library, place: Path) -> None:
    edit_tag(mine, "percussion", synonyms=["snare 1"])
    assert tags_of(mine, place / "snare 1.wav") == {"percussion": "imported"}
    remove_tag(mine, "percussion")
    assert tags_of(mine, place / "snare 1.wav") == {"snare": "imported"}


def test_a_tag_is_no_kind_of_itself(mine: Library) -> None:
    with pytest.raises(LibraryError, match="choose another parent"):
        edit_tag(mine, "drums", parent="closed hat")
    with pytest.raises(LibraryError, match="choose another parent"):
        edit_tag(mine, "kick", parent="bass drum")


def test_words_of_other_tags_and_empty_ones_are_refused(mine: Library) -> None:
    for change in ({"new_name": "snare"}, {"synonyms": ["snr"]}, {"new_name": "  "}):
        before = state(mine)
        with pytest.raises(LibraryError):
            edit_tag(mine, "kick", **change)  # type: ignore[arg-type]
        assert state(mine) == before
    with pytest.raises(LibraryError, match="nothing to join"):
        join_tags(mine, ["kick", "bd"], "kick")
    with pytest.raises(MissingError):
        remove_tag(mine, "gong")


def test_keeping_and_rejecting_need_their_tags(mine: Library) -> None:
    mine.judge([1], "kept")
    for edit in (lambda: remove_tag(mine, "kept"), lambda: edit_tag(mine, "triage", new_name="x")):
        with pytest.raises(LibraryError, match="stays as it is"):
            edit()


def test_an_edit_whose_word_was_taken_meanwhile_is_refused_whole(mine: Library) -> None:
    edit = remove_tag(mine, "kick")
    make_tag(mine, "bd")
    before = state(mine)
    with pytest.raises(LibraryError, match="already"):
        turn(mine, edit)
    assert state(mine) == before
    with pytest.raises(MissingError, match="too old"):
        turn(mine, "20200101")


def test_new_tags_get_colours_that_few_others_have(mine: Library) -> None:
    for name in ("one", "two"):
        mine.say([Saying(name, (1,), "yes")])
    make_tag(mine, "three")
    colours = [tag.colour for tag in mine.tags() if tag.name in ("one", "two", "three")]
    assert len(set(colours)) == 3
    assert set(colours) <= set(PALETTE.values())
