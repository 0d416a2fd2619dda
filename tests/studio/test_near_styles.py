from tests.looping.records import A_MINOR, PITCHLESS, heard_track

from drumlin.composing import find_descriptor
from drumlin.listening import Key
from drumlin.studio.near_styles import near_styles, styles_of


def test_styles_are_near_in_tempo_and_of_several_genres() -> None:
    found = [find_descriptor(name) for name in near_styles(84.0, A_MINOR)]
    assert len({one.genre for one in found}) == len(found) == 6
    assert all(0.6 * one.tempo.min_bpm < 84.0 < 1.7 * one.tempo.max_bpm for one in found[:3])


def test_the_nearest_style_has_modes_of_the_heard_kind() -> None:
    for key in (A_MINOR, Key(0, "major", 0.9, 0.9)):
        best = find_descriptor(near_styles(100.0, key)[0])
        assert any(
            ("major" in mode or mode in ("ionian", "lydian", "mixolydian")) == (key.mode == "major")
            for mode in best.modes
        )


def test_without_tempo_and_key_there_are_styles_all_the_same() -> None:
    assert len(set(near_styles(None, PITCHLESS, 12))) == 12


def test_parts_of_one_letter_have_one_style() -> None:
    styles = styles_of(heard_track((0.0, 8.0, 16.0, 24.0), "ABAC"))
    assert styles[0] == styles[2]
    assert len(styles) == 4
