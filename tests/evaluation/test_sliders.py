from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper
from scipy.stats import spearmanr
from tests.drums import DRUMS, snare
from tests.instruments import build_model, make_instrument, map_graph, port

from drumlin.evaluation import Spread, attribute_vector, measure_spread, score_sliders, spearman
from drumlin.evaluation.sliders import ATTRIBUTES
from drumlin.features import measure_attributes
from drumlin.instrument import Instrument, load
from drumlin.parameters import ParameterRange

SAMPLE_RATE, LENGTH = 44_100, 22_050
PITCH = ParameterRange("pitch", "octaves", -1.0, 1.0, 0.0)
LEVEL = ParameterRange("level", "dB", -1.0, 1.0, 0.0)
SEEDS = range(10)
SPREAD = measure_spread(
    [drum(seed) for drum in DRUMS.values() for seed in SEEDS], [name for name in DRUMS for _ in SEEDS], SAMPLE_RATE
)


def instrument(folder: Path, *controls: ParameterRange) -> Instrument:
    return load(make_instrument(folder / "a.drumlin", controls=controls, length=16_384))


@settings(max_examples=50, deadline=None)
@given(pairs=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=20))
def test_rank_correlation_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs, float).T
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        assert spearman(first, second) == 0.0
    else:
        assert spearman(first, second) == pytest.approx(spearmanr(first, second).statistic)


def test_the_vector_holds_the_attributes_in_octaves() -> None:
    found, vector = measure_attributes(snare(), SAMPLE_RATE), attribute_vector(snare(), SAMPLE_RATE)
    assert vector[0] == found.brightness and vector[3] == found.noisiness_db
    assert 2 ** vector[1] == pytest.approx(found.decay_s) and 2 ** vector[4] == pytest.approx(found.attack_s)
    assert np.isnan(attribute_vector(np.zeros(1000, np.float32), SAMPLE_RATE)).all()


def test_the_spread_is_the_deviation_within_a_class() -> None:
    brightness = [attribute_vector(snare(seed), SAMPLE_RATE)[0] for seed in range(10)]
    assert SPREAD.of("snare")[0] == pytest.approx(np.std(brightness))
    assert SPREAD.of("unheard of")[0] == pytest.approx(np.mean([SPREAD.of(name)[0] for name in DRUMS]))


def test_a_slider_that_does_what_it_says_scores_one(tmp_path: Path) -> None:
    (score,) = score_sliders(instrument(tmp_path, PITCH, LEVEL), SPREAD, count=6)
    assert (score.name, score.attribute) == ("pitch", "pitch")
    assert score.places >= 4 and score.spearman > 0.95
    assert score.change > 0 and set(score.leakage) == set(ATTRIBUTES) - {"pitch"}
    assert np.isnan(score.family_kept)


def test_a_slider_that_moves_something_else_leaks(tmp_path: Path) -> None:
    """The control shifts the pitch, whatever its name is: it leaks more than it does what it says."""
    lying = ParameterRange("noisiness", "dB", -1.0, 1.0, 0.0)
    (score,) = score_sliders(instrument(tmp_path, lying), SPREAD, count=6)
    assert score.leakage["pitch"] > 1.0 and score.worst_leakage >= score.leakage["pitch"]


def swelling_graph() -> bytes:
    """Return latent and a time constant in ms -> 800 Hz, 1 - exp(-t / constant), that dies within half a second."""
    time = (np.arange(LENGTH) / SAMPLE_RATE).astype(np.float32)[None]
    tone = np.sin(2 * np.pi * 800 * time) * np.exp(-8.0 * time)
    constants = {"tone": tone.astype(np.float32), "minus_ms": -1e3 * time, "one": np.array(1, np.float32)}
    nodes = [
        helper.make_node("Div", ["minus_ms", "controls"], ["age"]),
        helper.make_node("Exp", ["age"], ["missing"]),
        helper.make_node("Sub", ["one", "missing"], ["swell"]),
        helper.make_node("Mul", ["swell", "tone"], ["waveform"]),
    ]
    return build_model(nodes, [port("latent", 2), port("controls", 1)], [port("waveform", LENGTH)], constants)


def rise_s(constant_ms: float) -> float:
    """Return how long the swelling tone's own envelope takes from 10 to 70 % of its peak."""
    time = np.arange(LENGTH) / SAMPLE_RATE
    level = (1.0 - np.exp(-1e3 * time / constant_ms)) * np.exp(-8.0 * time)
    ten, seventy = (int(np.argmax(level >= share * level.max())) for share in (0.1, 0.7))
    return float(time[seventy] - time[ten])


def test_attack_in_milliseconds_is_judged_in_octaves(tmp_path: Path) -> None:
    attack = ParameterRange("attack", "ms", 5.0, 40.0, 5.0, curve="exponential")
    graphs = {"decode": swelling_graph(), "map": map_graph()}
    path = make_instrument(
        tmp_path / "a.drumlin", controls=(attack,), length=LENGTH, graphs=graphs, encoder=False, place=False
    )
    octave = Spread({}, np.ones(len(ATTRIBUTES)))
    (score,) = score_sliders(load(path), octave, count=2)
    assert (score.attribute, score.places, score.spearman) == ("attack", 2, 1.0)
    assert score.change == pytest.approx(np.log2(rise_s(40.0) / rise_s(5.0)), abs=0.15)  # 3 ms of smoothing lengthen 5
    assert score.leakage["brightness"] < 0.1 and score.leakage["decay"] < 0.1


def test_the_voice_of_any_instrument_has_a_pitch_and_a_length(tmp_path: Path) -> None:
    scores = {score.name: score for score in score_sliders(instrument(tmp_path), SPREAD, count=6, voice=True)}
    assert set(scores) == {"pitch", "length"}
    assert scores["pitch"].spearman > 0.9 and scores["length"].attribute == "decay"


def test_an_instrument_without_sliders_has_no_scores(tmp_path: Path) -> None:
    assert score_sliders(instrument(tmp_path, LEVEL), SPREAD) == ()


def test_a_family_is_kept_where_the_classifier_says_so(tmp_path: Path) -> None:
    tones = instrument(tmp_path, PITCH)
    (kept,) = score_sliders(tones, SPREAD, lambda windows: ["tom"] * len(windows), count=2)
    (lost,) = score_sliders(tones, SPREAD, lambda windows: ["tom", *["kick"] * (len(windows) - 1)], count=2)
    assert (kept.family_kept, lost.family_kept) == (1.0, 0.0)


def test_places_are_told_as_they_are_done(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    score_sliders(instrument(tmp_path, PITCH), SPREAD, count=2, on_sound=lambda *step: steps.append(step))
    assert steps == [(1, 2), (2, 2)]
