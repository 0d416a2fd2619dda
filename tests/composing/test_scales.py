import pytest

from drumlin.composing.scales import MODES, TONICS, Key, lilypond, mode_name, pitch_class
from drumlin.errors import ComposeError


@pytest.mark.parametrize(("name", "expected"), [("C#", 1), ("cis", 1), ("bes", 10), ("es", 3), ("as", 8), ("Cb", 11)])
def test_both_spellings_name_a_tone(name: str, expected: int) -> None:
    assert pitch_class(name) == expected


@pytest.mark.parametrize("name", ["", "H", "cs", "C##", "major"])
def test_what_is_no_tone_is_refused(name: str) -> None:
    with pytest.raises(ComposeError, match="tonic is"):
        pitch_class(name)


def test_lilypond_spells_the_same_tone() -> None:
    assert [pitch_class(lilypond(name)) for name in TONICS] == list(range(12))
    assert lilypond("bes") == "bes"


def test_modes_are_ordered_from_bright_to_dark_by_their_steps() -> None:
    bright = [sum(MODES[name].steps) for name in ("lydian", "ionian", "mixolydian", "dorian", "aeolian", "phrygian")]
    assert bright == sorted(bright, reverse=True)
    brightness = [mode.brightness for mode in MODES.values()]
    assert brightness == sorted(brightness, reverse=True)


def test_everyday_names_are_modes() -> None:
    assert mode_name("minor") == "aeolian"
    with pytest.raises(ComposeError, match="mode is 'blue'"):
        mode_name("blue")


def test_a_key_is_major_or_minor_by_its_third() -> None:
    assert Key("bes", "dorian").label == "Bb minor"
    assert Key("A", "mixolydian").label == "A major"
