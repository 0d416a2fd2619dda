import json
from pathlib import Path

import mido
import pytest
import soundfile
from tests.library.sounds import write_drums
from tests.voices import spoken
from typer.testing import CliRunner, Result

from drumlin.audio import write_wav
from drumlin.cli import app
from drumlin.errors import UsageError


def run(home: Path, *arguments: object) -> Result:
    words = ["library", *map(str, arguments), "--home", str(home)]
    return CliRunner().invoke(app, words, catch_exceptions=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of six drums, and what is said to it."""
    folder = tmp_path_factory.mktemp("voice")
    write_drums(folder / "drums", {f"{drum}_{seed}.wav": (drum, seed) for drum in ("kick", "hat") for seed in range(3)})
    write_wav(folder / "said.wav", spoken(("boom", 0.0), ("ts", -4.0), ("boom", -6.0)), 44100)
    run(folder / "home", "add", folder / "drums", "--workers", 1)
    return folder / "home"


def test_a_rhythm_is_found_shown_and_written(home: Path, tmp_path: Path) -> None:
    said, midi, mix = home.parent / "said.wav", tmp_path / "r.mid", tmp_path / "r.wav"
    done = run(home, "find", "--voice", said, "--midi", midi, "--out", mix, "--count", 2)
    assert done.exit_code == 0, done.output
    assert "1. kick? said 2 times" in done.stdout
    assert "2. closed hat? said once" in done.stdout
    assert [one.note for one in mido.MidiFile(midi) if one.type == "note_on"] == [36, 42, 36]
    assert soundfile.info(mix).duration == pytest.approx(0.8 + 0.35, abs=0.1)


def test_a_rhythm_goes_to_programs_as_json(home: Path) -> None:
    done = run(home, "find", "--voice", home.parent / "said.wav", "--json")
    answer = json.loads(done.stdout)
    assert answer["experimental"]
    assert [one["called"] for one in answer["lists"]] == ["kick", "closed hat"]
    assert [one["list"] for one in answer["pattern"]] == [0, 1, 0]
    assert answer["lists"][0]["found"][0]["fit"] > answer["lists"][0]["found"][-1]["fit"]


def test_options_that_do_not_go_together_are_refused(home: Path) -> None:
    with pytest.raises(UsageError, match="name one"):
        run(home, "find", "--voice", "a.wav", "--like", "b.wav")
    with pytest.raises(UsageError, match="--voice FILE hears"):
        run(home, "find", "--midi", "a.mid")


def test_ones_own_imitations_are_scored(home: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "kick 1.wav", spoken(("boom", 0.0)), 44100)
    write_wav(tmp_path / "banjo.wav", spoken(("ts", 0.0)), 44100)
    shown = run(home, "voice-test", tmp_path)
    assert "first sound is right" in shown.stdout
    assert "cannot use banjo.wav" in shown.output
    score = json.loads(run(home, "voice-test", tmp_path, "--json").stdout)
    assert (score["as_it_comes"]["top_1"], score["chance"]["top_1"], score["sounds"]) == (1.0, 0.5, 6)
