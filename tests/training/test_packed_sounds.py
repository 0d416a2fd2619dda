from pathlib import Path

import numpy as np
import pytest
from tests.drums import DRUMS

from drumlin.errors import TrainingError
from drumlin.training.packed_sounds import LEAST_STEP, Clip, PackedSounds, rounding_step, write_sounds

RANGE_DB = 94.0


def sounds(length: int = 8192) -> np.ndarray:
    rows = [np.pad(drum(seed), (66, length))[:length] for seed in range(2) for drum in DRUMS.values()]
    return np.stack([*rows, np.zeros(length)]).astype(np.float32)


def test_a_packed_sound_is_the_rounded_one_bit_by_bit() -> None:
    for waveform in sounds():
        clip = Clip.of(waveform, RANGE_DB)
        step = rounding_step(waveform, RANGE_DB)
        rounded = np.rint(waveform / step).astype(np.float32) * step
        made = clip.waveform()
        np.testing.assert_array_equal(made, rounded[: len(made)])
        assert not rounded[len(made) :].any()


def test_rounding_noise_lies_as_far_below_a_sine_as_is_asked_for() -> None:
    amplitude, points = 0.5, np.arange(20_000)
    sine = (amplitude * np.sin(2 * np.pi * points * 100 / 1024)).astype(np.float32)  # in the middle of a bin
    noise_in_a_bin = rounding_step(sine, 60.0) ** 2 / 12 * 384  # the squares of 1,024 points of Hann's window: 384
    sine_in_its_bin = (amplitude / 2 * 512) ** 2  # its sum: 512
    assert 10 * np.log10(sine_in_its_bin / noise_in_a_bin) == pytest.approx(60.0, abs=0.1)


def test_nothing_is_finer_than_16_bit() -> None:
    assert rounding_step(np.zeros(4096, np.float32), RANGE_DB) == LEAST_STEP
    assert rounding_step(np.full(4096, 1e-3, np.float32), 120.0) == LEAST_STEP


def test_rows_come_back_at_their_numbers(tmp_path: Path) -> None:
    waveforms = sounds()
    write_sounds(tmp_path / "sounds.npz", waveforms, np.array([6, 0, 8, 3]), RANGE_DB)
    packed = PackedSounds.open(tmp_path / "sounds.npz")
    assert packed.shape == waveforms.shape
    found = packed[np.array([3, 8, 6])]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, waveforms[[3, 8, 6]], atol=4e-4)
    with pytest.raises(KeyError):
        packed[np.array([1])]


def test_the_sizes_tell_which_sounds_take_more(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-1, 1, (1, 8192)).astype(np.float32)
    short = np.where(np.arange(8192) < 1000, noise, 0)
    sizes = write_sounds(tmp_path / "sounds.npz", np.concatenate([noise, short]), np.arange(2), RANGE_DB)
    assert sizes[0] / sizes[1] == pytest.approx(8.192, rel=0.05)


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "sounds.npz"
    write_sounds(path, sounds(), np.arange(4), RANGE_DB)
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(TrainingError, match="carry the folder over"):
        PackedSounds.open(path)
