"""The first guess of a timeline."""

from dataclasses import replace

import pytest

from drumlin.composing import compose, find_descriptor, read_timeline
from drumlin.errors import UsageError
from drumlin.looping import guess_timeline
from drumlin.looping.guessing import octave_in_style

from .records import PITCHLESS, heard_track

CALM, BUSY = "folk_acoustic_steady", "rock_indie_hopeful"


def test_each_part_of_the_form_becomes_a_region_where_it_begins() -> None:
    document = guess_timeline(heard_track((0.0, 8.0, 24.0), "ABA"), [CALM, BUSY, CALM])
    assert [region["start_s"] for region in document["regions"]] == [0.0, 8.0, 24.0]
    assert [region["descriptor"] for region in document["regions"]] == [CALM, BUSY, CALM]
    assert document["duration_s"] == 32.0


def test_the_guess_can_be_composed_as_it_is() -> None:
    timeline = read_timeline(guess_timeline(heard_track((0.0, 16.0), "AB"), [CALM, BUSY], seed=3))
    assert [region.tempo[0].tempo_bpm for region in timeline.regions] == pytest.approx([120.0, 120.0])
    assert [(region.tonic, region.mode) for region in timeline.regions] == [("A", "aeolian")] * 2
    assert len(compose(timeline).score.regions) == 2


def test_what_comes_back_in_the_track_comes_back_in_the_piece() -> None:
    document = guess_timeline(heard_track((0.0, 8.0, 16.0, 24.0), "ABAA"), [CALM, BUSY, CALM, BUSY])
    assert [region.get("like") for region in document["regions"]] == [None, None, "r1", None]


def test_a_track_without_tones_leaves_the_key_open() -> None:
    document = guess_timeline(heard_track((0.0,), "A", key=PITCHLESS), [CALM])
    assert "key" not in document["regions"][0]


def test_an_upbeat_stays_before_the_first_region() -> None:
    heard = heard_track((0.0, 16.0), "AB")
    late = replace(heard, downbeats_s=tuple(time + 0.4 for time in heard.downbeats_s))
    assert guess_timeline(late, [CALM, CALM])["regions"][0]["start_s"] == pytest.approx(0.4)


def test_a_part_of_less_than_a_second_goes_to_the_one_before() -> None:
    document = guess_timeline(heard_track((0.0, 15.5, 16.0), "ABC"), [CALM, BUSY, BUSY])
    assert [region["start_s"] for region in document["regions"]] == [0.0, 16.0]


def test_tempi_that_differ_by_little_are_the_track_s() -> None:
    heard = heard_track((0.0, 16.0), "AB")
    first, second = heard.segments
    uneven = replace(heard, segments=(replace(first, tempo_bpm=121.0), replace(second, tempo_bpm=90.0)))
    tempi = [region["tempo_bpm"] for region in guess_timeline(uneven, [CALM, CALM])["regions"]]
    assert tempi == [120.0, 90.0]


def test_half_and_double_time_are_settled_by_the_style() -> None:
    assert octave_in_style(72.0, "electronic_house_steady") == 144.0
    assert octave_in_style(140.0, "ambient_drift_tender") == 70.0
    slow, fast = (
        find_descriptor("rock_indie_hopeful").tempo.min_bpm,
        find_descriptor("rock_indie_hopeful").tempo.max_bpm,
    )
    assert octave_in_style((slow + fast) / 2, "rock_indie_hopeful") == (slow + fast) / 2


def test_another_number_of_descriptors_is_refused() -> None:
    with pytest.raises(UsageError, match="1 descriptors for 2 segments"):
        guess_timeline(heard_track((0.0, 16.0), "AB"), [CALM])
