import json
from pathlib import Path

import pytest
from tests.composing.timelines import one, piece

from drumlin.composing import load_timeline, timeline_json, write_composition
from drumlin.errors import ComposeError, TimelineError

COMPOSITION = piece(one("folk_acoustic_steady", duration_s=12.0))


def test_three_files_stand_side_by_side(tmp_path: Path) -> None:
    files = write_composition(COMPOSITION, tmp_path / "new" / "tune.mid")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "tune.mid",
        "tune.timeline.json",
        "tune.truth.json",
    ]
    assert json.loads(files.truth.read_text())["duration_s"] == 12.0
    assert timeline_json(load_timeline(files.timeline)) == files.timeline.read_text()


def test_the_same_piece_has_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_composition(COMPOSITION, tmp_path / name / "tune.mid") for name in "ab")
    assert first.midi.read_bytes() == second.midi.read_bytes()
    assert first.truth.read_bytes() == second.truth.read_bytes()


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    out = tmp_path / "tune.mid"
    (tmp_path / "tune.truth.json").write_text("mine")
    with pytest.raises(ComposeError, match="is there already"):
        write_composition(COMPOSITION, out)
    assert [path.name for path in tmp_path.iterdir()] == ["tune.truth.json"]
    write_composition(COMPOSITION, out, overwrite=True)
    assert (tmp_path / "tune.truth.json").read_text() != "mine"


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ComposeError, match=r"ends in \.mid"):
        write_composition(COMPOSITION, tmp_path / "tune.wav")


def test_a_file_that_is_no_timeline_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{")
    with pytest.raises(TimelineError, match=r"broken\.json is no JSON"):
        load_timeline(path)
    path.write_text('{"format": "drumlin-timeline", "meta": {"a": NaN}}')
    with pytest.raises(TimelineError, match="NaN is no number"):
        load_timeline(path)
    with pytest.raises(TimelineError, match=r"none\.json cannot be read"):
        load_timeline(tmp_path / "none.json")
