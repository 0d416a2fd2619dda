import json
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.listening.pieces import sound
from tests.music import RATE, at_rate

from drumlin.cli import main


@pytest.fixture
def track(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "track.flac", sound()[: 16 * RATE], RATE)
    return tmp_path / "track.flac"


def listen(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Run the command in this process and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["drumlin", "listen", *map(str, arguments)])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_json_and_picture_are_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], track: Path, tmp_path: Path
) -> None:
    assert listen(monkeypatch, track, "--json", "--picture", tmp_path / "track.svg") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["format"] == "drumlin-heard"
    assert printed["tempo"][0]["bpm"] == pytest.approx(92.0, rel=0.03)
    assert (tmp_path / "track.svg").read_text().startswith("<svg")


def test_words_for_people_name_tempo_and_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], track: Path
) -> None:
    assert listen(monkeypatch, track) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("tempo  9")
    assert "key    A minor" in printed


def write_silence(path: Path) -> None:
    soundfile.write(path, np.zeros(RATE * 3), RATE)


def write_click(path: Path) -> None:
    click = np.zeros(RATE * 10)
    click[RATE] = 0.9
    soundfile.write(path, click, RATE)


def write_ten_hours(path: Path) -> None:
    """Write a header and a hole: the file takes no room on the disk."""
    size = 10 * 3600 * 8000 * 2
    fields = (b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", size)
    with path.open("wb") as file:
        file.write(struct.pack("<4sI4s4sIHHIIHH4sI", *fields))
        file.truncate(44 + size)


def write_corrupt_mp3(path: Path) -> None:
    soundfile.write(path, sound()[: 8 * RATE], RATE, format="MP3")
    data = bytearray(path.read_bytes())
    data[: len(data) // 2] = np.random.default_rng(0).integers(0, 256, len(data) // 2, np.uint8).tobytes()
    path.write_bytes(bytes(data))


def write_nothing(path: Path) -> None:
    path.write_bytes(b"")


def write_text(path: Path) -> None:
    path.write_text("this is no sound, whatever its name says\n" * 20)


def write_no_file(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize(
    ("write", "name", "word"),
    [
        (write_silence, "silent.wav", "silent"),
        (write_click, "click.wav", "of sound in 10"),
        (write_ten_hours, "long.wav", "at most 3600 s"),
        (write_corrupt_mp3, "corrupt.mp3", "truncated"),
        (write_nothing, "empty.wav", "empty"),
        (write_text, "text.mp3", "no sound was found in it"),
        (write_no_file, "missing.wav", "No such file"),
    ],
)
def test_what_cannot_be_heard_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    write: Callable[[Path], None],
    name: str,
    word: str,
) -> None:
    write(tmp_path / name)
    assert listen(monkeypatch, tmp_path / name) == 1
    printed = capfd.readouterr()
    assert printed.out == ""
    assert word in printed.err
    assert name in printed.err
    assert len(printed.err.strip().splitlines()) == 1


def test_eight_kilohertz_are_heard(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "phone.wav", at_rate(sound()[: 16 * RATE], 8000), 8000)
    assert listen(monkeypatch, tmp_path / "phone.wav", "--json") == 0
    assert json.loads(capsys.readouterr().out)["tempo"][0]["bpm"] == pytest.approx(92.0, rel=0.03)


def test_a_picture_needs_its_ending(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], track: Path
) -> None:
    assert listen(monkeypatch, track, "--picture", "track.pdf") == 2
    assert ".svg" in capsys.readouterr().err


def test_a_style_is_named_for_the_track_and_for_each_segment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], track: Path
) -> None:
    assert listen(monkeypatch, track, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    descriptors = printed["descriptors"]
    assert len(descriptors["segments"]) == len(printed["segments"])
    assert len(descriptors["windows"]) == len(printed["windows"])
    assert len(descriptors["track"]["candidates"]) == 5
    assert listen(monkeypatch, track) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum("momentum" in line for line in lines) == 1 + len(printed["segments"])
