import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.drums import kick, snare

from drumlin.audio import read_audio, read_mono, read_start, write_atomically
from drumlin.errors import AudioReadError


def _file(sound: np.ndarray, rate: int = 44100, **format_: str) -> bytes:
    target = io.BytesIO()
    soundfile.write(target, sound, rate, **{"format": "WAV", **format_})
    return target.getvalue()


@pytest.mark.parametrize("format_", ["WAV", "AIFF", "FLAC", "OGG", "MP3", "CAF", "W64", "RF64"])
def test_every_common_format_is_read(format_: str) -> None:
    sound = read_audio(_file(snare(0), format=format_))
    assert sound.sample_rate == 44100
    assert np.corrcoef(sound.waveform[0][: len(snare(0))], snare(0))[0, 1] > 0.95


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("format_", ["WAV", "WAVEX"])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_plain_wavs_hold_the_points_that_libsndfile_reads(subtype: str, format_: str, channels: int) -> None:
    stacked = np.stack([snare(channel)[:2000] for channel in range(channels)], axis=1)
    data = _file(stacked, 48000, subtype=subtype, format=format_)
    expected, _ = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    assert np.array_equal(read_audio(data).waveform, expected.T)


def test_long_files_are_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drumlin.audio.files._BLOCK_POINTS", 1000)
    data = _file(np.stack([kick(0), kick(1)], 1), format="FLAC")
    whole, _ = soundfile.read(io.BytesIO(data), dtype="float32")
    assert np.array_equal(read_audio(data).waveform, whole.T)
    assert np.array_equal(read_mono(data, mix="mean").waveform, whole.mean(1, dtype=float).astype(np.float32))


def test_mixing_takes_the_first_channel_or_the_mean() -> None:
    data = _file(np.stack([kick(0), kick(1)], 1), subtype="FLOAT")
    assert np.array_equal(read_mono(data).waveform, kick(0))
    assert np.allclose(read_mono(data, mix="mean").waveform, (kick(0) + kick(1)) / 2)
    assert np.array_equal(read_audio(data).mono(), kick(0))


def test_one_sound_has_one_hash_whatever_holds_it() -> None:
    sixteen = np.round(kick(0) * 32767) / 32768
    hashes = {read_mono(_file(sixteen, format=name)).sha256 for name in ("WAV", "FLAC", "AIFF")}
    assert len(hashes) == 1
    assert read_mono(_file(sixteen, 48000)).sha256 not in hashes
    assert read_mono(_file(kick(1))).sha256 not in hashes


@pytest.mark.parametrize("format_", ["WAV", "AIFF", "FLAC", "OGG", "MP3"])
def test_a_truncated_file_is_refused(format_: str) -> None:
    data = _file(snare(0), format=format_)
    with pytest.raises(AudioReadError):
        read_mono(data[: len(data) // 2])


def test_a_wav_that_was_written_to_a_pipe_is_read_to_its_end() -> None:
    data = _file(kick(0), subtype="PCM_16")
    start = data.index(b"data")
    piped = data[: start + 4] + struct.pack("<I", 0xFFFFFFFF) + data[start + 8 :]
    assert np.array_equal(read_mono(piped).waveform, read_mono(data).waveform)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "0 bytes"),
        (b"some words" * 50, "cannot be decoded"),
        (_file(np.zeros(0)), "no sound"),
        (_file(kick(0))[:24] + struct.pack("<I", 0) + _file(kick(0))[28:], "0 Hz"),
    ],
)
def test_what_is_no_sound_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(AudioReadError, match=reason):
        read_mono(data)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioReadError, match="No such file"):
        read_mono(tmp_path / "none.wav")
    with pytest.raises(AudioReadError, match="cannot be read"):
        read_audio(tmp_path)


def test_too_long_a_file_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(AudioReadError, match=r"at most 0\.1 s"):
        read_mono(_file(kick(0), format="FLAC"), max_duration_s=0.1)


def test_many_channels_at_a_high_rate_are_read() -> None:
    sound = read_mono(_file(np.tile(snare(0)[:, None], (1, 24)), 192000, subtype="PCM_24"))
    assert (sound.channels, sound.sample_rate, len(sound.waveform)) == (24, 192000, len(snare(0)))


def test_an_atomic_write_leaves_the_old_file_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    write_atomically(target, b"old")

    def fail(self: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="No space"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("container", ["WAV", "FLAC"])
def test_the_start_of_a_file_is_the_start_of_the_whole(tmp_path: Path, container: str) -> None:
    path = tmp_path / "sound"
    soundfile.write(path, np.stack([kick(1)[:4000], snare(1)[:4000]], axis=1), 44100, format=container)
    whole, start = read_audio(path), read_start(path, 0.05)
    assert start.sample_rate == 44100
    np.testing.assert_array_equal(start.waveform, whole.waveform[:, :2205])


def test_the_start_of_a_short_file_is_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, kick(1), 44100)
    np.testing.assert_array_equal(read_start(path, 60.0).waveform, read_audio(path).waveform)


def test_what_is_no_sound_has_no_start(tmp_path: Path) -> None:
    (tmp_path / "words.wav").write_text("no sound", encoding="utf-8")
    with pytest.raises(AudioReadError):
        read_start(tmp_path / "words.wav", 1.0)


@pytest.mark.parametrize("channels", (2, 3, 6))
def test_the_mean_of_channels_is_rounded_once(channels: int) -> None:
    frames = np.random.default_rng(channels).uniform(-1, 1, (3000, channels)).astype(np.float32)
    file = io.BytesIO()
    soundfile.write(file, frames, 44100, format="WAV", subtype="FLOAT")
    mixed = read_mono(file.getvalue(), mix="mean").waveform
    np.testing.assert_array_equal(mixed, frames.mean(axis=1, dtype=np.float64).astype(np.float32))


def test_an_mp3_whose_header_counts_what_its_encoder_padded_is_read() -> None:
    whole = bytearray(_file(snare(0), format="MP3"))
    count = whole.index(b"Xing") + 8
    whole[count : count + 4] = (int.from_bytes(whole[count : count + 4], "big") + 3).to_bytes(4, "big")
    assert len(read_mono(bytes(whole)).waveform) >= len(snare(0))
