import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from onnx import helper
from tests.instruments import (
    LENGTH,
    SAMPLE_RATE,
    SPREAD,
    build_model,
    decode_graph,
    make_instrument,
    map_graph,
    port,
    tone,
)

from drumlin.errors import InstrumentError, NoteError
from drumlin.instrument import Instrument, Note, load
from drumlin.parameters import ParameterRange

BRIGHT = ParameterRange("bright", "", 0.0, 2.0, 0.5)


def opened(path: Path, **settings: object) -> Instrument:
    return load(make_instrument(path / "a.drumlin", **settings), verify=False)


def test_play_gives_the_sound_at_the_place(tones: Instrument) -> None:
    expected = tone(SPREAD * 0.2, SPREAD * -0.4)
    np.testing.assert_allclose(tones.at(0.2, -0.4), expected, atol=2e-5)


def test_resting_voice_passes_the_model_through_untouched(tones: Instrument) -> None:
    note = Note(0.3, 0.1)
    raw = tones.decode(tones.latent(note)[None])[0]
    assert tones.play(note).tobytes() == raw.tobytes()


def test_equal_notes_give_equal_bytes_in_any_company(tones: Instrument) -> None:
    notes = [Note(x, 0.2, seed=seed) for seed, x in enumerate(np.linspace(-0.9, 0.9, 12))]
    alone = [tones.play(note).tobytes() for note in notes]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda note: tones.play(note).tobytes(), reversed(notes))) == alone[::-1]


def test_sessions_are_made_once_by_many_threads(tones_file: Path) -> None:
    fresh, start = load(tones_file, verify=False), threading.Barrier(4)

    def play(_: int) -> bytes:
        start.wait()
        return fresh.at(0.1, 0.1).tobytes()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(play, range(4)))) == 1


@pytest.mark.parametrize("count", [1, 15, 16, 17, 40])
def test_batches_of_any_size_equal_single_sounds(tones: Instrument, count: int) -> None:
    latents = np.random.default_rng(count).uniform(-1, 1, (count, 2)).astype(np.float32)
    together = tones.decode(latents)
    assert together.shape == (count, LENGTH)
    for row, latent in zip(together, latents, strict=True):
        np.testing.assert_allclose(row, tones.decode(latent[None])[0], atol=1e-6)


def test_playing_starts_where_the_manifest_says(tmp_path: Path) -> None:
    late = opened(tmp_path, play_start_s=0.01)
    assert len(late.at(0, 0)) == LENGTH - 441
    np.testing.assert_allclose(late.at(0, 0), tone(0)[441:], atol=2e-5)


def test_seed_chooses_the_variation(tones: Instrument) -> None:
    np.testing.assert_allclose(tones.at(0, 0, seed=3), np.cos(3) * tones.at(0, 0), atol=1e-5)


def test_voice_shapes_the_sound(tones: Instrument) -> None:
    assert len(tones.at(0, 0, length=0.05)) == round(0.05 * SAMPLE_RATE)
    assert len(tones.at(0, 0, pitch=12)) == pytest.approx(LENGTH / 2, abs=1)
    np.testing.assert_allclose(tones.at(0, 0, velocity=0.5), 0.25 * tones.at(0, 0), atol=1e-6)


def test_carry_moves_the_latent(tones: Instrument) -> None:
    np.testing.assert_allclose(tones.latent(Note(0.2, 0.0, carry=(0.1, -0.2))), [0.4, -0.2], atol=1e-6)
    with pytest.raises(NoteError, match="carry of 3 numbers"):
        tones.latent(Note(carry=(1.0, 2.0, 3.0)))


def test_controls_reach_the_model(tmp_path: Path) -> None:
    bright = opened(tmp_path, controls=(BRIGHT,))
    np.testing.assert_allclose(bright.at(0, 0, controls={"bright": 2.0}), tone(2.0), atol=2e-5)
    np.testing.assert_allclose(bright.at(0, 0), tone(0.5), atol=2e-5)
    with pytest.raises(NoteError, match="no control named 'dark': there are bright"):
        bright.at(0, 0, controls={"dark": 1.0})


def test_classes_reach_the_model(tmp_path: Path) -> None:
    classed = opened(tmp_path, classes=("low", "high"))
    np.testing.assert_allclose(classed.at(0, 0, classes={"high": 1.0}), tone(1.0), atol=2e-5)
    np.testing.assert_allclose(classed.at(0, 0, classes={"low": 1.0, "high": 3.0}), tone(0.75), atol=2e-5)
    with pytest.raises(NoteError, match="no class named 'mid': there are low, high"):
        classed.at(0, 0, classes={"mid": 1.0})


def test_without_a_class_the_neighbours_decide(tmp_path: Path) -> None:
    classed = opened(tmp_path, classes=("low", "high"))
    _, high = classed.classes_at(np.array([[0.3, -0.1]]))[0]
    np.testing.assert_allclose(classed.at(0.3, -0.1), tone(SPREAD * 0.3 + high, SPREAD * -0.1), atol=1e-4)


