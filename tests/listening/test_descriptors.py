import json
from dataclasses import replace

import numpy as np
import pytest
from tests.listening.clouds import made_model, row
from tests.listening.pieces import DRUMS, features, heard, sound
from tests.music import RATE

from drumlin.listening import Descriptors, Features, analyse, hear, hear_descriptors
from drumlin.listening.descriptors import gather, is_inside, read_evidence, window_weights

MODEL = made_model()
SPANS = [(0.0, 10.0), (2.0, 12.0), (10.0, 20.0)]


def heard_descriptors() -> Descriptors:
    return hear_descriptors(features(), heard())


def test_windows_and_segments_are_those_that_were_heard() -> None:
    found = heard_descriptors()
    for readings, stretches in ((found.windows, heard().windows), (found.segments, heard().segments)):
        assert [(one.start_s, one.end_s) for one in readings] == [(one.start_s, one.end_s) for one in stretches]
    assert (found.track.start_s, found.track.end_s) == (0.0, heard().duration_s)


def test_asdict_is_plain() -> None:
    content = heard_descriptors().asdict()
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert {
        "candidates",
        "genre",
        "subgenre",
        "mood",
        "sentiment",
        "valence",
        "momentum",
        "known",
        "momentum_value",
    } < set(content["track"])
    assert len(content["track"]["candidates"]) == 5


def test_a_window_across_a_boundary_belongs_to_no_segment() -> None:
    assert is_inside((0.0, 10.0), (0.0, 11.0))
    assert not is_inside((2.0, 12.0), (0.0, 11.0))
    assert not is_inside((8.0, 18.0), (11.0, 30.0))


def test_a_masked_window_changes_nothing() -> None:
    clear, crossing = row(2, 0, 0, 0), row(0, 0, 0, 2)
    evidence = gather(MODEL, np.array([clear, crossing, clear]), SPANS)
    weights = window_weights(evidence, np.array([True, False, True]))
    without = gather(MODEL, np.array([clear, clear, clear]), SPANS)
    assert weights.tolist() == [1.0, 0.0, 1.0]
    assert read_evidence(MODEL, evidence, weights, without, 0) == read_evidence(MODEL, without, weights, without, 0)


def test_drums_alone_do_not_decide_where_more_is_heard() -> None:
    drums, band = row(0, 0, 0, 3, is_pitched=False), row(1, 0, 0, 0)
    evidence = gather(MODEL, np.array([drums, band, drums]), SPANS)
    reading = read_evidence(MODEL, evidence, window_weights(evidence, np.ones(3, bool)), evidence, 1)
    assert reading.genre.name == "folk"
    only = gather(MODEL, np.array([drums, drums]), SPANS[:2])
    assert window_weights(only, np.ones(2, bool)).tolist() == [1.0, 1.0]


def test_gain_changes_nothing() -> None:
    quiet = analyse(0.1 * sound(), RATE)
    near = hear_descriptors(quiet, hear(quiet)).track
    loud = heard_descriptors().track
    assert near.candidates[0].name == loud.candidates[0].name
    assert near.momentum_value == pytest.approx(loud.momentum_value, abs=0.05)


def clicks(per_second: float) -> Features:
    """Return twelve seconds of short noises over a soft tone."""
    generator = np.random.default_rng(0)
    wave = 0.02 * np.sin(2 * np.pi * 220.0 * np.arange(12 * RATE) / RATE)
    for start_s in np.arange(0.0, 11.9, 1.0 / per_second):
        start = round(start_s * RATE)
        wave[start : start + 600] += generator.standard_normal(600) * np.exp(-np.arange(600) / 120.0)
    return analyse(wave.astype(np.float32), RATE)


def test_the_more_strokes_the_more_momentum() -> None:
    values = []
    for per_second in (1.0, 2.0, 4.0, 8.0):
        found = clicks(per_second)
        values.append(hear_descriptors(found, hear(found)).track.momentum_value)
    assert values == sorted(values)
    assert values[-1] - values[0] > 0.5


def test_a_short_segment_is_described_by_itself() -> None:
    track = heard()
    first = replace(track.segments[0], end_s=5.0)
    second = replace(track.segments[0], start_s=5.0, end_s=track.duration_s)
    found = hear_descriptors(features(), replace(track, segments=(first, second)))
    assert (found.segments[0].start_s, found.segments[0].end_s) == (0.0, 5.0)
    assert sum(choice.probability for choice in found.segments[0].candidates) <= 1.0 + 1e-6


def test_drums_alone_are_read_too() -> None:
    found = hear_descriptors(features(DRUMS), heard(DRUMS))
    assert 0.0 <= found.track.known <= 1.0
    assert 0.0 <= found.track.momentum_value <= 4.0
