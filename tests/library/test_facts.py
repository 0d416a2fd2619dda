import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import DRUMS, hat, kick, snare

from drumlin.features import find_onset, noisiness_db
from drumlin.features.loudness import weighting_gain
from drumlin.library.facts import count_clipped, loudness_db, measure
from drumlin.library.loops import find_loop
from drumlin.units import Waveform

RATE = 44100


def loop_of(tempo_bpm: float, beats: int = 8) -> Waveform:
    """Return a bar or more of kick, snare and hats that ends with its last beat."""
    beat = round(60.0 / tempo_bpm * RATE)
    loop = np.zeros(beat * beats, np.float32)
    for number in range(2 * beats):
        hit = hat(1) if number % 2 else (snare(1) if number % 4 == 2 else kick(1))
        start = number * beat // 2
        part = loop[start : start + len(hit)]
        part += 0.5 * hit[: len(part)]
    return loop


def test_length_channels_and_peak_are_the_files() -> None:
    facts = measure(0.5 * snare(0) / np.abs(snare(0)).max(), RATE, 2)
    assert (facts.length, facts.channels, facts.sample_rate) == (len(snare(0)), 2, RATE)
    assert facts.duration_s == pytest.approx(0.25, abs=1e-4)
    assert facts.peak_db == pytest.approx(-6.02, abs=0.01)


