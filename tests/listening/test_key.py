from dataclasses import replace

import numpy as np
import pytest
from tests.listening.pieces import features

from drumlin.listening.chroma import Chroma
from drumlin.listening.key import (
    LONG_S,
    PROFILES,
    SHORT_S,
    Key,
    find_key,
    key_probabilities,
    key_scores,
    rank_keys,
    read_key,
)
from drumlin.listening.key_path import follow_key, has_several_keys, key_distances
from drumlin.listening.tempo import softmax


def test_turning_the_pitch_classes_turns_the_scores() -> None:
    chroma = features().chroma
    turned = replace(chroma, whole=np.roll(chroma.whole, 4, axis=1), bass=np.roll(chroma.bass, 4, axis=1))
    expected = np.concatenate([np.roll(part, 4) for part in np.split(key_scores(chroma), 2)])
    np.testing.assert_allclose(key_scores(turned), expected, atol=1e-3)


def test_low_clarity_is_pitchless() -> None:
    key = read_key(np.eye(24)[3], 0.2)
    assert key.name == "pitchless"
    assert key.confidence == 0.8


def test_names_are_spelt() -> None:
    assert Key(6, "minor", 0.9, 1.0).name == "F# minor"


def test_relative_keys_are_near() -> None:
    apart = key_distances()
    assert apart[0, 12 + 9] == 1  # C major, A minor
    assert apart[0, 7] == 1  # C major, G major
    assert apart[0, 6] == 6
    np.testing.assert_array_equal(apart, apart.T)


def test_stretches_of_one_key_agree_with_the_track() -> None:
    chroma = features().chroma
    keys = follow_key(chroma, [(0.0, 10.0), (10.0, 20.0), (20.0, 30.0)])
    assert {key.name for key in keys} == {find_key(chroma).name}


def test_no_stretches_have_no_keys() -> None:
    assert follow_key(features().chroma, []) == []


def test_the_likeliest_of_the_ranked_keys_is_the_key() -> None:
    chroma = features().chroma
    ranked = rank_keys(chroma, 4)
    assert ranked[0].name == find_key(chroma).name
    assert len({key.name for key in ranked}) == 4
    assert [key.confidence for key in ranked] == sorted((key.confidence for key in ranked), reverse=True)


def test_a_short_stretch_of_a_keys_profile_has_that_key() -> None:
    for mode, profile in enumerate(PROFILES["krumhansl"]):
        rows = np.tile(np.roll(profile, 7), (64, 1)).astype(np.float32) / 50.0  # 6 s
        chroma = Chroma(rows, 0.0 * rows, np.zeros(64), np.zeros(64), 0.0)
        assert int(key_scores(chroma).argmax()) == 7 + 12 * mode


def test_a_short_stretch_is_said_with_less_confidence_than_its_scores_have() -> None:
    chroma = features().chroma
    short, long = (0.0, SHORT_S), (0.0, LONG_S + 1.0)
    for span, is_less in ((short, True), (long, False)):
        said, scored = key_probabilities(chroma, *span), softmax(key_scores(chroma, *span))
        assert said.argmax() == scored.argmax()
        assert (said.max() < scored.max()) == is_less
        assert said.sum() == pytest.approx(1.0)


def test_parts_in_far_keys_keep_theirs() -> None:
    rows = [np.tile(np.roll(PROFILES["krumhansl"][0], tonic), (216, 1)) / 50.0 for tonic in (0, 6, 1)]  # 20 s each
    whole = np.concatenate(rows).astype(np.float32)
    chroma = Chroma(whole, 0.3 * whole, np.zeros(len(whole)), np.full(len(whole), 0.8), 0.0)
    keys = follow_key(chroma, [(0.0, 20.0), (20.1, 40.0), (40.2, 60.0)])
    assert [key.tonic for key in keys] == [0, 6, 1]


def test_one_key_is_believed_unless_the_parts_speak_against_it() -> None:
    weak, strong = np.zeros((3, 24)), np.zeros((3, 24))
    weak[[0, 1, 2], [0, 7, 0]] = 1.0
    strong[[0, 1, 2], [0, 6, 13]] = 8.0
    assert not has_several_keys(weak - np.log(24))
    assert not has_several_keys(np.tile(strong[:1], (3, 1)) - 8.0)
    assert has_several_keys(strong - 8.0)
