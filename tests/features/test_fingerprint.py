from collections.abc import Callable

import numpy as np
import pytest
from tests.drums import DRUMS, hat, kick, snare, tom

from drumlin.audio import encode_wav, read_audio, resample
from drumlin.features import DUPLICATE_COSINE, FINGERPRINT_SIZE, cosines, fingerprint

_CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "quieter": lambda sound: sound * np.float32(0.1),
    "turned": lambda sound: -sound,
    "padded": lambda sound: np.concatenate([np.zeros(3333, np.float32), sound, np.zeros(9999, np.float32)]),
    "16 bits": lambda sound: read_audio(encode_wav(sound / 4, 44100, encoding="16")).waveform[0],
    "another rate": lambda sound: resample(resample(sound, 44100, 48000), 48000, 44100),
    "faint noise": lambda sound: (sound + np.random.default_rng(0).normal(0, 2e-4, len(sound))).astype(np.float32),
}


@pytest.mark.parametrize("change", sorted(_CHANGES))
@pytest.mark.parametrize("name", sorted(DRUMS))
def test_a_changed_copy_is_a_duplicate(change: str, name: str) -> None:
    sound = DRUMS[name](3)
    copy = _CHANGES[change](sound)
    assert float(fingerprint(sound, 44100) @ fingerprint(copy, 44100)) >= DUPLICATE_COSINE


def test_two_snares_and_two_drums_of_different_class_are_no_duplicates() -> None:
    marks = np.stack([fingerprint(drum(seed), 44100) for drum in (kick, hat, tom) for seed in (0,)])
    snares = np.stack([fingerprint(snare(seed), 44100) for seed in range(12)])
    assert cosines(marks, marks)[~np.eye(3, dtype=bool)].max() < DUPLICATE_COSINE
    assert cosines(snares, snares)[~np.eye(12, dtype=bool)].max() < DUPLICATE_COSINE


def test_a_tom_tuned_by_two_semitones_is_another_sound() -> None:
    tuned = resample(tom(0), 44100, round(44100 * 2 ** (-2 / 12)))
    assert float(fingerprint(tom(0), 44100) @ fingerprint(tuned, 44100)) < DUPLICATE_COSINE


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 96000])
def test_a_fingerprint_has_one_size_and_length_one(rate: int) -> None:
    mark = fingerprint(kick(0, rate), rate)
    assert mark.shape == (FINGERPRINT_SIZE,)
    assert np.linalg.norm(mark) == pytest.approx(1, abs=1e-5)


def test_the_shortest_sound_has_a_fingerprint() -> None:
    assert np.isfinite(fingerprint(np.array([0.0, 1.0, 0.0], np.float32), 44100)).all()
