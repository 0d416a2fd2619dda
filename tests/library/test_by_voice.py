from pathlib import Path

import numpy as np
import pytest
from tests.library.sounds import write_drums
from tests.voices import sound, spoken

from drumlin.audio import MonoSound, write_wav
from drumlin.errors import LibraryError, PreprocessError, QueryError
from drumlin.library import Library, ScanOptions, find_by_voice, score_voice
from drumlin.library.own_voice import NAME, read_own_voice
from drumlin.library.prompts import prompts
from drumlin.library.voice_test import Figures, chance_of

DRUMS = {f"{drum}/{drum}_{seed}.wav": (drum, seed) for drum in ("kick", "snare", "hat") for seed in range(4)}


@pytest.fixture
def drums(library: Library, place: Path) -> Library:
    write_drums(place, DRUMS)
    library.add(place)
    library.scan(ScanOptions(workers=1))
    return library


def test_a_rhythm_gets_a_list_for_each_syllable(drums: Library) -> None:
    heard = find_by_voice(drums, sound(("boom", 0.0), ("ts", -4.0), ("ka", -2.0), ("ts", -10.0)), count=3)
    assert [one.called for one in heard.lists] == ["kick", "closed hat", "snare"]
    firsts = [{found.paths[0].parent.name for found in one.found} for one in heard.lists]
    assert firsts == [{"kick"}, {"hat"}, {"snare"}]
    assert [one.which for one in heard.pattern] == [0, 1, 2, 1]
    assert [one.at_s for one in heard.pattern] == pytest.approx([0.0, 0.4, 0.8, 1.2], abs=0.02)
    assert heard.pattern[3].velocity < heard.pattern[1].velocity
    assert all(list(one.fits) == sorted(one.fits, reverse=True) for one in heard.lists)


def test_a_search_in_words_narrows_it(drums: Library) -> None:
    (only,) = find_by_voice(drums, sound(("boom", 0.0)), text="snare").lists
    assert {found.paths[0].parent.name for found in only.found} == {"snare"}
    assert find_by_voice(drums, sound(("boom", 0.0)), text="banjo").lists[0].found == ()
    with pytest.raises(QueryError):
        find_by_voice(drums, sound(("boom", 0.0)), text="<fast")


def test_what_the_user_says_of_a_sound_counts(drums: Library, place: Path) -> None:
    odd = place / "hat/hat_0.wav"
    drums.tag("kick", [odd])
    (heard,) = find_by_voice(drums, sound(("boom", 0.0)), count=5).lists
    assert odd in {found.paths[0] for found in heard.found}


def test_an_empty_library_has_empty_lists(library: Library) -> None:
    heard = find_by_voice(library, sound(("boom", 0.0), ("ts", 0.0)))
    assert [one.found for one in heard.lists] == [(), ()]
    assert len(heard.pattern) == 2


def test_silence_is_refused_with_a_word(drums: Library) -> None:
    with pytest.raises(PreprocessError, match="no stroke is heard"):
        find_by_voice(drums, MonoSound(np.zeros(44100, np.float32), 44100, 1, ""))


def test_imitations_are_scored_against_luck(drums: Library, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    for name, syllable in {"kick/1.wav": "boom", "snare 2.wav": "ka", "hat 9.wav": "ts"}.items():
        (mine / name).parent.mkdir(parents=True, exist_ok=True)
        write_wav(mine / name, spoken((syllable, 0.0)), 44100)
    write_wav(mine / "banjo.wav", spoken(("ka", 0.0)), 44100)
    (mine / "kick torn.wav").write_bytes(b"no sound")
    score = score_voice(drums, mine)
    assert [one.rank for one in score.trials] == [1, 1, 1]
    assert score.as_it_comes == score.tuned == Figures(1.0, 1.0, 1.0)
    assert score.chance.top_1 == pytest.approx(1 / 3, abs=1e-4)
    assert [name for name, _ in score.refused] == ["banjo.wav", "kick torn.wav"]


def test_a_voice_is_kept_only_if_asked_to(drums: Library, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    write_wav(mine / "kick.wav", spoken(("boom", 0.0)), 44100)
    assert not score_voice(drums, mine).learned
    assert not read_own_voice(drums.folder).any()
    assert score_voice(drums, mine, learn=True).learned
    assert read_own_voice(drums.folder).any()
    assert find_by_voice(drums, sound(("boom", 0.0))).lists[0].called == "kick"


def test_a_kept_voice_that_is_damaged_is_named(drums: Library) -> None:
    (drums.folder / NAME).write_text("{}")
    with pytest.raises(LibraryError, match="delete it"):
        find_by_voice(drums, sound(("boom", 0.0)))


def test_a_sound_can_be_imitated_by_its_name(drums: Library, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    write_wav(tmp_path / "mine/snare_2.wav", spoken(("ka", 0.0)), 44100)
    (trial,) = score_voice(drums, tmp_path / "mine").trials
    assert (trial.kind, trial.wanted, trial.right) == ("sound", "snare_2", 1)
    assert 1 <= trial.rank <= 4


def test_folders_without_imitations_are_refused(drums: Library, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(LibraryError, match="0 sounds are there"):
        score_voice(drums, tmp_path / "empty")
    with pytest.raises(LibraryError, match="is no folder"):
        score_voice(drums, tmp_path / "nowhere")


@pytest.mark.parametrize(("right", "sounds"), [(1, 7), (3, 40), (12, 12)])
def test_chance_is_what_shuffling_gives(right: int, sounds: int) -> None:
    generator = np.random.default_rng(0)
    ranks = np.array([generator.permutation(sounds)[:right].min() + 1 for _ in range(4000)])
    shuffled = ((ranks == 1).mean(), (ranks <= 10).mean(), (1 / ranks).mean())
    assert chance_of(right, sounds) == pytest.approx(shuffled, abs=0.03)


def test_what_is_asked_for_has_sounds_in_the_library(drums: Library, place: Path) -> None:
    assert [(one.tag, one.sounds) for one in prompts(drums)] == [("kick", 4), ("snare", 4), ("hat", 4)]
    drums.tag("closed hat", [place / "hat/hat_0.wav"])
    assert [one.tag for one in prompts(drums)] == ["kick", "snare", "closed hat"]
    drums.tag("kick", [place / f"kick/kick_{seed}.wav" for seed in range(4)], confidence=0.0)
    assert [one.tag for one in prompts(drums)] == ["snare", "closed hat"]
