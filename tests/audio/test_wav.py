import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.drums import snare

from drumlin.audio import Encoding, encode_wav, read_audio, write_wav

_waveforms = hnp.arrays(np.float32, st.integers(1, 50), elements=st.floats(-1, 1, width=32))


@given(_waveforms)
def test_float_wavs_return_the_waveform(waveform: np.ndarray) -> None:
    assert np.array_equal(read_audio(encode_wav(waveform, 48000, encoding="32f")).waveform[0], waveform)


@given(_waveforms)
def test_24_bits_are_right_to_half_a_step(waveform: np.ndarray) -> None:
    read = read_audio(encode_wav(waveform, 44100, encoding="24")).waveform[0]
    assert np.abs(read - np.clip(waveform, -1, 1 - 2.0**-23)).max() <= 2.0**-24 + 1e-12


def test_16_bits_without_dither_are_what_libsndfile_writes() -> None:
    expected = io.BytesIO()
    soundfile.write(expected, snare(0), 44100, format="WAV", subtype="PCM_16")
    ours = encode_wav(snare(0), 44100, encoding="16", dither_seed=None)
    assert np.abs(read_audio(ours).waveform - read_audio(expected.getvalue()).waveform).max() <= 2.0**-15


def test_dither_is_triangular_and_repeats_with_its_seed() -> None:
    silence = np.zeros(20000, np.float32)
    steps = read_audio(encode_wav(silence, 44100, encoding="16")).waveform[0] * 2.0**15
    assert set(np.unique(steps)) == {-1.0, 0.0, 1.0}  # rounded TPDF: one eighth of the points on each side
    assert np.mean(steps == 1) == pytest.approx(1 / 8, abs=0.01)
    assert encode_wav(silence, 44100, encoding="16") == encode_wav(silence, 44100, encoding="16")
    assert encode_wav(silence, 44100, encoding="16", dither_seed=1) != encode_wav(silence, 44100, encoding="16")


@pytest.mark.parametrize("encoding", ["16", "24"])
def test_too_loud_points_are_clipped_and_never_wrap(encoding: Encoding) -> None:
    read = read_audio(encode_wav(np.array([2.0, -2.0], np.float32), 44100, encoding=encoding)).waveform[0]
    assert read == pytest.approx([1.0, -1.0], abs=1e-4)


def test_channels_are_interleaved(tmp_path: Path) -> None:
    stereo = np.stack([snare(0), snare(1)])
    write_wav(tmp_path / "a.wav", stereo, 44100, encoding="32f")
    points, _ = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert np.array_equal(points.T, stereo)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]
