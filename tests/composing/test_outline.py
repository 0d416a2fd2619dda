"""What an editor draws of a timeline: letters, beats, sections; and sections that the timeline itself names."""

from typing import Any

import pytest

from drumlin.composing import RegionOutline, compose, outline, read_timeline, timeline_json, write_timeline
from drumlin.errors import TimelineError

STYLE = "rock_indie_hopeful"


def document(**region: Any) -> dict[str, Any]:
    first = {"id": "a", "start_s": 0, "descriptor": STYLE, "tempo_bpm": 120, "meter": "4/4", **region}
    again = {"start_s": 32, "descriptor": STYLE, "tempo_bpm": 120, "meter": "4/4", "like": "a"}
    other = {"start_s": 48, "descriptor": "silence"}
    return {
        "format": "drumlin-timeline",
        "version": 1,
        "seed": 1,
        "duration_s": 50,
        "regions": [first, again, other],
    }


def drawn(**region: Any) -> tuple[RegionOutline, ...]:
    return outline(read_timeline(document(**region)))


def test_equal_music_has_one_letter_and_silence_none() -> None:
    assert [one.letter for one in drawn()] == ["A", "A", "-"]


def test_beats_lie_on_the_grid_of_the_tempo() -> None:
    first, again, _ = drawn()
    assert first.beats_s == pytest.approx([0.5 * beat for beat in range(64)])
    assert again.downbeats_s == pytest.approx([32.0 + 2.0 * bar for bar in range(8)])


def test_sections_fill_a_region_from_an_intro_to_an_outro() -> None:
    sections = drawn()[0].sections
    assert [sections[0].function, sections[-1].function] == ["intro", "outro"]
    assert [one.end_s for one in sections[:-1]] == [one.start_s for one in sections[1:]]
    assert (sections[0].start_s, sections[-1].end_s) == (0.0, 32.0)


def test_a_region_has_the_sections_that_it_names() -> None:
    asked = [{"at_s": 0, "function": "build"}, {"at_s": 12.1, "function": "climax"}, {"at_s": 28, "function": "outro"}]
    sections = drawn(sections=asked)[0].sections
    assert [(one.function, one.start_s, one.end_s) for one in sections] == [
        ("build", 0.0, 12.0),  # the bar nearest to it
        ("climax", 12.0, 28.0),
        ("outro", 28.0, 32.0),
    ]


def test_named_sections_are_heard_as_more_players() -> None:
    asked = [{"at_s": 0, "function": "intro"}, {"at_s": 16, "function": "climax"}]
    score = compose(read_timeline(document(sections=asked))).score
    early = {note.part for note in score.regions[0].notes if note.onset_s < 15.0}
    late = {note.part for note in score.regions[0].notes if 16.0 <= note.onset_s < 31.0}
    assert early < late


def test_a_form_may_end_in_a_build() -> None:
    asked = [{"at_s": 0, "function": "climax"}, {"at_s": 16, "function": "build"}]
    assert drawn(sections=asked)[0].sections[-1].function == "build"


def test_a_completed_timeline_with_sections_is_a_fixed_point() -> None:
    timeline = read_timeline(document(sections=[{"at_s": 0, "function": "climax"}]))
    assert timeline_json(read_timeline(write_timeline(timeline))) == timeline_json(timeline)


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ([{"at_s": 40, "function": "climax"}], r"regions\[0\]: got a section at 40 s"),
        ([{"at_s": 4, "function": "intro"}, {"at_s": 4, "function": "climax"}], r"regions\[0\]: got a section at 4 s"),
        ([{"at_s": 0, "function": "drop"}], r"regions\[0\]\.sections\[0\]\.function: got 'drop'"),
    ],
)
def test_sections_elsewhere_are_refused(sections: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(TimelineError, match=message):
        drawn(sections=sections)


def test_drums_are_those_of_the_grooves() -> None:
    first = drawn()[0]
    assert {"kick", "snare"} <= set(first.drums)
    assert drawn(instruments=["bass_pluck", "pad_warm", "keys_piano"])[0].drums == ()
