import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.drums import hat, kick, snare

from drumlin.audio import write_wav
from drumlin.datasets import Dataset


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    folder = tmp_path / "sounds"
    folder.mkdir()
    write_wav(folder / "kick.wav", kick(0), 44100)
    write_wav(folder / "snare.wav", snare(0), 44100)
    (folder / os.fsdecode(b"caf\xe9.wav")).write_bytes(b"")
    return folder


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "drumlin", "prepare", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_folder_is_prepared_and_refused_files_are_one_line_each(sounds: Path, tmp_path: Path) -> None:
    done = _run(sounds, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "2 samples" in done.stdout
    assert "refused caf\\udce9.wav: the file is empty" in done.stderr


def test_options_reach_the_data_set(sounds: Path, tmp_path: Path) -> None:
    options = ["--sample-rate", 22050, "--attack", 0.05, "--length", 0.2, "--mix", "mean", "--wav", "--preview", 1]
    done = _run(sounds, "--out", tmp_path / "out", *options, "--json")
    assert json.loads(done.stdout)["count"] == 2
    settings = Dataset.open(tmp_path / "out").settings
    assert (settings.sample_rate, settings.attack_s, settings.length_s, settings.mix) == (22050, 0.05, 0.2, "mean")
    assert len(list((tmp_path / "out/wav").iterdir())) == 2
    assert (tmp_path / "out/preview/index.html").is_file()


def test_the_generator_profile_is_two_seconds_long(sounds: Path, tmp_path: Path) -> None:
    assert _run(sounds, "--out", tmp_path / "out", "--profile", "generator").returncode == 0
    assert Dataset.open(tmp_path / "out").waveforms.shape == (2, 88200)


def test_events_are_lines_of_json(sounds: Path, tmp_path: Path) -> None:
    done = _run(sounds, "--out", tmp_path / "out", "--progress", "json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert {event["event"] for event in events} == {"progress", "done"}
    assert events[-1]["result"]["count"] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["none", "--out", "out"], 2, "no folder"),
        (["sounds", "--out", "sounds"], 1, "holds other things"),
        (["sounds", "--out", "out", "--length", "0"], 2, "length"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_an_exit_code(
    sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = _run(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_nothing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = _run(tmp_path / "empty", "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no sounds were found" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_a_valid_data_set(tmp_path: Path, number: signal.Signals) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for index in range(3000):
        (source / f"{index:04}.wav").hardlink_to(_hat(tmp_path, index % 5))
    command = [sys.executable, "-m", "drumlin", "prepare", str(source), "--out", str(tmp_path / "out")]
    running = subprocess.Popen(
        [*command, "--progress", "json", "--workers", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    running.stdout.readline()
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode == 130
    assert 0 < len(Dataset.open(tmp_path / "out")) < 3000


def _hat(folder: Path, seed: int) -> Path:
    path = folder / f"hat{seed}.wav"
    if not path.exists():
        write_wav(path, hat(seed, 48000), 48000)
    return path
