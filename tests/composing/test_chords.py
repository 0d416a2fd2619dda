import mir_eval.chord
import pytest

from drumlin.composing.chords import COLOURS, chord_of
from drumlin.composing.scales import MODES, TONICS, Key
from drumlin.errors import ComposeError

C_MAJOR, A_MINOR = Key("C", "ionian"), Key("A", "aeolian")


@pytest.mark.parametrize(
    ("token", "key", "colour", "label"),
    [
        ("1", C_MAJOR, "triad", "C:maj"),
        ("2", C_MAJOR, "seventh", "D:min7"),
        ("5", C_MAJOR, "seventh", "G:7"),
        ("4", C_MAJOR, "ninth", "F:maj9"),
        ("7", C_MAJOR, "triad", "B:dim"),
        ("b7", C_MAJOR, "triad", "Bb:maj"),
        ("5M", A_MINOR, "triad", "E:maj"),
        ("5", A_MINOR, "triad", "E:min"),
        ("6", A_MINOR, "seventh", "F:maj7"),
        ("1", A_MINOR, "power", "A:5"),
        ("1", A_MINOR, "sus2", "A:sus2"),
    ],
)
def test_degrees_mean_chords(token: str, key: Key, colour: str, label: str) -> None:
    assert chord_of(token, key, colour).label == label


def test_chords_of_a_mode_stay_in_it() -> None:
    for mode in MODES:
        key = Key("D", mode)
        scale = {(2 + step) % 12 for step in MODES[mode].steps}
        for degree in "1234567":
            for colour in COLOURS:
                chord = chord_of(degree, key, colour)
                assert set(chord.pitch_classes) <= scale or colour == "sixth"


def test_every_label_can_be_read_by_mir_eval() -> None:
    for tonic in TONICS:
        for colour in COLOURS:
            for degree in "1234567":
                chord = chord_of(degree, Key(tonic, "harmonic_minor"), colour)
                root, _, _ = mir_eval.chord.encode(chord.label)
                assert root == chord.root


def test_what_is_no_chord_is_refused() -> None:
    with pytest.raises(ComposeError, match="'8' is no chord"):
        chord_of("8", C_MAJOR)