def test_encode_and_place_lead_back_to_the_place(tones: Instrument) -> None:
    latents = tones.encode(np.stack([tone(0.5, 0.0), tone(-1.0, 1.5)]))
    np.testing.assert_allclose(latents, [[0.5, 0.0], [-1.0, 1.5]], atol=1e-6)
    np.testing.assert_allclose(tones.place(latents), np.array([[0.5, 0.0], [-1.0, 1.5]]) / SPREAD, atol=1e-6)


def test_place_without_a_graph_is_that_of_the_nearest_sample(tmp_path: Path) -> None:
    bare = opened(tmp_path, place=False)
    np.testing.assert_allclose(bare.place(bare.points.latents[3:5] + 1e-3), bare.points.places[3:5])


def test_place_with_nothing_to_go_by_says_so(tmp_path: Path) -> None:
    with pytest.raises(InstrumentError, match="cannot place"):
        opened(tmp_path, place=False, points=0).place(np.zeros((1, 2)))


def test_instrument_without_encoder_says_what_to_use(tmp_path: Path) -> None:
    blind = opened(tmp_path, encoder=False)
    assert not blind.has_encoder
    with pytest.raises(InstrumentError, match="use locate"):
        blind.encode(np.zeros((1, LENGTH)))


@pytest.mark.parametrize("latents", [np.zeros(2), np.zeros((0, 2)), np.zeros((1, 3)), np.full((1, 2), np.nan)])
def test_arrays_of_another_shape_are_refused(tones: Instrument, latents: np.ndarray) -> None:
    with pytest.raises(NoteError, match=r"\(B, 2\) are expected"):
        tones.decode(latents)


def test_label_at_is_that_of_the_samples_there(tmp_path: Path) -> None:
    left_kicks = {"places": np.array([[-0.9, 0], [-0.8, 0], [0.8, 0], [0.9, 0]]), "latents": np.zeros((4, 2))}
    halved = opened(tmp_path, **left_kicks, labels=["kick", "kick", "hat", "hat"])
    assert (halved.label_at(-0.85, 0.0), halved.label_at(0.85, 0.0)) == ("kick", "hat")
    assert opened(tmp_path, points=0).label_at(0.0, 0.0) == ""


def test_model_that_makes_no_numbers_is_not_played(tmp_path: Path) -> None:
    steep = ParameterRange("steep", "", 0.0, 1000.0, 0.0)
    wild = opened(tmp_path, controls=(steep,))
    assert np.isfinite(wild.at(0, 0)).all()
    with pytest.raises(InstrumentError, match="no number at 0, 0"):
        wild.at(0, 0, controls={"steep": 1000.0})


def test_decoder_that_takes_velocity_and_length_shapes_the_sound_itself(tmp_path: Path) -> None:
    table = np.ones((2, LENGTH), np.float32)
    nodes = [
        helper.make_node("MatMul", ["latent", "table"], ["flat"]),
        helper.make_node("Mul", ["flat", "velocity"], ["struck"]),
        helper.make_node("Add", ["struck", "length"], ["waveform"]),
    ]
    inputs = [port("latent", 2), port("velocity", 1), port("length", 1)]
    decode = build_model(nodes, inputs, [port("waveform", LENGTH)], {"table": table})
    own = opened(tmp_path, graphs={"decode": decode, "map": map_graph()})
    sound = own.at(0.2, 0.2, velocity=0.5, length=0.05)
    np.testing.assert_allclose(sound, np.full(LENGTH, 2 * SPREAD * 0.2 * 0.5 + 0.05), rtol=1e-5)
    np.testing.assert_allclose(own.at(0.2, 0.2), np.full(LENGTH, 2 * SPREAD * 0.2 + 0.1), rtol=1e-5)


def test_map_that_takes_the_carry_adds_it_itself(tmp_path: Path) -> None:
    nodes = [helper.make_node("Sub", ["xy", "carry"], ["latent"])]
    own_map = build_model(nodes, [port("xy", 2), port("carry", 2)], [port("latent", 2)], {})
    own = opened(tmp_path, graphs={"decode": decode_graph(), "map": own_map})
    np.testing.assert_allclose(own.latent(Note(0.5, 0.5, carry=(0.1, 0.2))), [0.4, 0.3], atol=1e-6)


def test_map_that_takes_controls_is_given_them(tmp_path: Path) -> None:
    nodes = [helper.make_node("Add", ["xy", "controls"], ["latent"])]
    own_map = build_model(nodes, [port("xy", 2), port("controls", 1)], [port("latent", 2)], {})
    own = opened(tmp_path, controls=(BRIGHT,), graphs={"decode": decode_graph(), "map": own_map})
    np.testing.assert_allclose(own.latent(Note(0.1, 0.2, controls={"bright": 1.5})), [1.6, 1.7], atol=1e-6)
