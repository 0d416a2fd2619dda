import json
from pathlib import Path

import numpy as np
import pytest
from tests.library.sounds import write_drums
from typer.testing import CliRunner, Result

from drumlin.cli import app
from drumlin.errors import LibraryError

SOUNDS = {f"{tag}/{seed}.wav": (drum, seed) for tag, drum in (("boom", "kick"), ("ts", "hat")) for seed in range(6)}
SOUNDS |= {f"rest/{drum}.wav": (drum, 20) for drum in ("kick", "hat")}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that is in a library of its own: `Mine` is labelled, `rest` is not."""
    folder = tmp_path_factory.mktemp("teaching")
    write_drums(folder / "Mine", {name: drum for name, drum in SOUNDS.items() if not name.startswith("rest")})
    write_drums(folder / "Other", {name: drum for name, drum in SOUNDS.items() if name.startswith("rest")})
    for own in ("Mine", "Other"):
        assert run(folder, "add", folder / own).exit_code == 0
    return folder


def run(place: Path, *arguments: object) -> Result:
    words = ["library", *map(str, arguments), "--home", str(place / "library")]
    return CliRunner().invoke(app, words, catch_exceptions=False)


def json_of(place: Path, *arguments: object) -> object:
    done = run(place, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_nothing_is_suggested_before_anything_was_taught(place: Path) -> None:
    with pytest.raises(LibraryError, match="nothing was taught yet"):
        run(place, "suggest")


def test_folders_are_taught_and_the_rest_is_suggested(place: Path) -> None:
    assert "learned from 12 sounds: boom 6, ts 6" in run(place, "teach", place / "Mine").stdout
    assert json_of(place, "suggest", "--least", 0.5) == {"boom": 1, "ts": 1}
    found = run(place, "show", place / "Other/rest/kick.wav").stdout
    assert "boom" in found


def test_a_tag_of_two_sounds_waits_and_says_so(place: Path) -> None:
    run(place, "tag", "soft", place / "Mine/boom/0.wav", place / "Mine/boom/1.wav")
    done = run(place, "teach")
    assert "boom 6, ts 6" in done.stdout and "soft" not in done.stdout
    assert "not learned before they have 3 sounds: soft 2" in done.stderr
    assert "soft 2" in run(place, "suggest").stderr
    assert "soft 2" in run(place, "teach", "--fewest", 2).stdout


def test_questions_and_reasons_are_told(place: Path) -> None:
    run(place, "teach", place / "Mine")
    asked = json_of(place, "ask", "--count", 2)
    assert {Path(one["path"]).name for one in asked} == {"kick.wav", "hat.wav"}  # type: ignore[attr-defined]
    reason = json_of(place, "why", place / "Other/rest/hat.wav", "ts")
    assert reason["words"] in ("almost certain", "likely")  # type: ignore[index]
    assert all("Mine/ts" in one["path"] for one in reason["like"])  # type: ignore[index]
    assert "nearest ts" in run(place, "why", place / "Other/rest/hat.wav", "ts").stdout


def test_the_ear_suggests_classes(place: Path) -> None:
    counts = json_of(place, "hear")
    assert sum(counts.values()) >= 4  # type: ignore[attr-defined]
    assert "kick" in counts  # type: ignore[operator]


def test_a_tagger_of_ones_own_suggests_its_classes_where_it_is_sure(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Loudest:
        sha256 = "0" * 64

        def __init__(self, path: Path) -> None:
            assert path.name == "my.tagger"

        def shares(self, channels: np.ndarray, sample_rate: int) -> dict[str, float]:
            is_low = np.abs(np.diff(channels)).mean() < 0.5 * np.abs(channels).mean()
            return {"gong": 0.8, "fizz": 0.2} if is_low else {"fizz": 0.7, "gong": 0.3}

    monkeypatch.setattr("drumlin.hearing.tagger.Tagger", Loudest)
    assert json_of(place, "hear", "--by", "my.tagger", "--sure", "0.75") == {"gong": 7}
    assert json_of(place, "hear", "--by", "my.tagger") == {"fizz": 7, "gong": 7}
    said = json_of(place, "show", place / "Other/rest/kick.wav")
    assert {"tag": "gong", "origin": "suggested", "confidence": 0.8, "why": "tagger-000000000000"} in said["said"]  # type: ignore[index]
