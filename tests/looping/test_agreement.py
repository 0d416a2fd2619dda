"""How agreement is counted, by cases with a known answer."""

import pytest

from drumlin.composing import find_descriptor, load_dictionary
from drumlin.listening import Key
from drumlin.looping.agreement import (
    boundary_f,
    compare_labels,
    is_tempo_near,
    key_score,
    labels_of,
    macro_f1,
    majority_share,
    recall,
    summarise,
)


def test_a_descriptor_is_called_by_each_target() -> None:
    found = find_descriptor("rock_indie_hopeful")
    assert labels_of(found.id) == {
        "descriptor": "rock_indie_hopeful",
        "genre": "rock",
        "subgenre": "indie",
        "mood": "hopeful",
        "sentiment": found.sentiment,
        "valence": str(found.valence_level),
        "momentum": str(found.momentum),
    }


def test_every_descriptor_agrees_with_itself_alone() -> None:
    names = sorted(load_dictionary())
    for one in names:
        assert all(compare_labels(labels_of(one), labels_of(one)).values())
        others = [other for other in names if compare_labels(labels_of(one), labels_of(other))["descriptor"]]
        assert others == [one]


@pytest.mark.parametrize(
    ("tonic", "mode", "heard", "score"),
    [
        ("A", "aeolian", Key(9, "minor", 1, 1), 1.0),
        ("A", "dorian", Key(9, "minor", 1, 1), 1.0),
        ("C", "major", Key(7, "major", 1, 1), 0.5),
        ("C", "lydian", Key(9, "minor", 1, 1), 0.3),
        ("A", "minor", Key(0, "major", 1, 1), 0.3),
        ("Eb", "ionian", Key(3, "minor", 1, 1), 0.2),
        ("C", "major", Key(6, "major", 1, 1), 0.0),
        ("C", "major", Key(None, None, 1, 0), 0.0),
    ],
)
def test_keys_count_by_their_relation(tonic: str, mode: str, heard: Key, score: float) -> None:
    assert key_score(tonic, mode, heard) == score


def test_half_a_tempo_is_another_tempo() -> None:
    assert is_tempo_near(120.0, 124.7)
    assert not is_tempo_near(120.0, 125.0)
    assert not is_tempo_near(120.0, 60.0)
    assert not is_tempo_near(120.0, None)


def test_boundaries_match_one_to_one() -> None:
    assert boundary_f([10.0, 20.0], [10.4, 20.0]) == 1.0
    assert boundary_f([10.0, 20.0], [10.4, 10.1]) == pytest.approx(0.5)
    assert boundary_f([10.0], [10.6]) == 0.0
    assert boundary_f([], []) == 1.0
    assert recall([10.0, 20.0], [10.4, 15.0, 12.0]) == 0.5
    assert boundary_f([], [3.0]) == 0.0


def test_macro_f1_counts_rare_labels_like_common_ones() -> None:
    assert macro_f1(["a", "a", "a", "b"], ["a", "a", "a", "a"]) == pytest.approx((6 / 7 + 0.0) / 2)
    assert majority_share(["a", "a", "a", "b"]) == 0.75


def test_a_summary_is_the_mean_inside_its_interval() -> None:
    rows = [{"hit": True}, {"hit": False}, {"hit": True}, {"hit": None}]
    found = summarise(rows, ["x", "y", "z", "z"])
    assert found["hit"]["value"] == pytest.approx(2 / 3)
    assert 0.0 <= found["hit"]["low"] <= 2 / 3 <= found["hit"]["high"] <= 1.0
