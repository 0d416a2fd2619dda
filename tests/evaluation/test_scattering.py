import numpy as np
import pytest
from tests.drums import DRUMS, snare

from drumlin.evaluation.scattering import (
    AVERAGED,
    HIGHEST,
    Scattering,
    first_bank,
    response,
    scatter,
    second_bank,
)
from drumlin.evaluation.window import JUDGED_RATE, WINDOW, judged_window

TIME = np.arange(WINDOW) / JUDGED_RATE


def tone(frequency_hz: float) -> np.ndarray:
    return np.sin(2 * np.pi * frequency_hz * TIME)[None].astype(np.float32)


@pytest.mark.parametrize("frequency_hz", [60.0, 100.0, 440.0, 3000.0, 12_000.0])
def test_a_tone_lands_in_its_band(frequency_hz: float) -> None:
    loudest = scatter(tone(frequency_hz)).first[0, :, 2].argmax()
    centres = np.array([wavelet.centre for wavelet in first_bank()]) * JUDGED_RATE
    assert loudest == np.abs(np.log(centres / frequency_hz)).argmin()


@pytest.mark.parametrize("beat_hz", [21.5, 86.0, 344.0])
def test_a_beat_lands_in_its_second_order_band(beat_hz: float) -> None:
    found = scatter(tone(8000.0) * (1 + np.cos(2 * np.pi * beat_hz * TIME)).astype(np.float32) / 2)
    own = found.parents == found.first[0, :, 2].argmax()
    strongest = found.beats[own][found.second[0, own, 2].argmax()] * JUDGED_RATE
    assert 0.7 < strongest / beat_hz < 1.4


def test_the_filters_together_let_everything_pass_once() -> None:
    frequencies = np.fft.fftfreq(WINDOW)
    power = sum(np.square(response(wavelet, WINDOW, 1)) for wavelet in first_bank()) / 2
    heard = (frequencies > 40 / JUDGED_RATE) & (frequencies < HIGHEST)
    assert power[heard].min() > 0.7
    assert power.max() < 1.25


def test_a_wavelet_hears_no_constant() -> None:
    assert all(abs(response(wavelet, 4096, 1)[0]) < 1e-12 for wavelet in (*first_bank(), *second_bank()))


def test_energy_hardly_grows() -> None:
    noise = np.random.default_rng(0).standard_normal((1, WINDOW)).astype(np.float32)
    spectra = np.fft.fft(noise, axis=1)
    kept = sum(np.square(np.abs(np.fft.ifft(spectra * response(one, WINDOW, 1)))).sum() for one in first_bank()) / 2
    assert 0.3 < kept / np.square(noise).sum() < 0.6  # half the circle: a real sound's other half mirrors it


def test_thinning_out_changes_nothing() -> None:
    sound = judged_window(snare(), JUDGED_RATE)
    wavelet = first_bank()[20]
    spectrum = np.fft.fft(sound, 2 * WINDOW)
    envelope = np.fft.fft(np.abs(np.fft.ifft(spectrum * response(wavelet, 2 * WINDOW, 1))))
    slow = np.exp(-np.square(np.fft.fftfreq(2 * WINDOW)) / (2 * (0.35 / AVERAGED) ** 2))
    direct = np.fft.ifft(envelope * slow).real[: WINDOW + 1 : AVERAGED]
    np.testing.assert_allclose(scatter(sound[None]).first[0, 20], direct, rtol=1e-3, atol=1e-6)


def test_short_shifts_hardly_matter_and_other_drums_do() -> None:
    sound, other = judged_window(snare(0), JUDGED_RATE), judged_window(snare(1), JUDGED_RATE)
    embedded = Scattering().embed(np.stack([sound, np.roll(sound, 44), other]))
    shifted, changed = np.linalg.norm(embedded[1:] - embedded[0], axis=1)
    assert shifted < 0.1 * changed


def test_silence_lies_on_the_floors() -> None:
    embedded = Scattering().embed(np.zeros((1, WINDOW), np.float32))
    assert set(np.round(np.unique(embedded), 3)) == {np.float32(-8.059), np.float32(-4.605)}


def test_drums_are_nearest_within_their_class() -> None:
    sounds = [judged_window(drum(seed), JUDGED_RATE) for drum in DRUMS.values() for seed in range(4)]
    embedded = Scattering().embed(np.stack(sounds))
    apart = np.square(embedded[:, None] - embedded).sum(axis=2) + np.diag(np.full(16, np.inf))
    assert (apart.argmin(axis=1) // 4 == np.arange(16) // 4).mean() > 0.9
