import json
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from tests.composing.timelines import one, piece, strict

from drumlin.composing import load_dictionary, read_timeline, request_timeline, timeline_json, timeline_schema
from drumlin.errors import TimelineError

ROCK = "rock_indie_hopeful"


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a document of up to four regions with whatever is asked for in them."""
    names = [*load_dictionary(), "silence"]
    regions, start_s = [], draw(st.sampled_from([0.0, 3.0]))
    for _ in range(draw(st.integers(1, 4))):
        region: dict[str, Any] = {"start_s": start_s, "descriptor": draw(st.sampled_from(names))}
        length_s = round(draw(st.floats(0.5, 40.0)), 3)
        region["end_s"] = round(start_s + length_s, 3)
        if draw(st.booleans()):
            region["tempo_bpm"] = round(draw(st.floats(50.0, 180.0)), 2)
            if draw(st.booleans()):
                change = {"at_s": start_s + length_s / 2, "tempo_bpm": 100, "ramp": draw(st.booleans())}
                region["tempo_changes"] = [change]
        if draw(st.booleans()):
            region["key"] = {"tonic": draw(st.sampled_from(["A", "Bb", "cis"])), "mode": "minor"}
        if draw(st.booleans()):
            region["meter"] = draw(st.sampled_from(["3/4", "4/4", "6/8", "5/4", "7/8"]))
        region["end"] = draw(st.sampled_from(["ring_out", "cut"]))
        regions.append(region)
        start_s = region["end_s"] + draw(st.sampled_from([0.0, 0.0, 2.5]))
    return strict(*regions, duration_s=start_s + 1.0, seed=draw(st.integers(0, 2**32 - 1)))


@settings(max_examples=60)
@given(documents())
def test_a_completed_timeline_is_a_fixed_point(document: dict[str, Any]) -> None:
    text = timeline_json(read_timeline(document))
    assert timeline_json(read_timeline(json.loads(text))) == text


@settings(max_examples=25)
@given(documents())
def test_a_request_and_its_completed_form_are_composed_alike(document: dict[str, Any]) -> None:
    text = timeline_json(read_timeline(document))
    assert piece(json.loads(text)).score == piece(document).score


@settings(max_examples=40)
@given(documents())
def test_boundaries_stay_where_they_were_asked_for(document: dict[str, Any]) -> None:
    composition = piece(document)
    regions = {region.id: region for region in composition.score.regions}
    for index, asked in enumerate(document["regions"]):
        region = regions[f"r{index + 1}"]
        assert (region.start_s, region.end_s) == (asked["start_s"], asked["end_s"])
        work = composition.works.get(region.id)
        if work:
            last = work.plan.tempo_map.second(work.plan.bars[-1].end)
            assert abs(last - (region.end_s - region.start_s)) < 0.01


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tempo_bpm": 0}, r"regions\[0\]\.tempo_bpm: got 0"),
        ({"tempo_bpm": "fast"}, r"regions\[0\]\.tempo_bpm: got 'fast'"),
        ({"tempo_bpm": True}, r"regions\[0\]\.tempo_bpm"),
        ({"descriptor": "rock_indie_hopful"}, r"regions\[0\]\.descriptor.*did you mean rock_indie_hopeful"),
        ({"tempo": 120}, r"regions\[0\]\.tempo: is not known here"),
        ({"key": {"tonic": "H"}}, r"regions\[0\]\.key\.tonic: got 'H'"),
        ({"key": {"mode": "blue"}}, r"regions\[0\]\.key\.mode: got 'blue'"),
        ({"meter": "4/5"}, r"regions\[0\]\.meter: got '4/5'"),
        ({"start_s": -1}, r"regions\[0\]\.start_s: got -1"),
        ({"end_s": 40}, r"regions\[0\]: got an end at 40 s, expected 30 s"),
        ({"start_s": 20, "end_s": 10}, r"regions\[0\]: got 20 s to 10 s"),
        ({"ring_out_at_s": 31}, r"regions\[0\]: got the ring-out at 31 s"),
        ({"end": "cut", "ring_out_at_s": 20}, r"regions\[0\]: got a cut and a ring-out"),
        ({"tempo_changes": [{"at_s": 5, "tempo_bpm": 90}]}, r"regions\[0\]\.tempo_changes: got changes from no tempo"),
        ({"instruments": ["kazoo"]}, r"regions\[0\]\.instruments\[0\]: got 'kazoo'"),
        ({"like": "r9"}, r"regions\[0\]\.like: got 'r9'"),
        ({"bars": 1000}, r"regions\[0\]: got 1000 bars in 30 s"),
    ],
)
def test_wrong_input_is_refused_with_its_path(change: dict[str, Any], message: str) -> None:
    with pytest.raises(TimelineError, match=message):
        read_timeline(strict({"start_s": 0, "descriptor": ROCK, **change}))


def test_overlapping_regions_are_refused() -> None:
    regions = [{"start_s": 0, "end_s": 12, "descriptor": ROCK}, {"start_s": 10, "descriptor": ROCK}]
    with pytest.raises(TimelineError, match=r"regions\[1\]: got a start at 10 s, expected 12 s.*must not overlap"):
        read_timeline(strict(*regions))


@pytest.mark.parametrize("document", [[], "text", {}, {"format": "drumlin-timeline", "version": 2}, {"regions": []}])
def test_what_is_no_timeline_is_refused(document: Any) -> None:
    with pytest.raises(TimelineError, match="expected"):
        read_timeline(document)


def test_what_had_to_be_changed_is_named() -> None:
    timeline = read_timeline(one(ROCK, duration_s=31.0, tempo_bpm=120))
    assert timeline.notifications == (
        "WARNING: regions[0]: tempo 120 became 123.871 bpm, so that 16 bars of 4/4 end at 31 s",
    )


def test_what_fits_needs_no_notification() -> None:
    assert read_timeline(one(ROCK, duration_s=32.0, tempo_bpm=120, key={"tonic": "A"})).notifications == ()


def test_gaps_are_silent() -> None:
    timeline = read_timeline(strict({"start_s": 5, "end_s": 20, "descriptor": ROCK}))
    assert [region.descriptor for region in timeline.regions] == ["silence", ROCK, "silence"]


def test_without_a_seed_the_request_gives_one() -> None:
    document = one(ROCK)
    del document["seed"]
    assert read_timeline(document).seed == read_timeline(document).seed is not None


def test_the_schema_knows_every_entry() -> None:
    schema = timeline_schema()
    assert set(schema["required"]) == {"format", "version", "duration_s", "regions"}
    assert {"start_s", "tempo_bpm", "ring_out_at_s", "layers"} <= set(schema["$defs"]["_Region"]["properties"])
    assert "spans" in timeline_schema("study")["properties"]


def test_one_region_can_be_asked_for_in_a_line() -> None:
    asked = request_timeline(ROCK, 30.0, seed=7, tempo_bpm=120, key={"tonic": "A"})
    assert asked == read_timeline(one(ROCK, tempo_bpm=120, key={"tonic": "A"}))
