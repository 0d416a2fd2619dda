"""Hits: louder when struck harder, without steps, taking turns, silent at both ends; hats that choke."""

from pathlib import Path

import numpy as np
import pytest
from tests.instruments import make_instrument
from tests.rendering.measuring import RATE, level_db

from drumlin.composing.score import Part, Score, ScoreNote, ScoreRegion
from drumlin.instrument import Instrument, default_instrument, load
from drumlin.rendering import Kit, NoteCache, draw_kit
from drumlin.rendering.drums import hit
from drumlin.rendering.placing import Band, Placed, find_chokes, place_region
from drumlin.units import Waveform

KIT = Part("kit", "drums", "", "drums")


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return default_instrument()


@pytest.fixture(scope="module")
def band(instrument: Instrument) -> Band:
    return Band(instrument, draw_kit(instrument, ("hihat_closed", "hihat_open", "snare"), 5, {}), NoteCache())


def struck(band: Band, drum: str, velocity: float, repeat: int = 0) -> Waveform:
    return hit(band.cache, band.instrument, band.kit, drum, velocity, repeat)


def placed(band: Band, *notes: ScoreNote) -> Placed:
    region = ScoreRegion("a", "test", 0.0, 4.0, "ring_out", notes=notes)
    score = Score(4.0, 5, (KIT,), (region,))
    return place_region(region, {"kit": KIT}, band, find_chokes(score), 4 * RATE, False)


def test_a_hit_gets_louder_without_steps(band: Band) -> None:
    loudest = [np.square(struck(band, "snare", velocity)).sum() for velocity in np.linspace(0.1, 1.0, 19)]
    steps_db = np.diff(10 * np.log10(loudest))
    assert steps_db.min() > 0 and steps_db.max() < 7.5


def test_equal_strokes_take_turns(band: Band) -> None:
    first, second, third, fourth = (struck(band, "hihat_closed", 0.6, repeat) for repeat in range(4))
    assert first.tobytes() == fourth.tobytes() and first.tobytes() not in (second.tobytes(), third.tobytes())


def test_a_hit_starts_and_ends_in_silence(band: Band) -> None:
    for drum in band.kit.notes:
        sound = struck(band, drum, 1.0)
        assert np.abs(sound[:2]).max() < 1e-3 and np.abs(sound[-2:]).max() < 1e-5


def test_a_closed_hat_chokes_the_open_one(band: Band) -> None:
    opened = ScoreNote("kit", 0.5, 0.1, 0.9, drum="hihat_open")
    closed = ScoreNote("kit", 0.7, 0.1, 0.1, drum="hihat_closed")
    free = placed(band, opened).parts[("drums", "")]
    choked = placed(band, opened, closed).parts[("drums", "")] - placed(band, closed).parts[("drums", "")]
    end = round(0.7 * RATE)
    np.testing.assert_allclose(choked[:, :end], free[:, :end], atol=1e-6)
    assert np.abs(choked[:, end + round(0.013 * RATE) :]).max() < 1e-6
    assert level_db(free[:, end : end + 4000]) > -60


def test_an_instrument_of_another_rate_is_resampled(tmp_path: Path) -> None:
    player = load(make_instrument(tmp_path / "slow.drumlin", sample_rate=22050, length=2205))
    kit = draw_kit(player, ("kick",), 1, {})
    sound = hit(NoteCache(), player, Kit(kit.notes), "kick", 1.0, 0)
    spectrum = np.abs(np.fft.rfft(sound, RATE))
    f0_hz = 200.0 * 2.0 ** (1.5 * kit.notes["kick"].x)
    assert abs(spectrum.argmax() - f0_hz) < 12
