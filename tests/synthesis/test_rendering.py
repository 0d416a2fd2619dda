import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drumlin.synthesis import Around, Click, Hit, Mode, Noise, Sweep, render

RATE = 44_100
HISS = Noise(0.0, 500.0, 4000.0, 0.5)


def _level_db(sound: np.ndarray, at_s: float, width_s: float = 0.02) -> float:
    part = sound[round(at_s * RATE) : round((at_s + width_s) * RATE)].astype(float)
    return float(10 * np.log10(np.square(part).mean()))


@settings(max_examples=20, deadline=None)
@given(st.floats(200, 8000), st.floats(0.1, 2.0))  # lower, a window holds too few swings to tell a level
def test_a_mode_rings_at_its_frequency_and_falls_by_60_db_in_its_decay(frequency_hz: float, decay_s: float) -> None:
    sound = render(Hit((Mode(frequency_hz, 0.0, decay_s),)), 0.6, RATE)
    spectrum = np.abs(np.fft.rfft(sound * np.exp(-np.arange(len(sound)) / 4000), 1 << 18))
    assert spectrum.argmax() * RATE / (1 << 18) == pytest.approx(frequency_hz, abs=3.0)
    fallen = _level_db(sound, 0.05) - _level_db(sound, 0.05 + decay_s / 4)
    assert fallen == pytest.approx(15.0, abs=0.7)


def test_a_sweep_begins_so_many_semitones_higher_and_ends_at_the_mode() -> None:
    sound = render(Hit((Mode(200.0, 0.0, 5.0),), sweep=Sweep(12.0, 0.05)), 0.6, RATE)
    crossings = np.flatnonzero(np.diff(np.signbit(sound))) / RATE
    pitch_hz = 0.5 / np.diff(crossings)
    assert pitch_hz[0] == pytest.approx(400.0, rel=0.05)
    assert pitch_hz[-5:].mean() == pytest.approx(200.0, rel=0.01)


def test_noise_keeps_to_its_band_and_lines_make_it_ring() -> None:
    hiss, metal = (render(Hit(noises=(noise,)), 0.5, RATE) for noise in (HISS, Noise(0, 500, 4000, 0.5, lines_db=12.0)))
    power = np.square(np.abs(np.fft.rfft(hiss)))
    frequency_hz = np.fft.rfftfreq(len(hiss), 1 / RATE)
    assert power[(frequency_hz > 300) & (frequency_hz < 6500)].sum() > 0.9 * power.sum()
    assert _crest(metal) > 2 * _crest(hiss)


def _crest(sound: np.ndarray) -> float:
    power = np.square(np.abs(np.fft.rfft(sound)))[300:1900]
    return float(power.max() / power.mean())


def test_each_burst_is_heard_at_its_time() -> None:
    starts = (0.0, 0.03, 0.06)
    sound = render(Hit(noises=(Noise(0.0, 500, 8000, 0.1, starts_s=starts),)), 0.3, RATE)
    for start_s in starts[1:]:
        assert _level_db(sound, start_s, 0.004) > _level_db(sound, start_s - 0.005, 0.004) + 10


def test_the_seed_changes_noise_and_nothing_else() -> None:
    tone = Hit((Mode(200.0, 0.0, 0.4),), click=Click(-6.0, 0.001), around=Around(drive_db=6.0))
    assert np.array_equal(render(tone, 0.3, RATE, seed=1), render(tone, 0.3, RATE, seed=2))
    assert np.array_equal(render(Hit(noises=(HISS,)), 0.3, RATE, 1), render(Hit(noises=(HISS,)), 0.3, RATE, 1))
    assert not np.array_equal(render(Hit(noises=(HISS,)), 0.3, RATE, 1), render(Hit(noises=(HISS,)), 0.3, RATE, 2))


def test_a_room_rings_on_and_its_highs_die_first() -> None:
    dry = Hit(click=Click(0.0, 0.0002))
    wet = Hit(click=Click(0.0, 0.0002), around=Around(room_db=-6.0, room_s=1.0, room_damping=0.5))
    sound = render(wet, 0.8, RATE)
    assert np.abs(render(dry, 0.8, RATE)[1000:]).max() < 1e-6
    early, late = (np.square(np.abs(np.fft.rfft(part))) for part in (sound[2000:6000], sound[20_000:24_000]))
    bins_hz = np.fft.rfftfreq(4000, 1 / RATE)
    low, high = (bins_hz > 50) & (bins_hz < 500), bins_hz > 8000
    assert late[high].sum() / early[high].sum() < 0.2 * late[low].sum() / early[low].sum()


def test_modes_that_the_rate_cannot_hold_are_left_out() -> None:
    assert not render(Hit((Mode(9000.0, 0.0, 0.5),)), 0.1, 16_000).any()
