from collections import Counter
from typing import Any

import pytest

from drumlin.composing import dictionary_hash, find_descriptor, load_dictionary
from drumlin.composing.dictionary import merge_dictionary
from drumlin.composing.labels import SENTIMENTS
from drumlin.composing.patches import PATCHES
from drumlin.composing.scales import MODES
from drumlin.errors import DescriptorError

DICTIONARY = load_dictionary()


def genre(**subgenre: Any) -> dict[str, Any]:
    """Return a genre with one small subgenre, changed."""
    part = {"order": 0, "patches": {"pad_warm": 1}, "figure": ["sustain"]}
    base = {
        "modes": {"ionian": 1, "aeolian": 1},
        "meters": {"4/4": 1},
        "harmony": {"bright": ["1 4"], "dark": ["1 6"], "bars_per_chord": {"1": 1}, "colours": {"triad": 1}},
        "parts": {"pad": part, "second": part | {"role": "pad"}, "third": part | {"role": "pad"}},
    }
    small = {"moods": ["glad"], "tempo": {"min_bpm": 80, "max_bpm": 120}}
    return {"genre": "test", "base": base, "subgenres": {"small": small | subgenre}}


MOODS = {
    "glad": {"valence": 0.9, "arousal": 0.5},
    "sad": {"valence": -0.9, "arousal": -0.5, "add": {"sound": {"tilt_db": -2}}},
}


def test_there_are_enough_descriptors_in_eight_genres() -> None:
    assert len(DICTIONARY) >= 48
    assert len({one.genre for one in DICTIONARY.values()}) == 8
    assert all(name == f"{one.genre}_{one.subgenre}_{one.mood}" for name, one in DICTIONARY.items())


def test_sentiments_are_balanced() -> None:
    counts = Counter(one.sentiment for one in DICTIONARY.values())
    assert set(counts) == set(SENTIMENTS)
    assert max(counts.values()) <= 1.3 * min(counts.values())


def test_every_genre_has_every_momentum_and_sentiment() -> None:
    for name in {one.genre for one in DICTIONARY.values()}:
        chosen = [one for one in DICTIONARY.values() if one.genre == name]
        assert {one.momentum for one in chosen} == set(range(5)), name
        assert {one.sentiment for one in chosen} == set(SENTIMENTS), name


def test_every_patch_is_used() -> None:
    used = {patch for one in DICTIONARY.values() for part in one.parts.values() for patch in part.patches}
    assert used == set(PATCHES)


def test_dark_moods_have_darker_modes_than_bright_ones() -> None:
    def brightness(mood: str) -> float:
        chosen = [one for one in DICTIONARY.values() if one.mood == mood]
        return sum(MODES[mode].brightness * share for one in chosen for mode, share in one.modes.items()) / len(chosen)

    assert (
        brightness("grim")
        < brightness("tense")
        < brightness("steady")
        < brightness("hopeful")
        < brightness("triumphant")
    )


def test_driven_moods_are_faster_than_calm_ones_of_their_style() -> None:
    for first in DICTIONARY.values():
        for second in DICTIONARY.values():
            if (first.genre, first.subgenre) == (second.genre, second.subgenre) and first.arousal < second.arousal:
                assert first.tempo.centre_bpm < second.tempo.centre_bpm


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(DescriptorError, match="did you mean rock_indie_hopeful"):
        find_descriptor("rock_indie_hopefull")


def test_layers_are_merged_from_genre_to_exception() -> None:
    table = genre(moods=["glad", "sad"], sound={"tilt_db": 1.0, "room_s": 2.0})
    table["entries"] = {"small_sad": {"sound": {"room_s": 3.0}}}
    entries = merge_dictionary(MOODS, [table])
    assert (entries["test_small_glad"].sound.tilt_db, entries["test_small_glad"].sound.room_s) == (1.0, 2.0)
    assert (entries["test_small_sad"].sound.tilt_db, entries["test_small_sad"].sound.room_s) == (-1.0, 3.0)
    assert set(entries["test_small_glad"].modes) == {"ionian"}
    assert set(entries["test_small_sad"].modes) == {"aeolian"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"moods": ["angry"]}, "test_small_angry: its mood is unknown"),
        ({"tempo": {"min_bpm": 80, "max_bpm": 800}}, r"test_small_glad: tempo\.min_bpm: got 447"),
        ({"swing": 2}, "test_small_glad: swing: got 2"),
        ({"swong": 0.1}, "test_small_glad: swong: is not known here"),
        ({"meters": {"4/5": 1}}, "test_small_glad.*meter is '4/5'"),
        ({"drums": {"grooves": [{"voices": {"gong": "x..."}}]}}, "test_small_glad.*'gong' is no class of drum"),
        ({"drums": {"grooves": [{"voices": {"kick": "x..y"}}]}}, "test_small_glad.*'x..y' is no pattern"),
        ({"parts": {"pad": {"patches": {"pad_cold": 1}}}}, r"test_small_glad: parts\.pad.*'pad_cold' is no patch"),
        ({"parts": {"pad": {"figure": ["yodel"]}}}, r"test_small_glad: parts\.pad.*'yodel' is no figure"),
    ],
)
def test_a_broken_entry_is_refused_with_its_path(change: dict[str, Any], message: str) -> None:
    with pytest.raises(DescriptorError, match=message):
        merge_dictionary(MOODS, [genre(**change)])


def test_the_dictionary_has_an_identity() -> None:
    assert len(dictionary_hash()) == 64
