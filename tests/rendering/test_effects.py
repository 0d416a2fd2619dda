"""Each effect by a known answer."""

import numpy as np
import pytest
import soxr
from tests.rendering.measuring import RATE, level_db, spectrum, true_peak

from drumlin.rendering.compressor import Compressor, compression_gain, decaying_maximum, with_gain
from drumlin.rendering.echo import echoed
from drumlin.rendering.equaliser import Band, equalised
from drumlin.rendering.limiter import limited
from drumlin.rendering.reverb import reverberated, room_response, room_spectrum
from drumlin.rendering.saturation import saturated
from drumlin.rendering.tilt import tilted
from drumlin.units import Waveform, db_to_gain


def tone(frequency_hz: float, seconds: float, gain: float = 0.5) -> Waveform:
    sine = gain * np.sin(2 * np.pi * frequency_hz / RATE * np.arange(round(seconds * RATE)))
    return np.tile(sine.astype(np.float32), (2, 1))


def loud_noise(seed: int, gain: float) -> Waveform:
    noise = np.random.default_rng(seed).standard_normal((2, RATE)) * gain
    noise[:, ::5000] *= 4.0
    return noise.astype(np.float32)


@pytest.mark.parametrize("ceiling_dbtp", [-1.0, -6.0])
@pytest.mark.parametrize("sound", [loud_noise(1, 0.5), tone(11025 * 1.003, 1.0, 1.4), tone(60.0, 1.0, 3.0)])
def test_a_limiter_never_exceeds_its_ceiling(sound: Waveform, ceiling_dbtp: float) -> None:
    made = limited(sound, ceiling_dbtp)
    assert true_peak(made) <= db_to_gain(ceiling_dbtp)
    assert true_peak(made) > db_to_gain(ceiling_dbtp - 1.5)


def test_a_limiter_leaves_alone_what_is_soft() -> None:
    sound = tone(440.0, 0.5, 0.5)
    assert limited(sound, -1.0) is sound


def test_a_limiter_recovers() -> None:
    sound = tone(440.0, 2.0, 0.5)
    sound[:, 1000:1400] *= 6.0
    made = limited(sound, -1.0)
    np.testing.assert_allclose(made[:, RATE:], sound[:, RATE:], rtol=1e-3)


def test_a_decaying_maximum_is_its_recursion() -> None:
    values = np.random.default_rng(0).uniform(0.0, 1.0, 300) ** 4
    held, wanted = 0.0, []
    for value in values:
        held = max(value, 0.9 * held)
        wanted.append(held)
    np.testing.assert_allclose(decaying_maximum(values, 0.9), wanted, rtol=1e-9)


