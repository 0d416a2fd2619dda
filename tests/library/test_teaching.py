import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.drums import DRUMS

from drumlin.errors import LibraryError, MissingError
from drumlin.library import Library, questions, teaching
from drumlin.library.finding import sample_at
from drumlin.library.keeping import HEAD, read_kept, write_kept
from drumlin.library.reading import decode
from drumlin.library.saying import Saying
from drumlin.library.starting import suggest_classes
from drumlin.library.suggested import TagCounts, count_words, surest_suggested
from drumlin.library.tags import add_tag, assign

EACH = 8


@pytest.fixture
def taught(library: Library, place: Path) -> Library:
    """Return a library of kicks, snares and hats in one folder, none of them tagged."""
    for name in ("kick", "snare", "hat"):
        for seed in range(EACH):
            soundfile.write(place / f"{name} {seed}.wav", DRUMS[name](seed), 44100)
    library.add(place)
    library.scan()
    return library


def tell(library: Library, place: Path, count: int = 3) -> None:
    """Give the first sounds of each kind their tag."""
    for name in ("kick", "snare", "hat"):
        library.tag(name, [place / f"{name} {seed}.wav" for seed in range(count)])


def test_a_few_examples_name_the_rest(taught: Library, place: Path) -> None:
    tell(taught, place)
    learned = teaching.learn(taught)
    assert (learned.sounds, learned.counts) == (9, {"hat": 3, "kick": 3, "snare": 3})
    teaching.suggest(taught, 0.3)
    rest = [(name, place / f"{name} {seed}.wav") for name in ("kick", "snare", "hat") for seed in range(3, EACH)]
    right = [best_suggestion(taught, path) == name for name, path in rest]
    assert np.mean(right) > 0.8


def best_suggestion(library: Library, path: Path) -> str:
    _, said = library.show(path)
    return next((one.tag for one in said if one.origin == "suggested"), "")


def test_what_the_user_said_is_never_overruled(taught: Library, place: Path) -> None:
    tell(taught, place)
    taught.tag("kick", [place / "kick 5.wav"], confidence=0.0)
    teaching.learn(taught)
    teaching.suggest(taught, 0.01)
    _, said = taught.show(place / "kick 5.wav")
    assert "suggested" not in [one.origin for one in said if one.tag == "kick"]


def test_suggestions_are_replaced_not_gathered(taught: Library, place: Path) -> None:
    tell(taught, place)
    teaching.learn(taught)
    many, few = teaching.suggest(taught, 0.01), teaching.suggest(taught, 0.99)
    assert sum(few.values()) < sum(many.values())
    _, said = taught.show(place / "kick 7.wav")
    assert len([one for one in said if one.origin == "suggested"]) <= 1


def test_folders_are_labels(library: Library, tmp_path: Path) -> None:
    for name in ("boom", "ts"):
        (tmp_path / "mine" / name).mkdir(parents=True)
        soundfile.write(tmp_path / "mine" / name / "1.wav", DRUMS["kick" if name == "boom" else "hat"](1), 44100)
    library.add(tmp_path / "mine")
    library.scan()
    assert teaching.teach_folders(library, tmp_path / "mine") == {"boom": 1, "ts": 1}
    assert teaching.learn(library, fewest=1).counts == {"boom": 1, "ts": 1}


def test_folders_and_files_are_known_by_relative_paths_too(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine" / "boom").mkdir(parents=True)
    soundfile.write(tmp_path / "mine" / "boom" / "1.wav", DRUMS["kick"](1), 44100)
    library.add(tmp_path / "mine")
    library.scan()
    monkeypatch.chdir(tmp_path)
    assert teaching.teach_folders(library, Path("mine")) == {"boom": 1}
    with library.catalogue.read() as connection:
        assert sample_at(connection, Path("mine/boom/../boom/1.wav")) is not None


def test_folders_that_the_library_does_not_know_are_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="add and scan"):
        teaching.teach_folders(library, tmp_path)
    with pytest.raises(MissingError, match="nowhere is no folder"):
        teaching.teach_folders(library, tmp_path / "nowhere")


def test_a_kind_of_a_tag_teaches_its_parent(taught: Library, place: Path) -> None:
    with taught.tagging() as connection:
        add_tag(connection, "thud")
        add_tag(connection, "my kick", parent="thud")
    taught.tag("my kick", [place / "kick 0.wav"])
    taught.tag("thud", [place / "snare 0.wav"])
    assert teaching.learn(taught, fewest=1).counts == {"my kick": 1, "thud": 2}


def test_questions_are_sounds_without_an_answer(taught: Library, place: Path) -> None:
    tell(taught, place)
    teaching.learn(taught)
    asked = questions.ask(taught, 5)
    known = {place / f"{name} {seed}.wav" for name in ("kick", "snare", "hat") for seed in range(3)}
    assert len({one.path for one in asked}) == 5
    assert not known & {one.path for one in asked}


