import json
import sys
from pathlib import Path
from typing import Any

import pytest

from drumlin.cli import main

TIMELINE = {
    "format": "drumlin-timeline",
    "version": 1,
    "seed": 3,
    "duration_s": 31.0,
    "regions": [{"start_s": 0, "descriptor": "rock_indie_hopeful", "tempo_bpm": 120, "meter": "4/4"}],
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
        assert found == code
        printed = capsys.readouterr()
        return printed.out, printed.err

    return call


@pytest.fixture
def timeline(tmp_path: Path) -> Path:
    path = tmp_path / "timeline.json"
    path.write_text(json.dumps(TIMELINE))
    return path


def test_compose_writes_midi_truth_and_timeline(drumlin: Any, timeline: Path, tmp_path: Path) -> None:
    out, err = drumlin("compose", timeline, "--out", tmp_path / "tune.mid", "--json")
    result = json.loads(out)
    assert Path(result["midi"]).read_bytes()[:4] == b"MThd"
    assert json.loads(Path(result["truth"]).read_text())["format"] == "drumlin-truth"
    assert "tempo 120 became 123.871 bpm" in err
    again, _ = drumlin("compose", result["timeline"], "--out", tmp_path / "again.mid", "--json")
    assert Path(json.loads(again)["midi"]).read_bytes() == Path(result["midi"]).read_bytes()


def test_a_wrong_timeline_is_one_line(drumlin: Any, timeline: Path, tmp_path: Path) -> None:
    timeline.write_text(json.dumps(TIMELINE | {"duration_s": 0}))
    _, err = drumlin("compose", timeline, "--out", tmp_path / "tune.mid", code=1)
    assert err.startswith(f"drumlin: {timeline}: duration_s: got 0")
    assert err.count("\n") == 1
    assert not (tmp_path / "tune.mid").exists()


def test_descriptors_lists_all_or_those_of_a_genre(drumlin: Any) -> None:
    listed = json.loads(drumlin("descriptors", "--json")[0])
    assert len(listed) >= 48
    assert {"id", "sentiment", "valence", "momentum", "min_tempo_bpm", "instruments"} <= set(listed[0])
    out, _ = drumlin("descriptors", "--genre", "folk")
    assert all(line.startswith("folk_") for line in out.splitlines())


def test_an_unknown_genre_says_which_there_are(drumlin: Any) -> None:
    _, err = drumlin("descriptors", "--genre", "polka", code=1)
    assert "folk" in err
