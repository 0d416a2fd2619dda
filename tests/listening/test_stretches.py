import numpy as np
import pytest
from tests.listening.pieces import JOIN_S, features, joined_features

from drumlin.listening import ListenSettings, TempoCandidate
from drumlin.listening.stretches import find_stretches, is_one_pulse
from drumlin.listening.tempo import GRID_BPM, Tempo


def tempo(bpm: float, probability: float = 0.9) -> Tempo:
    return Tempo((TempoCandidate(bpm, probability),), 1.0, np.ones(len(GRID_BPM)) / len(GRID_BPM))


@pytest.mark.parametrize(("after_bpm", "expected"), [(91.0, True), (180.5, True), (60.0, True), (104.0, False)])
def test_simple_ratios_are_one_pulse(after_bpm: float, expected: bool) -> None:
    assert is_one_pulse(tempo(90.0), tempo(after_bpm)) is expected


def test_an_unsure_tempo_breaks_nothing() -> None:
    assert is_one_pulse(tempo(90.0), tempo(104.0, 0.2))


def test_a_jump_of_tempo_begins_a_stretch() -> None:
    first, second = find_stretches(joined_features(), [JOIN_S], ListenSettings())
    assert first.start_s == 0.0
    assert first.end_s == second.start_s == JOIN_S
    assert second.end_s == joined_features().duration_s


def test_one_pulse_is_one_stretch() -> None:
    middle_s = features().duration_s / 2
    assert len(find_stretches(features(), [middle_s], ListenSettings())) == 1


def test_without_joins_there_is_one_stretch() -> None:
    (whole,) = find_stretches(joined_features(), [], ListenSettings())
    assert (whole.start_s, whole.end_s) == (0.0, joined_features().duration_s)
