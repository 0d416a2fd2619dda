import json
from typing import Any

import pytest
from tests.composing.timelines import piece, study

from drumlin.composing import Composition, load_dictionary, read_timeline, timeline_json, truth_of, write_timeline
from drumlin.composing.scales import pitch_class
from drumlin.errors import TimelineError

ROCK, FOLK = "rock_indie_hopeful", "folk_acoustic_steady"


def add(time: float, descriptor: str = ROCK, **more: Any) -> dict[str, Any]:
    return {"time": time, "add_region": {"descriptor": descriptor, **more}}


BAND = study(
    {**add(0), "set_instruments": ["drums", "bass_sub", "pad_warm"]},
    {"time": 8, "silence_instruments": ["drums"]},
    {"time": 16, "add_instruments": ["lead_saw", "drums"]},
    {"time": 24, "copy_instruments_from_time": 9},
)

DOCUMENTS = [
    study(add(0)),
    study(add(0), add(12, FOLK, random_tempo=True, random_instruments=True)),
    study({**add(0, cut_at=30), "set_tempo": 97}, {"time": 11, "ramp_tempo": 130}),
    study({**add(0), "set_tempo": 90}, {**add(14, FOLK), "ramp_tempo": 130}, {"time": 30, "ramp_tempo": 90}),
    study({**add(0, id=5), "set_tempo": 100}, {"time": 10, "copy_region": 5}, {"time": 20, "add_region": "silence"}),
    study(
        add(0, id=1),
        add(12, id=2, edit=[{"type": "harmony"}, {"type": "rhythm", "source_id": 1}]),
        add(20, FOLK, edit={"type": {"set_tonic": "bes"}}),
    ),
    BAND,
    {
        "spans": [
            {"type": "metered", "time": 2.5, "tempo": 90, "regions": [{"beat": 0, "descriptor": ROCK}]},
            {"type": "unmetered", "time": 14},
            {
                "type": "metered",
                "time": 17.25,
                "tempo": 120,
                "regions": [
                    {"beat": 0, "descriptor": FOLK, "key": {"tonic": "es", "quality": "major"}},
                    {"beat": 32, "descriptor": ROCK, "end_type": {"beat": 8, "event": "transition", "type": "cut"}},
                ],
            },
            {"type": "unmetered", "time": 50},
        ],
        "unmetered_hits": [{"time": 15, "instrument": "hit_boom"}],
        "info": {"anything": 1},
    },
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_completed_timeline_is_a_fixed_point(document: dict[str, Any]) -> None:
    text = timeline_json(read_timeline(document))
    assert timeline_json(read_timeline(json.loads(text))) == text
    assert piece(json.loads(text)).score == piece(document).score


def test_actions_count_from_their_span_and_spans_from_the_start() -> None:
    timeline = read_timeline(DOCUMENTS[-1])
    assert [(region.start_s, region.end_s) for region in timeline.regions] == [
        *((0.0, 2.5), (2.5, 14.0), (14.0, 17.25), (17.25, 33.25), (33.25, 50.0))
    ]
    assert timeline.duration_s == 50.0
    assert "WARNING: info: left out, nothing of it is known here" in timeline.notifications


def test_without_an_end_the_region_rings_out_two_seconds_before() -> None:
    region = read_timeline(study({**add(0), "set_tempo": 120}, end=32)).regions[0]
    assert (region.end, region.ring_out_at_s) == ("ring_out", 30.0)


def test_the_number_of_cut_at_has_no_meaning() -> None:
    first, second = (read_timeline(study(add(0, cut_at=number))).regions[0] for number in (3, 29))
    assert first == second
    assert first.end == "cut"


def test_the_tempo_goes_on_unless_a_random_one_is_asked_for() -> None:
    kept = read_timeline(study({**add(0), "set_tempo": 60}, add(16, FOLK), end=32))
    assert kept.regions[1].tempo[0].tempo_bpm == 60.0
    drawn = read_timeline(study({**add(0), "set_tempo": 60}, add(16, FOLK, random_tempo=True), end=32))
    tempo = load_dictionary()[FOLK].tempo
    assert tempo.min_bpm - 2 <= drawn.regions[1].tempo[0].tempo_bpm <= tempo.max_bpm + 2


def test_a_ramp_is_reached_where_the_next_region_begins() -> None:
    timeline = read_timeline(study({**add(0), "set_tempo": 90}, {**add(16, FOLK), "ramp_tempo": 120}, end=32))
    first, second = timeline.regions
    assert (first.tempo[-1].at_s, first.tempo[-1].is_ramp) == (16.0, True)
    assert first.tempo[-1].tempo_bpm / first.tempo[0].tempo_bpm == pytest.approx(120 / 90, rel=1e-4)
    assert second.tempo[0].tempo_bpm == pytest.approx(120, rel=0.04)


def test_a_copied_region_is_the_same_music() -> None:
    document = study({**add(0, id=5, cut_at=0), "set_tempo": 96}, {"time": 10, "copy_region": 5}, end=20)
    first, second = piece(document).score.regions
    assert [(note.pitch, note.drum, note.velocity) for note in first.notes] == [
        (note.pitch, note.drum, note.velocity) for note in second.notes
    ]


def test_an_edit_composes_one_aspect_anew() -> None:
    plain, other = piece(study(add(0, id=1))), piece(study(add(0, id=1, edit={"type": "harmony"})))
    assert chords_of(plain) != chords_of(other)
    assert drums_of(plain) == drums_of(other)
    rhythm = piece(study(add(0, id=1, edit=[{"type": "rhythm"}])))
    assert chords_of(plain) == chords_of(rhythm)
    assert drums_of(plain) != drums_of(rhythm)


def test_an_edit_copies_one_aspect_of_another_region() -> None:
    key = {"tonic": "c", "quality": "minor"}
    two = study(
        {**add(0, id=1, key=key), "set_tempo": 120}, add(16, id=2, key=key, edit={"type": "rhythm", "source_id": 1})
    )
    first, second = (
        [(note.onset_s - region.start_s, note.drum) for note in region.notes if note.drum]
        for region in piece(two).score.regions
    )
    alike = [any(abs(one - other) < 0.03 and drum == name for other, name in first) for one, drum in second if one < 13]
    assert sum(alike) > 0.9 * len(alike)


def test_an_edit_moves_the_tonic() -> None:
    timeline = read_timeline(study(add(0, key={"tonic": "c", "quality": "minor"}, edit={"type": {"set_tonic": "bes"}})))
    assert (pitch_class(timeline.regions[0].tonic or ""), timeline.regions[0].mode) == (10, "aeolian")


def chords_of(composition: Composition) -> list[str]:
    return [chord["label"] for chord in truth_of(composition)["chords"]]


def drums_of(composition: Composition) -> list[tuple[float, str]]:
    return [(note.onset_s, note.drum) for region in composition.score.regions for note in region.notes if note.drum]


def test_tones_are_written_as_lilypond_has_them() -> None:
    document = write_timeline(read_timeline(study(add(0, key={"tonic": "Bb", "quality": "minor"}))))
    assert document["spans"][0]["actions"][0]["add_region"]["key"] == {"tonic": "bes", "quality": "minor"}


def test_only_the_instruments_that_are_set_play() -> None:
    score = piece(BAND).score
    drums = [note.onset_s for region in score.regions for note in region.notes if note.drum]
    assert any(onset_s < 8 for onset_s in drums)
    assert not [onset_s for onset_s in drums if 8.1 < onset_s < 15.9]
    assert {part.patch for part in score.parts} == {"", "bass_sub", "pad_warm", "lead_saw"}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (study({**add(0), "set_tempo": 0}), r"spans\[0\]\.actions\[0\]\.set_tempo: got 0"),
        (study(add(0, "unknown_thing")), r"spans\[0\]\.actions\[0\]\.add_region\.descriptor.*'unknown_thing'"),
        (study(add(31)), r"spans\[0\]\.actions\[0\]\.time: got 31 s, expected less than 30 s"),
        (study(add(0, id=1), add(5, id=1)), r"got '1' again"),
        (study({"time": 0, "copy_region": 9}), r"copy_region: got '9', expected the id of a region before it"),
        (study(add(0, cut_at=1, ringout_at=2)), r"got cut_at and ringout_at"),
        (study({**add(0), "ramp_tempo": 90}), r"ramp_tempo: got no tempo before it"),
        (study({**add(0), "silence_instruments": ["drums"]}), r"silence_instruments: got 'drums'"),
        (study(add(0), {"time": 9, "set_instruments": ["drums"]}), r"a band that the composer chooses"),
        (study({"time": 0}), r"spans: got no region"),
        (study(add(0), edit={}), r"edit: is not known here"),
        ({"spans": [{"type": "metered", "time": 0}]}, r"spans\[0\]\.type: got 'metered', expected 'unmetered'"),
        (
            {"spans": [{"type": "metered", "time": 9}, {"type": "unmetered", "time": 4}]},
            r"spans\[1\]\.time: got 4 s, expected more than 9 s.*must not overlap",
        ),
    ],
)
def test_wrong_input_is_refused_with_its_path(document: dict[str, Any], message: str) -> None:
    with pytest.raises(TimelineError, match=message):
        read_timeline(document)
