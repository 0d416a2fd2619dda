import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.instruments import make_instrument, tone

from drumlin.cli import main
from drumlin.exporting import read_provenance
from drumlin.instrument import Note, load, morph
from drumlin.instrument.locating import prepare


@pytest.fixture
def tones_file(tmp_path: Path) -> Path:
    return make_instrument(tmp_path / "tones.drumlin", seeded=True)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Run the command in this process and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["drumlin", *map(str, arguments)])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture
def drumlin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: object, code: int = 0) -> str:
        assert run(monkeypatch, *arguments) == code
        printed = capsys.readouterr()
        return printed.out if code == 0 else printed.err

    return call


def test_generate_writes_what_the_instrument_plays(drumlin: Any, tones_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "hit.wav"
    drumlin("generate", tones_file, "--at", "0.2,-0.4", "--out", out, "--bits", "32f")
    sound, rate = soundfile.read(out, dtype="float32")
    assert rate == 44100
    assert sound.tobytes() == load(tones_file).at(0.2, -0.4).tobytes()


def test_same_seed_gives_the_same_bytes(drumlin: Any, tones_file: Path, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        drumlin("generate", tones_file, "--random", "--seed", 7, "--count", 3, "--out", tmp_path / folder)
    drumlin("generate", tones_file, "--random", "--seed", 8, "--count", 3, "--out", tmp_path / "c")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) == 3
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)
    contents = [{path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in ("a", "c")]
    assert not contents[0] & contents[1]


def test_random_without_a_seed_differs_and_says_its_seed(drumlin: Any, tones_file: Path, tmp_path: Path) -> None:
    first = json.loads(drumlin("generate", tones_file, "--random", "--out", tmp_path / "1.wav", "--json"))[0]
    second = json.loads(drumlin("generate", tones_file, "--random", "--out", tmp_path / "2.wav", "--json"))[0]
    assert first["note"]["seed"] != second["note"]["seed"]
    again = tmp_path / "3.wav"
    drumlin("generate", tones_file, "--random", "--seed", first["note"]["seed"], "--out", again)
    assert again.read_bytes() == Path(first["path"]).read_bytes()


def test_like_restores_the_note_of_a_written_file(drumlin: Any, tones_file: Path, tmp_path: Path) -> None:
    original, copy = tmp_path / "a.wav", tmp_path / "b.wav"
    drumlin("generate", tones_file, "--at", "-0.3,0.6", "--set", "pitch=2", "--seed", 9, "--out", original)
    drumlin("generate", tones_file, "--like", original, "--out", copy)
    assert copy.read_bytes() == original.read_bytes()


def test_refine_comes_nearer_to_a_foreign_sound(drumlin: Any, tones_file: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.wav"
    soundfile.write(foreign, tone(0.7, -0.4) + 0.02 * tone(3.0), 44100, subtype="FLOAT")
    first, nearer = (
        json.loads(drumlin("locate", tones_file, foreign, "--json", *options))[0] for options in ((), ("--refine",))
    )
    assert nearer["fit_db"] < first["fit_db"]
    drumlin("generate", tones_file, "--like", foreign, "--refine", "--out", tmp_path / "near.wav")
    provenance = read_provenance(tmp_path / "near.wav")
    assert provenance is not None
    assert provenance.note == Note.from_dict(nearer["note"])


@pytest.mark.parametrize("option", [("--refine",), ("--residual", 50)])
def test_what_speaks_of_a_sound_needs_one(
    drumlin: Any, tones_file: Path, tmp_path: Path, option: tuple[object, ...]
) -> None:
    assert "--like" in drumlin("generate", tones_file, *option, "--out", tmp_path / "a.wav", code=2)


def test_the_whole_residual_writes_the_dropped_sound_point_for_point(
    drumlin: Any, tones_file: Path, tmp_path: Path
) -> None:
    foreign, out, alone = tmp_path / "foreign.wav", tmp_path / "out.wav", tmp_path / "alone.wav"
    sound = (tone(0.7, -0.4) + 0.02 * tone(3.0)).astype(np.float32)
    soundfile.write(foreign, sound, 44100, subtype="FLOAT")
    drumlin("generate", tones_file, "--like", foreign, "--residual", 100, "--bits", "32f", "--out", out)
    drumlin("generate", tones_file, "--like", foreign, "--bits", "32f", "--out", alone)
    written, plain = (soundfile.read(path, dtype="float32")[0] for path in (out, alone))
    prepared = prepare(sound, 44100, load(tones_file))
    assert np.array_equal(written, prepared[len(prepared) - len(written) :])
    assert not np.array_equal(written, plain)
    found = json.loads(drumlin("locate", tones_file, out, "--json"))[0]
    assert not found["restored"]  # the note alone does not play it


def test_morph_writes_what_lies_between_four(drumlin: Any, tones_file: Path, tmp_path: Path) -> None:
    own, out = tmp_path / "own.wav", tmp_path / "out.wav"
    drumlin("generate", tones_file, "--at", "-0.3,0.6", "--set", "pitch=2", "--out", own)
    corners = [own, "0.5,0.5", "-0.5,-0.5", "0.5,-0.5"]
    four = [option for corner in corners for option in ("--morph", corner)]
    drumlin("generate", tones_file, *four, "--mix", "0,0", "--out", out)
    assert out.read_bytes() == own.read_bytes()
    drumlin("generate", tones_file, *four, "--mix", "0.25,0.5", "--out", out, "--force")
    notes = [Note(-0.3, 0.6, pitch=2.0), *(Note(*map(float, str(corner).split(","))) for corner in corners[1:])]
    provenance = read_provenance(out)
    assert provenance is not None
    assert provenance.note == morph(load(tones_file), notes, 0.25, 0.5)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--morph", "0,0"), "four"),
        (("--morph", "0,0") * 4 + ("--mix", "2,0"), "0 to 1"),
        (("--morph", "0,0") * 4 + ("--mix", "middle"), "--mix"),
        (("--morph", "0,0") * 4 + ("--at", "0,0"), "exclude"),
        (("--morph", "missing.wav") * 4, "missing.wav"),
    ],
)
def test_a_morph_that_cannot_be_is_refused(
    drumlin: Any, tones_file: Path, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    code = 2 if words in ("four", "--mix", "exclude") else 1
    assert words in drumlin("generate", tones_file, *options, "--out", tmp_path / "a.wav", code=code)


def test_set_and_class_shape_the_note(drumlin: Any, tmp_path: Path) -> None:
    classed = make_instrument(tmp_path / "c.drumlin", classes=("low", "high"))
    out = tmp_path / "hit.wav"
    shape = ("--class", "high", "--set", "velocity=0.5", "--set", "length=0.05")
    drumlin("generate", classed, "--at", "0,0", *shape, "--out", out)
    provenance = read_provenance(out)
    assert provenance is not None
    assert provenance.note == Note(classes={"high": 1.0}, velocity=0.5, length=0.05)


@pytest.mark.parametrize(
    ("options", "classes"),
    [
        (["--class", "low=0.7,high=0.3"], {"low": 0.7, "high": 0.3}),
        (["--class", "low=0.7", "--class", "high=0.3"], {"low": 0.7, "high": 0.3}),
        (["--class", "low, high=3"], {"low": 1.0, "high": 3.0}),
        (["--class", "low", "--class", "a=b, c"], {"low": 1.0, "a=b, c": 1.0}),
    ],
)
def test_classes_are_mixed_by_their_weights(
    drumlin: Any, tmp_path: Path, options: list[str], classes: dict[str, float]
) -> None:
    classed = make_instrument(tmp_path / "c.drumlin", classes=("low", "high", "a=b, c"))
    out = tmp_path / "hit.wav"
    drumlin("generate", classed, "--at", "0,0", *options, "--out", out, "--bits", "32f")
    provenance = read_provenance(out)
    assert provenance is not None
    assert provenance.note == Note(classes=classes)
    octaves = np.average([("low", "high", "a=b, c").index(name) for name in classes], weights=list(classes.values()))
    assert soundfile.read(out, dtype="float32")[0] == pytest.approx(tone(octaves), abs=1e-4)


def test_a_mix_without_a_place_is_played_where_its_classes_lie(drumlin: Any, tmp_path: Path) -> None:
    classed = make_instrument(tmp_path / "c.drumlin", classes=("low", "high", "mid"))
    mix = ("--class", "low=0.6,high=0.4,mid=0")
    drumlin("generate", classed, *mix, "--seed", 4, "--count", 20, "--out", tmp_path / "kit")
    notes = [read_provenance(path).note for path in (tmp_path / "kit").iterdir()]  # type: ignore[union-attr]
    near = load(classed).points.places_of(["low", "high"])
    assert max(np.linalg.norm(near - [note.x, note.y], axis=1).min() for note in notes) < 0.3


def test_a_class_without_a_place_is_played_where_it_lies(drumlin: Any, tmp_path: Path) -> None:
    classed = make_instrument(tmp_path / "c.drumlin", classes=("low", "high"))
    drumlin("generate", classed, "--class", "high", "--seed", 4, "--count", 20, "--out", tmp_path / "kit")
    instrument = load(classed)
    notes = [read_provenance(path).note for path in (tmp_path / "kit").iterdir()]  # type: ignore[union-attr]
    near = instrument.points.places_of(["high"])
    distances = [np.linalg.norm(near - [note.x, note.y], axis=1).min() for note in notes]
    assert len(notes) == 20
    assert max(distances) < 0.3


@pytest.mark.parametrize("ending", ["flac", "mp3"])
def test_format_follows_the_ending(drumlin: Any, tones_file: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"hit.{ending}"
    drumlin("generate", tones_file, "--out", out, "--rate", 48000)
    info = soundfile.info(out)
    assert (info.format.lower()[:3], info.samplerate) == ((ending[:3] if ending == "mp3" else "fla"), 48000)


def test_existing_file_is_refused_without_force(drumlin: Any, tones_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "hit.wav"
    out.write_bytes(b"mine")
    assert "--force" in drumlin("generate", tones_file, "--out", out, code=2)
    assert out.read_bytes() == b"mine"
    drumlin("generate", tones_file, "--out", out, "--force")
    assert read_provenance(out) is not None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--at", "1.5,0"], "x is 1.5"),
        (["--at", "left"], "two numbers"),
        (["--at", "0,0", "--random"], "exclude each other"),
        (["--set", "pitch"], "CONTROL=VALUE"),
        (["--set", "tone=1"], "no control named 'tone'"),
        (["--set", "pitch=99"], "pitch is 99"),
        (["--class", "gong"], "no class named 'gong'"),
        (["--class", "low=much"], "'much' is no weight"),
        (["--class", "low="], "'' is no weight"),
        (["--class", "low,"], "a name is missing"),
        (["--class", "low", "--class", "low=0.5"], "names low twice"),
        (["--class", "low=-1"], "none may be negative"),
        (["--class", "low=0"], "all class weights are 0"),
        (["--class", "low=nan"], "class low is nan"),
        (["--format", "ogg"], "ogg"),
        (["--rate", "8000"], "44100 or 48000"),
        (["--like", "nowhere.wav"], "nowhere.wav"),
    ],
)
def test_wrong_arguments_get_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: list[str],
    words: str,
) -> None:
    classed = make_instrument(tmp_path / "c.drumlin", classes=("low",))
    monkeypatch.chdir(tmp_path)
    out = tmp_path / ("hit" if "--format" in arguments else "hit.wav")
    assert run(monkeypatch, "generate", classed, "--out", out, *arguments) in (1, 2)
    printed = capsys.readouterr().err
    assert words in printed and printed.count("\n") == 1
    assert not out.exists()


