"""One table of questions, put to SQLite and to a real PostgreSQL: both must find the same."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.library.postgres import running_server
from tests.library.sounds import write_drums

from drumlin.errors import AudioError, LibraryBusyError, LibraryError, MissingError
from drumlin.library import ASPECT_NAMES, Library
from drumlin.library.tags import add_tag, change_tag, remove_tag, unassign

PACK = {
    "Kits/Big Room/KSHMR_Snr_07_FINAL2.wav": ("snare", 0),
    "Kits/Big Room/KSHMR_Kick_01.wav": ("kick", 0),
    "Kits/Dusty/HiHat_Closed_03.wav": ("hat", 0),
    "Kits/Dusty/sn-caf\u00e9.wav": ("snare", 1),
    "Kits/Dusty/mystery.wav": ("tom", 3),
    "toms/low.wav": ("tom", 0),
    "toms/low again.wav": ("tom", 0),
}

SHORT = {path.rpartition("/")[2].removesuffix(".wav"): path for path in PACK}

QUESTIONS = {
    "": ["KSHMR_Kick_01", "KSHMR_Snr_07_FINAL2", "HiHat_Closed_03", "mystery", "sn-caf\u00e9", "low again"],
    "snare": ["KSHMR_Snr_07_FINAL2", "sn-caf\u00e9"],
    "snar": [],
    "SNR": ["KSHMR_Snr_07_FINAL2", "sn-caf\u00e9"],
    "kshmr": ["KSHMR_Kick_01", "KSHMR_Snr_07_FINAL2"],
    "kshmr -kick": ["KSHMR_Snr_07_FINAL2"],
    "big final": ["KSHMR_Snr_07_FINAL2"],
    '"hi hat"': ["HiHat_Closed_03"],
    "hat": ["HiHat_Closed_03"],
    "cafe": ["sn-caf\u00e9"],
    "drums": ["KSHMR_Kick_01", "KSHMR_Snr_07_FINAL2", "HiHat_Closed_03", "sn-caf\u00e9", "low again"],
    "tag:hat": ["HiHat_Closed_03"],
    "tag:none": [],
    "-tag:favourite in:dusty": ["HiHat_Closed_03", "sn-caf\u00e9"],
    "in:dusty": ["HiHat_Closed_03", "mystery", "sn-caf\u00e9"],
    'in:"big room" snare': ["KSHMR_Snr_07_FINAL2"],
    "<0.2s": ["HiHat_Closed_03"],
    ">=0.25s snare": ["KSHMR_Snr_07_FINAL2", "sn-caf\u00e9"],
    "0.3..0.5s -kick": ["mystery", "low again"],
    "bright": ["HiHat_Closed_03"],
    "drums bright": ["HiHat_Closed_03", "sn-caf\u00e9"],
    "drums dark": ["KSHMR_Kick_01", "low again"],
    "drums -dark <0.2s": ["HiHat_Closed_03"],
    "hat dark": [],
    "pitch<100hz drums": ["KSHMR_Kick_01"],
    "is:duplicate": ["low again"],
    "is:loop": [],
    "is:one-shot is:mono hat": ["HiHat_Closed_03"],
    "channels=2": [],
    "tag:favourite": ["mystery"],
    "tom": ["low again"],
}
"""What each search finds, by the name of the first file; the tag `tom` was refused of mystery."""


def fill(library: Library, place: Path) -> None:
    library.add(place)
    library.scan()
    library.tag("favourite", [place / SHORT["mystery"]])
    library.tag("tom", [place / SHORT["mystery"]], confidence=0.0)


def names(library: Library, text: str) -> list[str]:
    return [found.paths[0].stem for found in library.find(text).found]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Path]]:
    folder = tmp_path_factory.mktemp("filled")
    write_drums(folder / "Samples", PACK)
    with Library(folder / "library") as library:
        fill(library, folder / "Samples")
        yield library, folder / "Samples"


@pytest.mark.parametrize("text", QUESTIONS)
def test_searches_find_what_they_say(filled: tuple[Library, Path], text: str) -> None:
    assert sorted(names(filled[0], text)) == sorted(QUESTIONS[text])


@pytest.mark.parametrize(
    ("word", "fact", "is_most"),
    [("bright", "brightness", True), ("dark", "brightness", False), ("short", "duration_s", False)],
)
def test_facts_in_words_are_a_third_of_what_is_named(
    filled: tuple[Library, Path], word: str, fact: str, is_most: bool
) -> None:
    values = sorted((found.facts[fact] for found in filled[0].find("drums").found), reverse=is_most)
    edge = values[math.ceil(len(values) / 3) - 1]
    found = sorted((found.facts[fact] for found in filled[0].find(f"drums {word}").found), reverse=is_most)
    assert found == [value for value in values if value == edge or (value > edge) == is_most]


def test_postgresql_answers_as_sqlite_does(filled: tuple[Library, Path], tmp_path: Path) -> None:
    import psycopg

    library, place = filled
    with running_server() as tail:
        with psycopg.connect(f"postgresql://drumlin@/postgres{tail}", autocommit=True) as connection:
            connection.execute("CREATE DATABASE shared")
        url = f"postgresql://drumlin@/shared{tail}"
        with Library(tmp_path / "one", url) as shared:
            fill(shared, place)
            for text in QUESTIONS:
                assert names(shared, text) == names(library, text), text
                assert shared.find(text).total == library.find(text).total
            for aspect in ASPECT_NAMES:
                for text in ("", "drums"):
                    same_neighbours(shared, library, place / SHORT["mystery"], aspect, text)
            assert [tag.__dict__ | {"id": 0} for tag in shared.tags()] == [
                tag.__dict__ | {"id": 0} for tag in library.tags()
            ]
            assert shared.scan().unchanged == len(PACK)
            several_people_share_it(shared, url, tmp_path / "two", place)


def same_neighbours(one: Library, other: Library, query: Path, aspect: str, text: str) -> None:
    first, second = (library.like(query, aspect, text) for library in (one, other))
    assert first.total == second.total
    assert {found.sha256 for found in first.found} == {found.sha256 for found in second.found}
    cosines = [[found.cosine for found in page.found] for page in (first, second)]
    np.testing.assert_allclose(cosines[0], cosines[1], atol=1e-5)


def several_people_share_it(shared: Library, url: str, folder: Path, place: Path) -> None:
    with Library(folder, url) as second:
        assert second.count() == shared.count()
        with shared.catalogue.alone(), pytest.raises(LibraryBusyError, match="somebody else"):
            second.scan()
        second.tag("punchy", [place / SHORT["low"]])
        assert names(shared, "tag:punchy") == ["low again"]
        plan = second.plan("drums", folder / "Sorted", "copy")
        assert len(second.apply(plan).done) == 6
        assert second.undo().title == "Sort 6 files by drums"
        assert names(second, "snare") == names(shared, "snare")


def test_a_server_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="refused"):
        Library(tmp_path / "library", f"postgresql://drumlin@/none?host={tmp_path}")
    with pytest.raises(LibraryError, match="postgresql://"):
        Library(tmp_path / "library", "mysql://x")


def test_the_nearest_sound_is_itself_then_its_like(filled: tuple[Library, Path]) -> None:
    library, place = filled
    found = library.like(place / SHORT["KSHMR_Snr_07_FINAL2"]).found
    assert [one.paths[0].stem for one in found][:2] == ["KSHMR_Snr_07_FINAL2", "sn-caf\u00e9"]
    assert found[0].cosine == pytest.approx(1.0, abs=1e-5)


def test_a_search_by_sound_keeps_to_the_words(filled: tuple[Library, Path]) -> None:
    library, place = filled
    page = library.like(place / SHORT["KSHMR_Snr_07_FINAL2"], text="-snare <0.2s")
    assert [one.paths[0].stem for one in page.found] == ["HiHat_Closed_03"]
    assert page.total == 1


def test_tags_that_are_asked_for_must_exist(filled: tuple[Library, Path]) -> None:
    with pytest.raises(MissingError, match=r"no tag 'kazoo'; there are .*kick"):
        filled[0].find("tag:kazoo")


def test_an_unknown_aspect_is_refused(filled: tuple[Library, Path]) -> None:
    with pytest.raises(LibraryError, match="whole, spectrum"):
        filled[0].like(filled[1] / SHORT["low"], "colour")


def test_show_tells_who_says_what(filled: tuple[Library, Path]) -> None:
    library, place = filled
    found, said = library.show(place / SHORT["HiHat_Closed_03"])
    assert found.paths == (place / SHORT["HiHat_Closed_03"],)
    assert [(one.tag, one.origin, one.why) for one in said] == [("closed hat", "imported", "name: hi hat closed")]
    with pytest.raises(MissingError, match="not in the catalogue"):
        library.show(place / "nowhere.wav")


def test_new_synonyms_find_old_files_and_go_again(library: Library, place: Path) -> None:
    write_drums(place, {"Zap_01.wav": ("hat", 1), "boom.wav": ("kick", 1)})
    library.add(place)
    library.scan()
    with library.tagging() as connection:
        add_tag(connection, "Laser", colour="#ff0000", parent="effect", also=("zap", "pew"))
    assert names(library, "tag:laser") == names(library, "fx") == ["Zap_01"]
    with library.tagging() as connection:
        change_tag(connection, "laser", new_name="Ray", add_synonyms=("boom",), drop_synonyms=("zap",))
    assert names(library, "tag:ray") == ["boom"]
    with library.tagging() as connection:
        remove_tag(connection, "ray")
    assert names(library, "tag:none") == ["Zap_01", "boom"]


def test_a_word_stands_for_one_tag(library: Library) -> None:
    with library.tagging() as connection:
        with pytest.raises(LibraryError, match="'bd' stands for the tag 'kick' already"):
            add_tag(connection, "thump", also=("bd",))
        with pytest.raises(LibraryError, match="itself or a kind of it"):
            change_tag(connection, "drums", parent="open hat")
        with pytest.raises(LibraryError, match="a word or a few"):
            add_tag(connection, "...")


def test_what_the_user_says_can_be_taken_back(library: Library, place: Path) -> None:
    write_drums(place, {"kick.wav": ("kick", 1)})
    library.add(place)
    library.scan()
    library.tag("kick", [place / "kick.wav"], confidence=0.0)
    assert names(library, "tag:kick") == []
    with library.tagging() as connection:
        unassign(connection, [library.find().found[0].id], "kick")
    assert names(library, "tag:kick") == ["kick"]


def test_near_duplicates_share_a_group(library: Library, place: Path) -> None:
    from tests.drums import snare

    from drumlin.audio import write_wav

    write_drums(place, {"a.wav": ("snare", 0), "other.wav": ("snare", 5)})
    write_wav(place / "quieter.wav", 0.3 * snare(0), 44100, encoding="16")
    library.add(place)
    library.scan()
    groups = {found.paths[0].stem: found.cluster for found in library.find().found}
    assert groups["a"] == groups["quieter"] != groups["other"]
    assert names(library, "is:duplicate") == ["a", "quieter"]


def test_tags_of_live_and_fl_studio_are_found(library: Library, place: Path) -> None:
    from tests.library.test_told import LIVE

    write_drums(place, {"bd1.wav": ("tom", 1), "x/y.wav": ("hat", 1)})
    (place / "Ableton Folder Info").mkdir()
    (place / "Ableton Folder Info/a.xmp").write_text(LIVE.replace("Kick", "Zabumba"))
    (place.parent / "Tags").write_text(f'@TagCase=*,Shiny\n"{place}\\X\\Y.wav",Shiny\n"C:\\none.wav",Shiny\n')
    library.add(place)
    library.scan()
    assert library.take_fl_tags(place.parent / "Tags") == 1
    assert (names(library, "zabumba"), names(library, "shiny")) == (["bd1"], ["y"])
    (place / "Ableton Folder Info/a.xmp").unlink()
    library.scan()
    assert names(library, "zabumba") == []


def test_all_notes_of_live_in_a_folder_are_taken(library: Library, place: Path) -> None:
    from tests.library.test_told import LIVE

    write_drums(place, {"bd1.wav": ("tom", 1), "bd2.wav": ("tom", 2)})
    notes = place / "Ableton Folder Info"
    notes.mkdir()
    (notes / "a.xmp").write_text(LIVE.replace("Kick", "Zabumba"))
    (notes / "b.xmp").write_text(LIVE.replace("Kick", "Surdo").replace("bd1", "bd2"))
    (notes / "c.xmp").write_text("<broken")
    library.add(place)
    library.scan()
    assert (names(library, "zabumba"), names(library, "surdo")) == (["bd1"], ["bd2"])
    (notes / "b.xmp").unlink()
    library.scan()
    assert (names(library, "zabumba"), names(library, "surdo")) == (["bd1"], [])


def test_a_file_that_cannot_be_used_is_shown_with_the_reason(library: Library, place: Path) -> None:
    (place / "text.wav").write_text("no sound")
    library.add(place)
    library.scan()
    with pytest.raises(MissingError, match=r"text\.wav cannot be used: cannot be decoded"):
        library.show(place / "text.wav")


def test_a_sound_that_cannot_be_compared_is_named(library: Library, place: Path) -> None:
    (place / "text.wav").write_text("no sound")
    with pytest.raises(AudioError, match=r"text\.wav: cannot be decoded"):
        library.like(place / "text.wav")
