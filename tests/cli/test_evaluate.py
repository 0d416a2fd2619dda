import json
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.drums import hat, kick
from tests.instruments import make_instrument

from drumlin.cli import main
from drumlin.datasets import Sample, Settings, write_dataset
from drumlin.evaluation import looks


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    sounds, samples = [], []
    for row, (split, seed) in enumerate((split, seed) for split in ("train", "valid", "test") for seed in range(4)):
        drum = (kick, hat)[seed % 2]
        sounds.append(np.pad(drum(row)[:5000], (66, 6000 - 66 - min(5000, len(drum(row))))))
        name, kit = drum.__name__, f"{split} {seed // 2}"
        samples.append(Sample(f"{row}.wav", f"{row:064x}", split, name, kit))  # type: ignore[arg-type]
    write_dataset(tmp_path / "drums", np.stack(sounds), samples, Settings(length_s=6000 / 44_100))
    return tmp_path / "drums"


def evaluate(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Run the command in this process and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["drumlin", "evaluate", *map(str, arguments), "--quick", "--count", "4"])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture
def arguments(dataset: Path, tmp_path: Path) -> tuple[object, ...]:
    instrument = make_instrument(tmp_path / "tones.drumlin", classes=("kick", "hat"))
    return instrument, "--against", dataset, "--out", tmp_path / "report"


def test_report_and_page_are_written_with_as_much_refining_as_is_asked_for_and_no_look_is_logged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[object, ...], tmp_path: Path
) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(looks, "checkout", lambda: tmp_path)
    assert evaluate(monkeypatch, *arguments, "--json", "--refine", 1) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "report" / "report.json").read_text(encoding="ascii"))
    assert set(printed["rows"]) == {"real", "Test tones"}
    assert (tmp_path / "report" / "index.html").is_file()
    assert printed["settings"]["refined"] == printed["rows"]["Test tones"]["refined"]["count"] == 1
    assert not list((tmp_path / "docs").iterdir())  # `valid` may be looked at


def test_look_at_the_test_split_is_logged_before_anything_is_measured(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[object, ...], tmp_path: Path
) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(looks, "checkout", lambda: tmp_path)
    monkeypatch.setattr("drumlin.evaluation.judging.StageCache.get", _fail)
    with pytest.raises(RuntimeError, match="measured"):
        evaluate(monkeypatch, *arguments, "--split", "test")
    log = (tmp_path / "docs" / "test-looks.md").read_text(encoding="utf-8")
    assert log.count("Test tones") == 1


def test_folder_that_is_no_data_set_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[object, ...], tmp_path: Path
) -> None:
    assert evaluate(monkeypatch, arguments[0], "--against", tmp_path / "none", "--out", tmp_path / "report") == 1
    assert "is no data set" in capsys.readouterr().err


def _fail(*arguments: object) -> None:
    raise RuntimeError("measured")