def test_locate_prints_json_and_goes_on_after_a_bad_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tones_file: Path, tmp_path: Path
) -> None:
    assert run(monkeypatch, "generate", tones_file, "--at", "0.1,0.2", "--out", tmp_path / "a.wav") == 0
    (tmp_path / "bad.wav").write_text("no sound")
    capsys.readouterr()
    files = (tmp_path / "bad.wav", tmp_path / "a.wav")
    assert run(monkeypatch, "locate", tones_file, *files, "--json") == 0
    printed = capsys.readouterr()
    (found,) = json.loads(printed.out)
    assert (found["x"], found["y"], found["restored"]) == (0.1, 0.2, True)
    assert printed.err.count("\n") == 1 and "bad.wav" in printed.err


def test_locate_fails_where_nothing_could_be_located(drumlin: Any, tones_file: Path, tmp_path: Path) -> None:
    assert "none of the files" in drumlin("locate", tones_file, tmp_path / "none.wav", code=1)


def test_info_tells_everything_as_json_and_as_text(drumlin: Any, tones_file: Path) -> None:
    content = json.loads(drumlin("info", tones_file, "--json"))
    assert (content["name"], content["points"], content["has_encoder"]) == ("Test tones", 12, True)
    text = drumlin("info", tones_file)
    assert all(name in text for name in content)


def test_verify_says_ok_or_why_not(drumlin: Any, tones_file: Path, tmp_path: Path) -> None:
    assert json.loads(drumlin("verify", tones_file, "--json"))["ok"] is True
    broken = tmp_path / "broken.drumlin"
    broken.write_bytes(tones_file.read_bytes()[:-100])
    assert "truncated" in drumlin("verify", broken, code=1)


def test_word_default_names_the_built_in_instrument(
    drumlin: Any, monkeypatch: pytest.MonkeyPatch, tones_file: Path
) -> None:
    monkeypatch.setattr("drumlin.instrument.loading.DEFAULT_PATH", tones_file)
    assert json.loads(drumlin("info", "default", "--json"))["name"] == "Test tones"


def test_command_runs_as_a_process(tones_file: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "drumlin", "generate", str(tones_file), "--at", "0,0", "--out", "hit.wav"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "hit.wav" in done.stdout
    assert (tmp_path / "hit.wav").stat().st_size > 4000