def test_reasons_name_files_of_the_tag(taught: Library, place: Path) -> None:
    tell(taught, place)
    teaching.learn(taught)
    found = questions.why(taught, place / "snare 6.wav", "snare")
    assert {path.name for path in found.like} == {"snare 0.wav", "snare 1.wav", "snare 2.wav"}
    assert not any(path.name.startswith("snare") for path in found.unlike)
    with pytest.raises(MissingError, match="nothing was learned"):
        questions.why(taught, place / "snare 6.wav", "gong")


def test_nothing_said_is_nothing_learned(taught: Library) -> None:
    with pytest.raises(LibraryError, match="give tags"):
        teaching.learn(taught)
    with pytest.raises(LibraryError, match="nothing was taught"):
        questions.ask(taught)


def test_a_head_of_other_vectors_is_refused(taught: Library, place: Path) -> None:
    tell(taught, place)
    teaching.learn(taught)
    with taught.tagging() as connection:
        content = json.loads(read_kept(connection, HEAD) or "")
        write_kept(connection, HEAD, json.dumps(content | {"embedder": "another"}))
    with pytest.raises(LibraryError, match="another way of hearing"):
        teaching.suggest(taught)


def test_classes_are_suggested_where_the_classifier_is_sure(taught: Library, place: Path) -> None:
    def classify(path: Path) -> tuple[str, float] | None:
        waveform = decode(path).waveform
        return ("low", 0.9) if np.abs(np.diff(waveform)).mean() < 0.5 * np.abs(waveform).mean() else None

    counts = suggest_classes(taught, classify, "by hand")
    assert counts["low"] >= EACH
    _, said = taught.show(place / "kick 0.wav")
    assert [(one.tag, one.confidence, one.why) for one in said if one.origin == "suggested"] == [
        ("low", 0.9, "by hand")
    ]


def test_a_class_is_suggested_as_the_tag_that_it_stands_for(taught: Library) -> None:
    assert set(suggest_classes(taught, lambda path: ("hihat_closed", 0.9), "by hand")) == {"closed hat"}
    assert set(suggest_classes(taught, lambda path: ("low_thud", 0.9), "by hand")) == {"low thud"}


def test_one_tag_alone_is_told_from_the_rest_of_the_library(taught: Library, place: Path) -> None:
    taught.tag("thud", [place / f"kick {seed}.wav" for seed in range(3)])
    assert teaching.relearn(taught) == {"thud": len(surest_suggested(taught, "thud"))}
    first = [taught.describe([number])[0][0].paths[0].stem for number, _ in surest_suggested(taught, "thud")[:4]]
    assert all(name.startswith("kick") for name in first)


def test_too_few_examples_are_waited_for_and_what_was_learned_is_forgotten(taught: Library, place: Path) -> None:
    tell(taught, place)
    assert set(teaching.relearn(taught)) == {"hat", "kick", "snare"}
    taught.say([Saying("hat", tuple(taught.list_ids()), "open")])
    assert set(teaching.relearn(taught)) == {"kick", "snare"}
    assert surest_suggested(taught, "hat") == []
    taught.say([Saying(tag, tuple(taught.list_ids()), "open") for tag in ("kick", "snare")])
    assert teaching.relearn(taught) == {}
    assert teaching.learned_tags(taught) == ()


def test_a_tag_is_learned_from_three_sounds_on_unless_fewer_are_asked_for(taught: Library, place: Path) -> None:
    taught.tag("thud", [place / f"kick {seed}.wav" for seed in range(2)])
    with pytest.raises(LibraryError, match=r"no tag has 3 sounds by your word yet \(thud has 2\)"):
        teaching.learn(taught)
    taught.tag("crack", [place / f"snare {seed}.wav" for seed in range(3)])
    learned = teaching.learn(taught)
    assert (learned.counts, learned.waiting) == ({"crack": 3}, {"thud": 2})
    assert teaching.learn(taught, fewest=1).counts == {"crack": 3, "thud": 2}


def test_keeping_and_rejecting_teach_nothing(taught: Library, place: Path) -> None:
    tell(taught, place)
    taught.judge(taught.list_ids()[:6], "rejected")
    assert set(teaching.relearn(taught)) == {"hat", "kick", "snare"}


def test_suggestions_come_surest_first_and_only_until_they_are_decided(taught: Library, place: Path) -> None:
    tell(taught, place)
    teaching.relearn(taught)
    waiting = surest_suggested(taught, "kick")
    assert [sure for _, sure in waiting] == sorted((sure for _, sure in waiting), reverse=True)
    imported = set(taught.list_ids("kick"))
    assert not imported & {number for number, _ in waiting}  # their names say it already
    with taught.tagging() as connection:
        assign(connection, [1], "tom", origin="suggested", confidence=0.8)
    assert surest_suggested(taught, "tom") == [(1, 0.8)]
    assert surest_suggested(taught, "tom", "nothing") == []
    taught.say([Saying("tom", (1,), "no")])
    assert surest_suggested(taught, "tom") == []
    assert count_words(taught)["tom"] == TagCounts(denied=1)
    assert count_words(taught)["kick"].given == 3
