from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.instruments import SAMPLE_RATE, make_instrument, tone

from drumlin.errors import NoteError
from drumlin.instrument import Instrument, Note, Residual, load
from drumlin.instrument.locating import prepare
from drumlin.instrument.residual import sound_hash
from drumlin.parameters import ParameterRange

KNOB = ParameterRange("level", "dB", -12.0, 12.0, 0.0)
FOREIGN = (tone(0.4) + 0.3 * tone(2.3, -0.5)).astype(np.float32)


@pytest.fixture(scope="module")
def instrument(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    path = tmp_path_factory.mktemp("residual") / "a.drumlin"
    return load(make_instrument(path, controls=(KNOB,), classes=("kick", "snare"), seeded=True))


def _dropped(instrument: Instrument, amount: float = 1.0) -> Residual:
    anchor = instrument.locate(FOREIGN, SAMPLE_RATE).note
    return Residual.of(instrument, FOREIGN, SAMPLE_RATE, anchor, amount)


def test_the_whole_residual_gives_the_prepared_sound_point_for_point(instrument: Instrument) -> None:
    residual = _dropped(instrument)
    prepared = prepare(FOREIGN, SAMPLE_RATE, instrument)
    played = instrument.play(residual.anchor, residual)
    alone = instrument.play(residual.anchor)
    assert np.array_equal(played, prepared[len(prepared) - len(played) :])
    assert not np.allclose(alone, played, atol=1e-3)


def test_half_the_residual_is_half_way(instrument: Instrument) -> None:
    residual = _dropped(instrument, 0.5)
    raw = instrument.raw(residual.anchor)
    np.testing.assert_allclose(residual.mixed(raw, residual.anchor), (raw + residual.prepared) / 2, atol=1e-6)


def test_none_of_it_is_the_instrument_alone(instrument: Instrument) -> None:
    residual = _dropped(instrument, 0.0)
    assert np.array_equal(instrument.play(residual.anchor, residual), instrument.play(residual.anchor))


def test_it_fades_as_the_note_moves_away(instrument: Instrument) -> None:
    residual = _dropped(instrument)
    anchor = residual.anchor
    place = anchor.x - np.sign(anchor.x) * 0.25
    moves = {
        "place": replace(anchor, x=float(place)),
        "control": replace(anchor, controls={"level": 6.0}),
        "class": replace(anchor, classes=dict.fromkeys(("kick", "snare"), 1.0)),
        "carry": replace(anchor, carry=(1.0, 0.0)),
    }
    shares = {name: residual.share(note) for name, note in moves.items()}
    assert residual.share(anchor) == 1.0
    assert shares["place"] == pytest.approx(np.exp(-0.5), abs=1e-3)
    assert shares["control"] == pytest.approx(np.exp(-0.5))
    assert shares["carry"] < 1.0
    assert residual.share(replace(anchor, controls={"level": 12.0})) == pytest.approx(np.exp(-2.0))
    assert residual.share(replace(anchor, seed=anchor.seed + 1)) == 0.0
    kick, snare = ({"kick": 1.0}, {"snare": 1.0})
    sure = replace(residual, anchor=replace(anchor, classes=kick))
    assert sure.share(replace(anchor, classes=snare)) == pytest.approx(np.exp(-8.0))


def test_pitch_and_velocity_change_the_whole_and_leave_the_share(instrument: Instrument) -> None:
    residual = _dropped(instrument)
    soft = replace(residual.anchor, velocity=0.5, pitch=3.0)
    assert residual.share(soft) == 1.0
    assert np.abs(instrument.play(soft, residual)).max() < np.abs(instrument.play(residual.anchor, residual)).max()


def test_what_is_mixed_back_is_as_soft_as_the_stroke(instrument: Instrument) -> None:
    residual = _dropped(instrument)
    raw = instrument.raw(residual.anchor)
    soft = residual.mixed(0.25 * raw, residual.anchor, level=0.25)
    np.testing.assert_allclose(soft, 0.25 * prepare(FOREIGN, SAMPLE_RATE, instrument), atol=1e-6)


@pytest.mark.parametrize("amount", [-0.1, 1.1, float("nan")])
def test_an_amount_out_of_range_is_refused(instrument: Instrument, amount: float) -> None:
    with pytest.raises(NoteError, match="0 to 1"):
        Residual.of(instrument, FOREIGN, SAMPLE_RATE, Note(), amount)


def test_an_instrument_without_controls_or_classes_has_one_as_well(tmp_path: Path) -> None:
    plain = load(make_instrument(tmp_path / "b.drumlin"))
    residual = _dropped(plain)
    assert residual.share(residual.anchor) == 1.0
    assert np.array_equal(residual.mixed(plain.raw(residual.anchor), residual.anchor), residual.prepared)


def test_a_step_of_a_sound_without_a_carry_is_a_small_change(tmp_path: Path) -> None:
    blind = load(make_instrument(tmp_path / "c.drumlin", encoder=False))
    residual = Residual.of(blind, FOREIGN, SAMPLE_RATE, Note(0.3, 0.2))
    assert residual.share(replace(residual.anchor, carry=(1e-4, 0.0))) > 0.999


def test_the_hash_of_a_mono_sound_is_that_of_its_file(tmp_path: Path) -> None:
    from drumlin.audio import read_mono, write_wav

    write_wav(tmp_path / "a.wav", FOREIGN, SAMPLE_RATE, encoding="32f")
    assert sound_hash(FOREIGN, SAMPLE_RATE) == read_mono(tmp_path / "a.wav").sha256
    assert sound_hash(FOREIGN, 48000) != sound_hash(FOREIGN, SAMPLE_RATE)
