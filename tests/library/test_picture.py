import numpy as np
import pytest
from tests.drums import DRUMS, hat, kick, snare, tom

from drumlin.audio import resample
from drumlin.library.facts import measure
from drumlin.library.picture import ASPECTS, SIZES, WHOLE, draw
from drumlin.units import Array, Waveform

RATE = 44100


def vectors(waveform: Waveform, rate: int = RATE) -> dict[str, Array]:
    return draw(waveform, rate, measure(waveform, rate, 1))


def test_vectors_have_their_size_and_length_one() -> None:
    for name, vector in vectors(snare(0)).items():
        assert vector.shape == (SIZES[name],)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_silence_has_zeros() -> None:
    assert not any(vector.any() for vector in vectors(np.zeros(900, np.float32)).values())


@pytest.mark.parametrize("name", [WHOLE, *ASPECTS])
@pytest.mark.parametrize("drum", DRUMS)
def test_gain_silence_and_rate_change_little(name: str, drum: str) -> None:
    original = vectors(DRUMS[drum](0))[name]
    quieter = vectors(np.pad(0.2 * DRUMS[drum](0), (3000, 5000)))[name]
    slower = vectors(resample(DRUMS[drum](0), RATE, 32000), 32000)[name]
    assert original @ quieter > 0.99
    # The kick's noise is its click alone: at 32 kHz, frames of another length weigh it 5 dB louder.
    assert original @ slower > (0.3 if name == "noisiness" else 0.93)


@pytest.mark.parametrize("drum", DRUMS)
def test_the_nearest_hit_is_of_the_same_drum(drum: str) -> None:
    query = vectors(DRUMS[drum](0))[WHOLE]
    near = {other: float(query @ vectors(DRUMS[other](1))[WHOLE]) for other in DRUMS}
    assert max(near, key=near.__getitem__) == drum


def test_each_aspect_hears_its_own() -> None:
    same_envelope = np.sin(2 * np.pi * 900 * np.arange(RATE // 4) / RATE) * np.exp(-np.arange(RATE // 4) / 2000)
    other_pitch = np.sin(2 * np.pi * 300 * np.arange(RATE // 4) / RATE) * np.exp(-np.arange(RATE // 4) / 2000)
    one, other = vectors(same_envelope.astype(np.float32)), vectors(other_pitch.astype(np.float32))
    assert one["envelope"] @ other["envelope"] > 0.99
    assert one["pitch"] @ other["pitch"] < 0.5
    assert vectors(tom(0))["noisiness"] @ vectors(hat(0))["noisiness"] < 0.5
    assert vectors(kick(0))["spectrum"] @ vectors(hat(0))["spectrum"] < 0.5


def test_frames_of_an_odd_length_are_filled_up_to_a_quick_one() -> None:
    sound = resample(snare(1), RATE, 48_000)
    quick = vectors(sound, 48_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("drumlin.library.picture.fast_length", lambda points: points)
        plain = vectors(sound, 48_000)
    assert min(float(quick[name] @ plain[name]) for name in quick) > 0.999


def test_where_an_ear_hears_the_whole_the_rest_is_drawn() -> None:
    facts = measure(tom(1), RATE, 1)
    assert set(draw(tom(1), RATE, facts, has_ear=True)) == set(ASPECTS)
