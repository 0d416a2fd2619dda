from dataclasses import replace

import numpy as np
import pytest
from tests.listening.pieces import BAND, DRUMS, f_measure, heard, piece, sound
from tests.music import RATE, Wishes, at_rate, spoil

from drumlin.errors import UsageError
from drumlin.listening import Heard, ListenSettings, listen


@pytest.mark.parametrize("wishes", [BAND, replace(BAND, tempo_bpm=128.0, mode="major")], ids=["slow", "fast"])
def test_tempo_beats_and_key_of_a_known_piece_are_found(wishes: Wishes) -> None:
    truth, found = piece(wishes).truth, heard(wishes)
    assert found.tempo_bpm == pytest.approx(truth.tempo_bpm, rel=0.01)
    assert f_measure(truth.beats_s, np.array(found.beats_s)) > 0.95
    assert f_measure(truth.downbeats_s, np.array(found.downbeats_s)) > 0.9
    assert (found.key.tonic, found.key.mode) == truth.key


def test_form_of_a_known_piece_is_found_on_its_beats() -> None:
    truth, found = piece().truth, heard()
    assert found.form == "ABA"
    begins = [segment.start_s for segment in found.segments]
    assert begins[1:] == pytest.approx([start for start, _, _ in truth.sections][1:], abs=0.1)
    assert set(begins[1:]) <= set(found.beats_s)


def test_segments_cover_the_track() -> None:
    found = heard()
    assert found.segments[0].start_s == 0.0
    assert found.segments[-1].end_s == pytest.approx(found.duration_s)
    ends = [segment.end_s for segment in found.segments[:-1]]
    assert ends == [segment.start_s for segment in found.segments[1:]]


def test_windows_step_by_the_stride() -> None:
    windows = heard().windows
    assert np.diff([window.start_s for window in windows]) == pytest.approx(2.0)
    assert all(window.end_s - window.start_s == pytest.approx(10.0) for window in windows)
    assert all(window.tempo_bpm == pytest.approx(92.0, rel=0.03) for window in windows)


def test_drums_alone_have_no_key() -> None:
    found = heard(DRUMS)
    assert found.key.name == "pitchless"
    assert found.tempo_bpm == pytest.approx(110.0, rel=0.02)


def test_playing_twice_as_fast_doubles_the_tempo() -> None:
    slow = replace(BAND, tempo_bpm=66.0)
    found = listen(sound(slow), 2 * RATE)
    assert found.tempo_bpm == pytest.approx(2 * heard(slow).tempo_bpm, rel=0.02)
    assert found.duration_s == pytest.approx(heard(slow).duration_s / 2, abs=0.01)


@pytest.mark.parametrize("semitones", [1, 5])
def test_transposing_moves_the_key(semitones: int) -> None:
    moved = heard(replace(BAND, tonic=(9 + semitones) % 12))
    assert moved.key.tonic == (heard().key.tonic + semitones) % 12
    assert moved.key.mode == heard().key.mode


def test_gain_changes_nothing() -> None:
    quiet = listen(0.1 * sound(), RATE)
    assert quiet.beats_s == pytest.approx(heard().beats_s, abs=1e-3)
    assert (quiet.key.name, quiet.form, quiet.meter) == (heard().key.name, heard().form, heard().meter)


def test_leading_silence_shifts_the_beats_alone() -> None:
    late = listen(np.pad(sound(), (2 * RATE, 0)), RATE)
    assert late.tempo_bpm == pytest.approx(heard().tempo_bpm, rel=1e-3)
    assert len(late.beats_s) == len(heard().beats_s)
    assert np.array(late.beats_s) - 2.0 == pytest.approx(np.array(heard().beats_s), abs=0.035)  # three frames
    assert (late.key.name, late.form) == (heard().key.name, heard().form)


@pytest.mark.parametrize("how", ["room", "noise", "codec", "narrow"])
def test_a_spoiled_sound_keeps_its_tempo_and_key(how: str) -> None:
    found = listen(spoil(sound(), 1, how), RATE)
    assert found.tempo_bpm == pytest.approx(92.0, rel=0.02)
    assert found.key.name == heard().key.name


def test_eight_kilohertz_are_enough() -> None:
    found = listen(at_rate(sound(), 8000), 8000)
    assert found.tempo_bpm == pytest.approx(92.0, rel=0.02)
    assert found.key.name == heard().key.name


def test_a_known_tempo_settles_half_and_double() -> None:
    half = listen(sound(), RATE, ListenSettings(tempo_centre_bpm=46.0, tempo_spread_octaves=0.08))
    assert half.tempo_bpm == pytest.approx(46.0, rel=0.03)


def test_listening_twice_hears_the_same() -> None:
    assert listen(sound(), RATE).as_json() == heard().as_json()


def test_probabilities_are_probabilities() -> None:
    found = heard()
    numbers = [found.octave_confidence, found.meter_confidence, found.key.confidence, found.key.clarity]
    numbers += [reading.probability for reading in found.tempo]
    numbers += [segment.boundary_confidence for segment in found.segments]
    assert all(0.0 <= number <= 1.0 for number in numbers)
    assert sum(reading.probability for reading in found.tempo) <= 1.0 + 1e-6
    assert sum(form.probability for form in found.alternatives) <= 1.0


def test_as_json_is_plain() -> None:
    import json

    content = heard().as_json()
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert content["key"]["name"] == heard().key.name
    assert {"tempo", "octave_confidence", "segments", "alternatives", "windows"} <= set(content)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(UsageError, match="stride"):
        ListenSettings(window_s=10.0, stride_s=11.0)
    with pytest.raises(UsageError, match="BPM"):
        ListenSettings(low_bpm=100.0, high_bpm=120.0)


def test_result_is_a_heard() -> None:
    assert isinstance(heard(), Heard)
