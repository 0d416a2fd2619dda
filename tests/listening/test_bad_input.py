import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.listening.pieces import sound
from tests.music import RATE

from drumlin.errors import AudioReadError, PreprocessError
from drumlin.listening import listen, listen_to_file


@pytest.mark.parametrize(
    ("waveform", "word"),
    [
        (np.zeros(5 * RATE, np.float32), "silent"),
        (np.zeros(0, np.float32), "at least one point"),
        (np.full(5 * RATE, np.nan, np.float32), "no numbers"),
        (np.ones(100, np.float32), "at least 1 s"),
        (np.zeros((2, 5 * RATE), np.float32), "mono"),
    ],
    ids=["silence", "empty", "nan", "short", "stereo"],
)
def test_waveform_without_music_is_refused(waveform: np.ndarray, word: str) -> None:
    with pytest.raises(PreprocessError, match=word):
        listen(waveform, RATE)


def test_one_click_is_refused() -> None:
    click = np.zeros(10 * RATE, np.float32)
    click[RATE] = 0.9
    with pytest.raises(PreprocessError, match="of sound in 10"):
        listen(click, RATE)


def test_ten_hours_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path, size = tmp_path / "long.wav", 10 * 3600 * 8000 * 2
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", size
    )
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + size)  # a hole: takes no room
    with pytest.raises(AudioReadError, match="lasts 36000 s: at most 3600 s"):
        listen_to_file(path)


def test_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.mp3").write_bytes(b"")
    with pytest.raises(AudioReadError):
        listen_to_file(tmp_path / "empty.mp3")


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioReadError, match="No such file"):
        listen_to_file(tmp_path / "none.wav")


@pytest.mark.parametrize("kept", [0.0, 0.3])
def test_damaged_mp3_is_refused(tmp_path: Path, kept: float) -> None:
    path = tmp_path / "track.mp3"
    soundfile.write(path, sound()[: 10 * RATE], RATE, format="MP3")
    data = path.read_bytes()
    noise = np.random.default_rng(0).integers(0, 256, len(data), np.uint8).tobytes()
    path.write_bytes(data[: round(kept * len(data))] + (noise if kept == 0.0 else b""))
    with pytest.raises(AudioReadError):
        listen_to_file(path)


def test_constant_tone_is_a_tonic_of_either_mode() -> None:
    tone = 0.5 * np.sin(2 * np.pi * 220 * np.arange(12 * RATE) / RATE)
    found = listen(tone.astype(np.float32), RATE)
    assert found.key.tonic == 9
    assert found.key.confidence < 0.6
    assert found.segments[-1].end_s == pytest.approx(12.0)


def test_noise_has_no_key() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(12 * RATE)
    assert listen(noise.astype(np.float32), RATE).key.name == "pitchless"
