import itertools

import hypothesis.strategies as st
from hypothesis import given

from drumlin.composing.chords import COLOURS, chord_of
from drumlin.composing.scales import TONICS, Key
from drumlin.composing.spans import ChordSpan, chord_at, chord_index
from drumlin.composing.voicing import nearest_pitch, voice_chords


def spans(tokens: str, key: Key, colour: str = "triad") -> tuple[ChordSpan, ...]:
    return tuple(
        ChordSpan(4.0 * index, 4.0, chord_of(token, key, colour)) for index, token in enumerate(tokens.split())
    )


@given(st.sampled_from(TONICS), st.sampled_from(COLOURS), st.lists(st.sampled_from("12456"), min_size=2, max_size=8))
def test_voices_stay_in_range_and_in_their_chord(tonic: str, colour: str, degrees: list[str]) -> None:
    chords = spans(" ".join(degrees), Key(tonic, "ionian"), colour)
    for span, voices in zip(chords, voice_chords(chords, 52, 74), strict=True):
        assert {voice % 12 for voice in voices} <= set(span.chord.pitch_classes)
        assert all(52 <= voice <= 74 for voice in voices)
        assert list(voices) == sorted(set(voices))


@given(st.sampled_from(TONICS), st.lists(st.sampled_from("12456"), min_size=2, max_size=8))
def test_voices_move_by_small_steps(tonic: str, degrees: list[str]) -> None:
    laid = voice_chords(spans(" ".join(degrees), Key(tonic, "ionian")), 52, 74)
    for before, after in itertools.pairwise(laid):
        assert sum(abs(one - other) for one, other in zip(before, after, strict=True)) / len(before) <= 4.0


def test_the_nearest_note_of_a_pitch_class() -> None:
    assert nearest_pitch(0, 61.0, 48, 72) == 60
    assert nearest_pitch(11, 48.0, 48, 72) == 59


def test_the_chord_at_a_quarter() -> None:
    chords = spans("1 4", Key("C", "ionian"))
    assert chord_at(chords, 3.9) is chords[0]
    assert chord_at(chords, 4.0) is chords[1]


@given(st.lists(st.floats(0.25, 8.0), min_size=1, max_size=12), st.floats(-1.0, 100.0))
def test_the_chord_at_a_quarter_is_the_last_that_has_begun(lengths: list[float], quarter: float) -> None:
    starts = [sum(lengths[:place]) for place in range(len(lengths))]
    chord = chord_of("1", Key("C", "ionian"), "triad")
    chords = tuple(ChordSpan(start, length, chord) for start, length in zip(starts, lengths, strict=True))
    begun = [place for place, start in enumerate(starts) if start <= quarter + 1e-6]
    assert chord_index(chords, quarter) == (begun[-1] if begun else 0)
