"""`drumlin render`: same seed, same bytes; what is written beside the sound; what is refused, in one line."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.instruments import make_instrument

from drumlin.audio import read_audio
from drumlin.cli import main
from drumlin.composing import dictionary_hash

TIMELINE: dict[str, Any] = {
    "format": "drumlin-timeline",
    "version": 1,
    "seed": 3,
    "duration_s": 6.0,
    "regions": [
        {"start_s": 0, "descriptor": "hiphop_lofi_tender", "tempo_bpm": 84, "meter": "4/4"},
        {"start_s": 4, "descriptor": "silence"},
    ],
}


@pytest.fixture
def drumlin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: object, code: int = 0) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["drumlin", *map(str, arguments)])
        try:
            main()
            found = 0
        except SystemExit as stop:
            found = int(stop.code or 0)
        printed = capsys.readouterr()
        assert found == code, printed.err
        return printed.out, printed.err

    return call


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tones")
    return make_instrument(folder / "tones.drumlin", classes=("kick", "snare", "hihat_closed"))


@pytest.fixture
def timeline(tmp_path: Path) -> Path:
    return write(tmp_path / "timeline.json", TIMELINE)


def write(path: Path, document: Any) -> Path:
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def piece(tmp_path_factory: pytest.TempPathFactory, tones: Path) -> Path:
    """Return the folder of a piece that a process of its own has rendered, with all that there is."""
    folder = tmp_path_factory.mktemp("piece")
    timeline = write(folder / "timeline.json", TIMELINE)
    run_apart(timeline, tones, folder / "tune.wav", "1")
    return folder


def run_apart(timeline: Path, instrument: Path, out: Path, threads: str) -> None:
    words = [timeline, "--instrument", instrument, "--out", out, "--stems", "bus", "--midi", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "drumlin", "render", *map(str, words)],
        env=os.environ | {"PYTHONHASHSEED": threads, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    out.with_suffix(".json").write_text(done.stdout)


def test_two_processes_write_the_same_bytes(piece: Path, tones: Path, tmp_path: Path) -> None:
    run_apart(piece / "timeline.json", tones, tmp_path / "other.wav", "2")
    for name in ("tune.wav", "tune.truth.json", "tune.timeline.json", "tune.mid", "tune.stems/drums.wav"):
        assert (tmp_path / name.replace("tune", "other")).read_bytes() == (piece / name).read_bytes(), name


def test_no_temporary_file_stays(piece: Path) -> None:
    stems = [name for name in names(piece) if name.startswith("tune.stems/")]
    others = ["timeline.json", "tune.json", "tune.mid", "tune.timeline.json", "tune.truth.json", "tune.wav"]
    assert names(piece) == sorted([*stems, *others])
    assert "tune.stems/drums.wav" in stems


def test_the_sound_is_as_long_as_asked_and_the_stems_sum_to_it(piece: Path) -> None:
    sound = read_audio(piece / "tune.wav")
    assert sound.sample_rate == 44100 and sound.waveform.shape == (2, 6 * 44100)
    stems = sum(read_audio(path).waveform for path in sorted((piece / "tune.stems").iterdir()))
    if np.abs(stems).max() < 0.89:  # the limiter had nothing to do
        np.testing.assert_allclose(stems, sound.waveform, atol=2**-22)
    assert np.abs(sound.waveform).max() <= 0.892  # -1 dBTP


def test_the_truth_names_hashes_version_and_seed(piece: Path, tones: Path) -> None:
    truth = json.loads((piece / "tune.truth.json").read_text())
    audio = truth["audio"]
    assert audio["sha256"] == hashlib.sha256((piece / "tune.wav").read_bytes()).hexdigest()
    assert audio["stems"]["drums"] == hashlib.sha256((piece / "tune.stems/drums.wav").read_bytes()).hexdigest()
    assert audio["instrument"]["sha256"] == hashlib.sha256(tones.read_bytes()).hexdigest()
    assert truth["dictionary_sha256"] == dictionary_hash()
    assert truth["seed"] == 3 and audio["drumlin"] and audio["licences"] == ["CC0-1.0"]


def test_the_json_tells_paths_and_notifications(piece: Path) -> None:
    result = json.loads((piece / "tune.json").read_text())
    assert Path(result["midi"]).read_bytes()[:4] == b"MThd"
    assert Path(result["stems"]["drums"]).exists()
    assert any("tempo 84 became" in note for note in result["notifications"])
    assert result["notifications"] == json.loads((piece / "tune.truth.json").read_text())["audio"]["notifications"]


def test_a_completed_timeline_sounds_the_same(drumlin: Any, piece: Path, tones: Path, tmp_path: Path) -> None:
    words = ("render", piece / "tune.timeline.json", "--instrument", tones, "--out", tmp_path / "again.wav")
    drumlin(*words, "--stems", "bus")  # other stems are summed in another order: the last bit may differ
    assert (tmp_path / "again.wav").read_bytes() == (piece / "tune.wav").read_bytes()


def test_notifications_of_timeline_and_mix_are_shown(drumlin: Any, tones: Path, tmp_path: Path) -> None:
    region = {"start_s": 0, "descriptor": "electronic_house_steady", "tempo_bpm": 124, "instruments": ["drums"]}
    asked = write(tmp_path / "t.json", TIMELINE | {"duration_s": 3.0, "regions": [region]})
    _, err = drumlin("render", asked, "--instrument", tones, "--out", tmp_path / "tune.wav", "--seed", 1)
    assert "tempo 124 became" in err
    assert "Test tones knows no" in err


def test_words_in_place_of_a_timeline(drumlin: Any, tones: Path, tmp_path: Path) -> None:
    words = ("render", "--descriptor", "ambient_drift_tender", "--duration", 2, "--instrument", tones)
    result = json.loads(drumlin(*words, "--seed", 9, "--out", tmp_path / "a.flac", "--json")[0])
    assert result["seed"] == 9 and result["duration_s"] == 2
    assert read_audio(tmp_path / "a.flac").waveform.shape == (2, 2 * 44100)
    assert json.loads(Path(result["timeline"]).read_text())["seed"] == 9
    assert names(tmp_path) == ["a.flac", "a.timeline.json", "a.truth.json"]


def test_a_seed_stands_in_place_of_the_timelines(drumlin: Any, timeline: Path, tones: Path, tmp_path: Path) -> None:
    words = ("render", timeline, "--instrument", tones, "--out", tmp_path / "tune.wav", "--seed", 4)
    out, _ = drumlin(*words, "--progress", "json")
    events = [json.loads(line) for line in out.splitlines()]
    assert events[0]["event"] == "progress" and events[-1]["event"] == "done"
    assert events[-1]["result"]["seed"] == 4


def test_nothing_is_replaced_without_force(drumlin: Any, timeline: Path, tones: Path, tmp_path: Path) -> None:
    write(tmp_path / "tune.truth.json", "mine")
    words = ("render", timeline, "--instrument", tones, "--out", tmp_path / "tune.wav")
    _, err = drumlin(*words, code=2)
    assert "is there already" in err and "--force" in err
    assert names(tmp_path) == ["timeline.json", "tune.truth.json"]
    drumlin(*words, "--force")
    assert json.loads((tmp_path / "tune.truth.json").read_text())["format"] == "drumlin-truth"


def region(**entries: Any) -> dict[str, Any]:
    return TIMELINE | {"regions": [{"start_s": 0, "descriptor": "hiphop_lofi_tender", **entries}]}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "is no JSON"),
        ([], "the document: got list"),
        (region(descriptor="hiphop_polka"), "regions[0].descriptor"),
        (region(tempo_bpm=0), "regions[0].tempo_bpm: got 0"),
        (TIMELINE | {"regions": [{"start_s": 0, "end_s": 5, "descriptor": "silence"}] * 2}, "regions[1]: got a start"),
        ({"spans": [{"type": "metered", "time": 4}, {"type": "unmetered", "time": 2}]}, "spans[1]"),
    ],
)
def test_a_wrong_timeline_is_one_line(drumlin: Any, tmp_path: Path, document: Any, message: str) -> None:
    asked = write(tmp_path / "t.json", document)
    _, err = drumlin("render", asked, "--out", tmp_path / "out" / "tune.wav", code=1)
    assert err.startswith(f"drumlin: {asked}") and message in err and err.count("\n") == 1
    assert names(tmp_path) == ["t.json"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nowhere.json", "--out", "a.wav"), 1, "cannot be read"),
        (("--out", "a.wav"), 2, "either a timeline is expected"),
        (("--descriptor", "folk_acoustic_steady", "--out", "a.wav"), 2, "either a timeline is expected"),
        (("--descriptor", "polka", "--duration", "2", "--out", "a.wav"), 1, "regions[0].descriptor"),
        (("--descriptor", "folk_acoustic_steady", "--duration", "nan", "--out", "a.wav"), 1, "duration_s"),
        (("--descriptor", "folk_acoustic_steady", "--duration", "2", "--out", "a.mp3"), 2, "ends in .wav or .flac"),
        (("--descriptor", "folk_acoustic_steady", "--duration", "2", "--out", "file/a.wav"), 2, "cannot be written"),
    ],
)
def test_a_wrong_request_is_one_line(
    drumlin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "file", "no folder")
    _, err = drumlin("render", *words, code=code)
    assert err.startswith("drumlin: ") and message in err and err.count("\n") == 1
    assert names(tmp_path) == ["file"]


def test_a_broken_instrument_is_one_line(drumlin: Any, timeline: Path, tmp_path: Path) -> None:
    broken = write(tmp_path / "broken.drumlin", "PK no zip")
    _, err = drumlin("render", timeline, "--instrument", broken, "--out", tmp_path / "tune.wav", code=1)
    assert err.startswith("drumlin: ") and err.count("\n") == 1
    assert not (tmp_path / "tune.wav").exists()


def test_a_full_disk_leaves_nothing_behind(
    drumlin: Any, timeline: Path, tones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if ".timeline.json" in path.name:
            raise OSError(28, "No space left on device")
        return plain(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    _, err = drumlin("render", timeline, "--instrument", tones, "--out", tmp_path / "tune.wav", code=2)
    assert "cannot be written: No space left on device" in err and err.count("\n") == 1
    assert names(tmp_path) == ["timeline.json"]


def drums_of(folder: Path, name: str) -> np.ndarray:
    return read_audio(folder / f"{name}.stems" / "drums.wav").waveform


def test_another_variation_is_another_kit_of_the_same_piece(
    drumlin: Any, timeline: Path, tones: Path, tmp_path: Path
) -> None:
    for variation in (0, 1):
        words = ("render", timeline, "--instrument", tones, "--stems", "bus", "--variation", variation)
        drumlin(*words, "--out", tmp_path / f"v{variation}.wav")
    assert np.abs(drums_of(tmp_path, "v0") - drums_of(tmp_path, "v1")).max() > 0.01
    bass = [read_audio(tmp_path / f"v{variation}.stems/bass.wav").waveform[0] for variation in (0, 1)]
    assert np.corrcoef(bass)[0, 1] > 0.999  # up to the gain of the mix


def test_drums_come_from_a_file_and_its_instruments_are_named(
    drumlin: Any, timeline: Path, tones: Path, tmp_path: Path
) -> None:
    document = {"kit": {"kick": {"x": -0.9, "pitch": -12}}, "regions": {"r1": {"instrument": str(tones)}}}
    drums = write(tmp_path / "drums.json", document)
    drumlin("render", timeline, "--instrument", tones, "--drums", drums, "--out", tmp_path / "tune.wav")
    audio = json.loads((tmp_path / "tune.truth.json").read_text())["audio"]
    assert audio["region_instruments"]["r1"]["name"] == "Test tones"
    assert -40 < audio["loudness_lufs"] < 0


def test_drums_that_do_not_fit_are_one_line(drumlin: Any, timeline: Path, tmp_path: Path) -> None:
    drums = write(tmp_path / "drums.json", {"kit": {"snaer": {}}})
    _, err = drumlin("render", timeline, "--drums", drums, "--out", tmp_path / "tune.wav", code=2)
    assert err.startswith("drumlin: drums: kit.snaer: no class of drum")
    assert not (tmp_path / "tune.wav").exists()
