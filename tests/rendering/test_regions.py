"""How regions follow each other: tails that ring on, cuts that cut, joins without clicks."""

import numpy as np
import pytest
from tests.rendering.measuring import RATE, largest_step, level_db

from drumlin.composing.score import End, Part, Score, ScoreNote, ScoreRegion, Sound
from drumlin.instrument import Instrument, default_instrument
from drumlin.rendering import Mix, NoteCache, RenderSettings, render
from drumlin.rendering.regions import cut_curve

PARTS = (Part("pad", "pad", "pad_dark"), Part("keys", "keys", "keys_piano"))
DRY = Sound(room_s=0.0, loudness_lufs=-23.0)
WET = Sound(room_s=1.5, room_db=-8.0, loudness_lufs=-23.0)


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return default_instrument()


def chord(part: str, onset_s: float, duration_s: float, *pitches: int) -> tuple[ScoreNote, ...]:
    return tuple(ScoreNote(part, onset_s, duration_s, 0.7, pitch) for pitch in pitches)


def two_regions(
    instrument: Instrument, end: End, sound: Sound, second: tuple[ScoreNote, ...] = (), **more: object
) -> Mix:
    first = ScoreRegion("a", "test", 0.0, 2.0, end, sound, chord("pad", 0.0, 3.0, 48, 55, 60))
    last = ScoreRegion("b", "test", 2.0, 4.0, "ring_out", sound, second)
    return render(Score(5.0, 1, PARTS, (first, last)), instrument, RenderSettings(**more), cache=NoteCache())  # type: ignore[arg-type]


def test_a_cut_really_cuts(instrument: Instrument) -> None:
    mix = two_regions(instrument, "cut", WET)
    assert level_db(mix.waveform[:, round(1.9 * RATE) : round(1.97 * RATE)]) > -40
    assert not mix.waveform[:, 2 * RATE :].any()


def test_what_rings_out_is_heard_in_the_next_region(instrument: Instrument) -> None:
    mix = two_regions(instrument, "ring_out", WET)
    held, left = (level_db(mix.waveform[:, round(at * RATE) : round((at + 0.3) * RATE)]) for at in (1.6, 3.2))
    assert held - 30 < left < held


@pytest.mark.parametrize("end", ["cut", "ring_out"])
def test_a_join_has_no_click(instrument: Instrument, end: End) -> None:
    mix = two_regions(instrument, end, DRY, chord("pad", 2.0, 1.5, 50, 57, 62))
    around = mix.waveform[:, round(1.95 * RATE) : round(2.05 * RATE)]
    elsewhere = mix.waveform[:, RATE : round(1.9 * RATE)]
    assert largest_step(around) < 1.5 * largest_step(elsewhere)


def test_a_cut_is_half_of_an_equal_power_crossfade() -> None:
    fall = cut_curve(882)
    np.testing.assert_allclose(fall**2 + fall[::-1] ** 2, 1.0, atol=1e-6)


def test_a_cut_stems_too(instrument: Instrument) -> None:
    mix = two_regions(instrument, "cut", WET, stems="part")
    assert not mix.stems["pad"][:, 2 * RATE :].any()


def test_the_piece_ends_in_silence(instrument: Instrument) -> None:
    mix = two_regions(instrument, "ring_out", WET, chord("pad", 2.5, 4.0, 50, 57, 62))
    assert mix.waveform.shape == (2, 5 * RATE)
    assert not mix.waveform[:, -1].any() and level_db(mix.waveform[:, -441:]) < -70
    assert largest_step(mix.waveform[:, -RATE:]) < 0.02


def test_a_note_before_the_first_beat_is_heard(instrument: Instrument) -> None:
    region = ScoreRegion("b", "test", 1.0, 2.0, "ring_out", DRY, chord("keys", 0.98, 0.5, 60))
    mix = render(Score(3.0, 1, PARTS, (region,)), instrument)
    heard = np.flatnonzero(np.abs(mix.waveform).max(axis=0) > 1e-3)[0] / RATE
    assert heard == pytest.approx(0.98, abs=0.005)