def test_a_compressor_takes_half_of_what_is_over() -> None:
    sound = tone(500.0, 1.0, np.sqrt(2) * db_to_gain(-8.0))
    made = with_gain(sound, compression_gain(sound, Compressor(-18.0, 2.0, 0.005, 0.1)))
    assert level_db(made[:, RATE // 2 :]) == pytest.approx(-13.0, abs=0.1)


def test_a_compressor_leaves_alone_what_is_below() -> None:
    sound = tone(500.0, 0.3, db_to_gain(-30.0))
    np.testing.assert_array_equal(with_gain(sound, compression_gain(sound, Compressor(-18.0))), sound)


def test_saturation_does_not_fold_back() -> None:
    at_hz, power = spectrum(saturated(tone(7001.0, 1.0), 12.0)[:, 4000:-4000])
    third = power[np.abs(at_hz - 3 * 7001) < 40].max()
    folded = power[np.abs(at_hz - (RATE - 5 * 7001)) < 40].max()
    assert 10 * np.log10(third / power.max()) > -40
    assert 10 * np.log10(folded / power.max()) < -70


def test_saturation_keeps_the_level_and_without_drive_the_sound() -> None:
    sound = tone(200.0, 0.5, 0.1)
    assert level_db(saturated(sound, 9.0)) == pytest.approx(level_db(sound), abs=0.05)
    assert saturated(sound, 0.0) is sound


def test_a_long_sound_is_bent_as_one_piece() -> None:
    sound = loud_noise(3, 0.1)
    sound[1] = sound[0]
    fine = soxr.resample(sound[0], RATE, 2 * RATE, quality="HQ")
    level = np.sqrt(np.square(sound, dtype=np.float64).mean())
    bent = soxr.resample(np.tanh(fine * (db_to_gain(9.0 - 12.0) / level)), 2 * RATE, RATE, quality="HQ")
    bent *= level / np.sqrt(np.square(bent, dtype=np.float64).mean())
    np.testing.assert_allclose(saturated(sound, 9.0), [bent, bent], atol=1e-5)


def test_the_two_channels_are_bent_apart() -> None:
    sound = loud_noise(3, 0.1)
    np.testing.assert_array_equal(saturated(sound, 9.0)[::-1], saturated(sound[::-1].copy(), 9.0))


@pytest.mark.parametrize("tilt_db", [-2.0, 1.5])
def test_a_tilt_has_its_slope(tilt_db: float) -> None:
    click = np.zeros((2, 1 << 15), dtype=np.float32)
    click[:, 100] = 1.0
    gain_db = 20 * np.log10(np.abs(np.fft.rfft(tilted(click, tilt_db)[0])))
    at = [round(frequency_hz / RATE * click.shape[1]) for frequency_hz in (125, 250, 500, 1000, 2000, 4000, 8000)]
    np.testing.assert_allclose(gain_db[at], tilt_db * np.arange(-3, 4), atol=0.8)


def test_a_room_falls_by_60_db_in_its_time() -> None:
    energy = np.square(room_response(1.0), dtype=np.float64).sum(axis=0)
    left = 10 * np.log10(np.cumsum(energy[::-1])[::-1] / energy.sum() + 1e-12)  # Schroeder's integral
    fall = np.flatnonzero(left < -25)[0] - np.flatnonzero(left < -5)[0]
    assert 3 * fall / RATE == pytest.approx(0.95, abs=0.12)


def test_a_room_is_a_convolution() -> None:
    send = np.random.default_rng(2).standard_normal(100_000).astype(np.float32)
    room = room_response(0.3)
    made = reverberated(send, room_spectrum(0.3))
    wanted = [np.convolve(send[60_000 - len(side) + 1 : 60_001], side, "valid")[0] for side in room]
    np.testing.assert_allclose(made[:, 60_000], wanted, atol=1e-4)
    assert made.shape == (2, 100_000)


def test_an_echo_comes_back_softer_from_the_other_side() -> None:
    send = np.zeros(RATE, dtype=np.float32)
    send[0] = 1.0
    first, second = (np.abs(echoed(send, 0.25)[:, at : at + 200]).max(axis=1) for at in (RATE // 4, RATE // 2))
    assert first[1] > 2 * first[0] and second[0] > 2 * second[1] and second[0] < 0.6 * first[1]


@pytest.mark.parametrize(
    ("band", "expected_db"),
    [
        (Band("high_pass", 1000.0), (-40.0, -3.0, 0.0)),
        (Band("bell", 1000.0, 6.0, 1.0), (0.0, 6.0, 0.0)),
        (Band("low_shelf", 1000.0, -4.0), (-4.0, -2.0, 0.0)),
        (Band("high_shelf", 1000.0, 5.0), (0.0, 2.5, 5.0)),
    ],
)
def test_a_band_of_the_equaliser_does_what_it_says(band: Band, expected_db: tuple[float, ...]) -> None:
    click = np.zeros((1, 1 << 14), dtype=np.float32)
    click[:, 0] = 1.0
    spectrum_db = 20 * np.log10(np.abs(np.fft.rfft(equalised(click, (band,))[0])))
    at = [round(frequency_hz / RATE * click.shape[1]) for frequency_hz in (100, 1000, 10000)]
    np.testing.assert_allclose(spectrum_db[at], expected_db, atol=0.35)
