import io

import mido
import pretty_midi
import pytest
from tests.composing.timelines import one, piece, strict

from drumlin.composing import encode_midi, truth_of
from drumlin.composing.midi import DRUM_CHANNEL

REGIONS = (
    {"start_s": 0, "descriptor": "rock_indie_hopeful", "key": {"tonic": "A", "mode": "minor"}, "tempo_bpm": 121},
    {"start_s": 17.3, "descriptor": "silence"},
    {
        "start_s": 19.05,
        "descriptor": "folk_lullaby_tender",
        "meter": "6/8",
        "tempo_bpm": 70,
        "tempo_changes": [{"at_s": 30, "tempo_bpm": 95, "ramp": True}],
    },
)


def read(document: dict[str, object]) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(encode_midi(piece(document))))


def timed(file: mido.MidiFile) -> list[tuple[float, mido.Message]]:
    second, events = 0.0, []
    for message in file:
        second += message.time
        events.append((second, message))
    return events


def test_the_file_is_of_type_one_with_a_track_for_each_part() -> None:
    composition = piece(strict(*REGIONS, duration_s=40))
    file = mido.MidiFile(file=io.BytesIO(encode_midi(composition)))
    assert file.type == 1
    assert [track.name for track in file.tracks] == ["drumlin", *(part.id for part in composition.score.parts)]


def test_tempo_meter_key_and_markers_fall_on_the_boundaries() -> None:
    events = timed(read(strict(*REGIONS, duration_s=40)))
    for kind in ("set_tempo", "time_signature", "key_signature", "marker"):
        starts = [second for second, message in events if message.type == kind]
        assert min(abs(second - 19.05) for second in starts) < 0.01, kind
    assert next(message.key for _, message in events if message.type == "key_signature") == "Am"
    assert next(message.text for _, message in events if message.type == "marker") == "A intro rock_indie_hopeful"


def test_notes_fall_where_the_score_has_them() -> None:
    composition = piece(strict(*REGIONS, duration_s=40))
    events = timed(mido.MidiFile(file=io.BytesIO(encode_midi(composition))))
    heard = sorted(second for second, message in events if message.type == "note_on")
    written = sorted(note.onset_s for region in composition.score.regions for note in region.notes)
    assert heard == pytest.approx(written, abs=0.002)
    assert len(heard) == len([1 for _, message in events if message.type == "note_off"])


def test_drums_are_on_their_channel() -> None:
    events = timed(read(one("hiphop_trap_furious")))
    channels = {message.channel for _, message in events if message.type == "note_on"}
    assert DRUM_CHANNEL in channels
    assert 36 in {m.note for _, m in events if m.type == "note_on" and m.channel == DRUM_CHANNEL}


def test_another_reader_finds_the_same_beats() -> None:
    composition = piece(one("rock_indie_hopeful", meter="4/4", tempo_bpm=118))
    beats = pretty_midi.PrettyMIDI(io.BytesIO(encode_midi(composition))).get_beats()
    truth = [beat["time_s"] for beat in truth_of(composition)["beats"]]
    assert list(beats[: len(truth)]) == pytest.approx(truth, abs=0.005)
