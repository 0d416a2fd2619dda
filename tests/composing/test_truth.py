import json

import pytest
from tests.composing.timelines import piece, strict

from drumlin.composing import truth_of

ROCK, DRIFT = "rock_indie_hopeful", "ambient_drift_tender"
COMPOSITION = piece(
    strict(
        {"start_s": 0, "descriptor": ROCK, "key": {"tonic": "A", "mode": "minor"}},
        {"start_s": 31.7, "descriptor": DRIFT},
        {"start_s": 60, "descriptor": ROCK, "key": {"tonic": "E", "mode": "minor"}, "end_s": 88},
        duration_s=92,
    )
)
TRUTH = truth_of(COMPOSITION)


def test_it_is_json() -> None:
    assert json.loads(json.dumps(TRUTH, allow_nan=False)) == TRUTH


def test_letters_say_what_returns() -> None:
    assert [boundary["letter"] for boundary in TRUTH["boundaries"]] == ["A", "B", "A", "-"]
    assert [boundary["time_s"] for boundary in TRUTH["boundaries"]] == [0.0, 31.7, 60.0, 88.0]


@pytest.mark.parametrize("kind", ["sections", "keys", "chords", "bars", "tempo"])
def test_intervals_follow_each_other_without_a_gap(kind: str) -> None:
    ends = [item["end_s"] for item in TRUTH[kind]]
    starts = [item["start_s"] for item in TRUTH[kind]]
    assert starts[0] == 0.0
    assert ends[-1] == pytest.approx(88.0, abs=0.001)
    assert starts[1:] == pytest.approx(ends[:-1], abs=0.001)


def test_every_bar_begins_with_its_first_beat() -> None:
    downbeats = [beat["time_s"] for beat in TRUTH["beats"] if beat["beat"] == 1]
    assert downbeats == [bar["start_s"] for bar in TRUTH["bars"]]


def test_labels_are_those_of_the_descriptor() -> None:
    region = TRUTH["regions"][1]
    assert (region["genre"], region["subgenre"], region["mood"]) == ("ambient", "ambient_drift", DRIFT)
    assert (region["sentiment"], region["momentum"]) == ("positive", 0)
    assert TRUTH["keys"][0]["label"] == "A minor"


def test_notes_are_those_of_the_score() -> None:
    assert len(TRUTH["notes"]) == sum(len(region.notes) for region in COMPOSITION.score.regions)