def test_silence_around_a_sound_is_measured_and_changes_nothing_else() -> None:
    alone = measure(kick(0), RATE, 1)
    padded = measure(np.pad(kick(0), (RATE // 2, RATE // 4)), RATE, 1)
    assert alone.lead_s is not None and alone.tail_s is not None
    assert padded.lead_s == pytest.approx(alone.lead_s + 0.5, abs=1e-3)
    assert padded.tail_s == pytest.approx(alone.tail_s + 0.25, abs=1e-3)
    for name in ("pitch_hz", "decay_s", "attack_s", "brightness", "noisiness_db", "loudness_db"):
        assert getattr(padded, name) == pytest.approx(getattr(alone, name), rel=0.05, abs=0.3)


@pytest.mark.parametrize("drum", DRUMS)
def test_the_decay_is_that_of_the_features(drum: str) -> None:
    from drumlin.features import decay_s

    facts = measure(np.pad(DRUMS[drum](3), (500, 0)), RATE, 1)
    assert facts.decay_s == pytest.approx(decay_s(DRUMS[drum](3), RATE), abs=3e-3)


def test_gain_moves_levels_alone() -> None:
    loud, soft = measure(snare(0), RATE, 1), measure(0.1 * snare(0), RATE, 1)
    assert soft.loudness_db == pytest.approx(loud.loudness_db - 20.0, abs=0.05)  # type: ignore[operator]
    assert soft.peak_db == pytest.approx(loud.peak_db - 20.0, abs=0.05)
    assert soft.brightness == pytest.approx(loud.brightness, abs=1e-3)
    assert soft.noisiness_db == pytest.approx(loud.noisiness_db, abs=0.01)


def test_a_hat_is_brighter_and_noisier_than_a_kick() -> None:
    bright, dark = measure(hat(0), RATE, 1), measure(kick(0), RATE, 1)
    assert bright.brightness > dark.brightness + 2.0  # type: ignore[operator]
    assert bright.noisiness_db > dark.noisiness_db  # type: ignore[operator]


@pytest.mark.parametrize("waveform", [np.zeros(500), np.full(9, 1e-5), np.full(2000, np.nan)])
def test_silence_has_no_qualities(waveform: Waveform) -> None:
    facts = measure(waveform.astype(np.float32), RATE, 1)
    assert facts.is_silent
    assert facts.pitch_hz is facts.loudness_db is facts.lead_s is facts.tempo_bpm is None


@pytest.mark.parametrize("points", [1, 2, 50, 700])
def test_the_shortest_sounds_are_measured(points: int) -> None:
    facts = measure(np.linspace(-0.5, 0.5, points).astype(np.float32), RATE, 1)
    assert facts.length == points


def test_flat_tops_near_full_scale_are_clipping() -> None:
    sine = np.sin(2 * np.pi * 100 * np.arange(RATE // 10) / RATE).astype(np.float32)
    assert count_clipped(0.9 * sine) == 0
    assert count_clipped(np.clip(1.5 * sine, -1, 1)) == 20  # ten periods, both tops
    assert count_clipped(np.array([0, 1, 0, -1, 0], np.float32)) == 0


def test_loudness_of_a_sine_is_that_of_the_standard() -> None:
    sine = np.sin(2 * np.pi * 997 * np.arange(RATE) / RATE).astype(np.float32)
    assert loudness_db(sine, RATE) == pytest.approx(-3.01, abs=0.05)  # BS.1770: 0 dBFS, 997 Hz, one channel


SOUNDS = st.tuples(st.floats(20.0, 9000.0), st.floats(0.02, 1.0), st.floats(0.0, 0.5), st.integers(0, 40_000))


@given(st.lists(SOUNDS, min_size=1, max_size=3), st.sampled_from((22_050, 44_100)))
@settings(max_examples=25, deadline=None)
def test_the_loudest_stretch_is_found_wherever_it_is(hits: list[tuple[float, float, float, int]], rate: int) -> None:
    time_s, sound = np.arange(2 * rate) / rate, np.zeros(4 * rate)
    for hz, decay_s, noise, start in hits:
        hiss = noise * np.random.default_rng(start).standard_normal(2 * rate - start)
        body = np.sin(2 * np.pi * hz * time_s[start:]) + hiss
        sound[start : 2 * rate] += body * np.exp(-time_s[: 2 * rate - start] / decay_s)
    gain = weighting_gain(np.fft.rfftfreq(4 * rate, 1.0 / rate), rate)
    energy = np.cumsum(np.square(np.fft.irfft(np.fft.rfft(sound) * gain)))
    size = round(0.2 * rate)
    expected = -0.691 + 10.0 * np.log10((energy[size:] - energy[:-size]).max() / size)
    assert loudness_db(sound[: 2 * rate].astype(np.float32), rate) == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("gap", (0, RATE // 2))
def test_an_onset_that_is_handed_on_is_the_one_that_would_be_found(gap: int) -> None:
    late = np.concatenate([kick(0), np.zeros(gap, np.float32), 3.0 * snare(0)])
    facts, body = measure(late, RATE, 1), late[max(0, find_onset(late, RATE) - 220) :]
    assert facts.noisiness_db == pytest.approx(noisiness_db(body[: round(0.3 * RATE)], RATE), abs=1e-3)


def test_a_fast_loop_reads_as_itself_or_as_half_of_it() -> None:
    loop = find_loop(loop_of(174.0), RATE)
    assert loop is not None
    assert min(abs(loop.tempo_bpm / tempo - 1.0) for tempo in (87.0, 174.0)) < 0.01


@pytest.mark.parametrize("tempo_bpm", [90.0, 120.0, 140.0])
def test_a_loop_is_known_with_its_tempo(tempo_bpm: float) -> None:
    loop = find_loop(loop_of(tempo_bpm), RATE)
    assert loop is not None
    assert loop.tempo_bpm == pytest.approx(tempo_bpm, rel=0.01)


@pytest.mark.parametrize("drum", DRUMS)
def test_a_hit_is_no_loop(drum: str) -> None:
    assert find_loop(np.pad(DRUMS[drum](0), (0, RATE)), RATE) is None
    assert find_loop(DRUMS[drum](0), RATE) is None


def test_steady_noise_is_no_loop() -> None:
    noise = np.random.default_rng(0).standard_normal(2 * RATE).astype(np.float32)
    assert find_loop(0.1 * noise, RATE) is None
