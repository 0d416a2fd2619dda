"""A whole loop, small: a short piece of our own is the reference."""

import csv
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile
from tests.instruments import make_instrument
from tests.listening.pieces import sound
from tests.music import RATE

from drumlin.cli import main
from drumlin.composing import read_timeline
from drumlin.errors import DrumlinError, UsageError
from drumlin.instrument import Instrument, load
from drumlin.looping import LoopReport, LoopSettings, run_loop
from drumlin.looping import loop as loop_module
from drumlin.looping.agreement import COMPARED
from drumlin.looping.tables import against

SMALL = LoopSettings(styles=1, tempi=1, keys=1, single_s=10.0, seeds=2)


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    return load(make_instrument(tmp_path_factory.mktemp("tones") / "tones.drumlin", classes=("kick", "snare")))


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tracks") / "A small band.flac"
    soundfile.write(path, sound()[: 14 * RATE], RATE)
    return path


@pytest.fixture(scope="module")
def looped(track: Path, tones: Instrument, tmp_path_factory: pytest.TempPathFactory) -> LoopReport:
    broken = track.with_name("broken.mp3")
    broken.write_bytes(b"no music at all")
    return run_loop([broken, track], tmp_path_factory.mktemp("loop"), tones, SMALL)


def test_each_piece_is_kept_with_its_notes_and_what_was_heard(looped: LoopReport) -> None:
    folder = looped.report.parent / "a-small-band"
    for name in ("single-01", "form-01", "form-02"):
        assert soundfile.info(folder / f"{name}.flac").samplerate == 44_100
        assert (folder / f"{name}.mid").read_bytes()[:4] == b"MThd"
        timeline = json.loads(json.loads((folder / f"{name}.json").read_text())["timeline"])
        assert read_timeline(timeline).duration_s == timeline["duration_s"]


def test_the_pieces_along_the_form_are_as_long_as_the_track(looped: LoopReport) -> None:
    pieces = [one for one in looped.content["titles"][0]["trials"] if one["kind"] == "multi"]
    assert [one["duration_s"] for one in pieces] == pytest.approx([14.0, 14.0], abs=0.01)
    assert pieces[0]["seed"] != pieces[1]["seed"]


def test_the_tables_have_a_line_for_each_window_and_each_part(looped: LoopReport) -> None:
    folder, title = looped.report.parent / "a-small-band", looped.content["titles"][0]
    with (folder / "windows.csv").open() as file:
        windows = list(csv.DictReader(file))
    assert [float(one["start_s"]) for one in windows[:3]] == [0.0, 2.0, 4.0]
    with (folder / "segments.csv").open() as file:
        assert [one["letter"] for one in csv.DictReader(file)] == list(title["form"])


def test_agreement_is_counted_by_hand_alike(looped: LoopReport) -> None:
    regions = [
        region
        for trial in looped.content["titles"][0]["trials"]
        if trial["kind"] == "multi"
        for region in trial["regions"]
    ]
    share = sum(one["asked"]["genre"] == one["heard"]["genre"] for one in regions) / len(regions)
    assert looped.content["tables"]["multi"]["requested"]["genre"]["agreement"]["value"] == pytest.approx(share)


def test_swapped_answers_bring_agreement_down() -> None:
    labels = [dict.fromkeys(COMPARED, name) for name in ("a", "b", "c")]
    refusing = dict.fromkeys(COMPARED, False)
    right = [("t", {"name": str(i)}, {"asked": one, "heard": one, "refused": refusing}) for i, one in enumerate(labels)]
    wrong = [(t, trial, {**one, "asked": labels[(i + 1) % 3]}) for i, (t, trial, one) in enumerate(right)]
    assert against(right, "asked")["genre"]["agreement"]["value"] == 1.0
    assert against(wrong, "asked")["genre"]["agreement"]["value"] == 0.0


def test_a_track_that_cannot_be_heard_is_named_and_the_others_go_on(looped: LoopReport) -> None:
    assert [one["track"] for one in looped.content["refused"]] == ["broken.mp3"]
    assert [one["track"] for one in looped.content["titles"]] == ["A small band.flac"]


def test_the_page_plays_what_lies_beside_it(looped: LoopReport) -> None:
    page = looped.page.read_text()
    sounds = re.findall(r'data-sound="([^"]+)"', page)
    assert len(sounds) == 3
    assert all((looped.page.parent / one).is_file() for one in sounds)
    assert "broken.mp3" in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_a_loop_that_was_stopped_goes_on_where_it_was(
    looped: LoopReport, track: Path, tones: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = looped.report.parent
    lost = out / "a-small-band/form-02.json"
    before = lost.read_text()
    lost.unlink()
    made: list[str] = []
    real = loop_module.try_plan
    monkeypatch.setattr(loop_module, "try_plan", lambda plan, *rest: made.append(plan.name) or real(plan, *rest))
    run_loop([track], out, tones, SMALL)
    assert made == ["form-02"]
    assert without_times(lost.read_text()) == without_times(before)


def without_times(text: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(text)
    return {name: value for name, value in content.items() if name != "seconds"}


def test_no_track_that_can_be_heard_is_refused_with_its_reason(tmp_path: Path, tones: Instrument) -> None:
    with pytest.raises(DrumlinError, match="nowhere"):
        run_loop([tmp_path / "nowhere.wav"], tmp_path / "out", tones, SMALL)
    with pytest.raises(UsageError, match="no track"):
        run_loop([], tmp_path / "out", tones, SMALL)


@pytest.mark.parametrize("change", [{"seeds": 0}, {"styles": 6}, {"single_s": 3.0}, {"tempi": 4}])
def test_settings_out_of_range_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="expected"):
        LoopSettings(**change)


def test_the_command_says_where_its_page_is(
    looped: LoopReport, track: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["drumlin", "loop", str(tmp_path / "none.wav"), "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    assert "none.wav" in capsys.readouterr().err
