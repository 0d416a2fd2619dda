import json
import sys
from pathlib import Path

import pytest
import soundfile
from tests.listening.pieces import sound
from tests.music import RATE

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


def test_a_silent_file_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "silent.wav", [0.0] * RATE * 3, RATE)
    assert listen(monkeypatch, tmp_path / "silent.wav") == 1
    error = capsys.readouterr().err
    assert "silent" in error
    assert "Traceback" not in error


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
