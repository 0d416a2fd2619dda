"""The judge on tiny instruments and synthesised drums; the measures themselves have tests of their own."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.drums import DRUMS
from tests.instruments import make_instrument

from drumlin.datasets import Dataset, Sample, Settings, write_dataset
from drumlin.errors import DatasetError, UsageError
from drumlin.evaluation import JudgeSettings, judge
from drumlin.evaluation.judging import unique_names
from drumlin.evaluation.stage_cache import StageCache
from drumlin.instrument import load
from drumlin.parameters import ParameterRange
from drumlin.progress import Progress

SETTINGS = JudgeSettings(count=6, repeats=1, resamples=20, lines=1, grid=2, searched=2, returned=2, notes=2, refined=0)
REFINING = replace(SETTINGS, refined=1)
CONTROLS = (ParameterRange("brightness", "octaves", -1.0, 1.0, 0.0), ParameterRange("magic", "", 0.0, 1.0, 0.0))


@pytest.fixture(scope="module")
def drums(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    names = ("kick", "snare", "hat")
    samples, sounds = [], []
    for split, seeds in (("train", range(6)), ("valid", range(10, 14)), ("test", range(20, 23))):
        for name in names:
            for seed in seeds:
                sounds.append(np.pad(DRUMS[name](seed)[:13_000], (66, 13_164 - len(DRUMS[name](seed)[:13_000]))))
                sample = f"{split}/{name}{seed}.wav", f"{len(samples):064x}", split, name, f"{split} kit {seed % 2}"
                samples.append(Sample(*sample))  # type: ignore[arg-type]
    settings = Settings(length_s=13_230 / 44_100)
    return write_dataset(tmp_path_factory.mktemp("data") / "drums", np.stack(sounds), samples, settings)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("instruments")
    return [
        make_instrument(folder / "tones.drumlin", classes=("kick", "snare"), controls=CONTROLS, seeded=True),
        make_instrument(folder / "search.drumlin", name="Searched", encoder=False),
    ]


@pytest.fixture(scope="module")
def judged(drums: Dataset, files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    out = tmp_path_factory.mktemp("report")
    return judge([load(path, verify=False) for path in files], drums, out, REFINING).content, out


def test_report_is_written_as_it_is_returned(judged: tuple[dict[str, Any], Path]) -> None:
    content, out = judged
    assert json.loads((out / "report.json").read_text(encoding="ascii")) == content


def test_real_sounds_stand_beside_every_instrument(judged: tuple[dict[str, Any], Path]) -> None:
    assert list(judged[0]["rows"]) == ["real", "Test tones", "Searched"]


def test_every_picture_and_sound_of_the_page_is_there(judged: tuple[dict[str, Any], Path]) -> None:
    content, out = judged
    for row in content["rows"].values():
        for shown in row["gallery"].values():
            assert len(shown["sounds"]) == (4 if row is content["rows"]["real"] else 16)
            assert all((out / row["files"] / name).is_file() for name in [shown["picture"], *shown["sounds"]])


def test_class_that_an_instrument_does_not_know_is_named(judged: tuple[dict[str, Any], Path]) -> None:
    unknown = {one["name"]: one["unknown_classes"] for one in judged[0]["instruments"]}
    assert unknown == {"Test tones": ["hat"], "Searched": []}


def test_instrument_without_an_encoder_gives_fewer_sounds_back(judged: tuple[dict[str, Any], Path]) -> None:
    rows = judged[0]["rows"]
    assert rows["Test tones"]["reconstruction"]["count"] == 12
    assert rows["Searched"]["reconstruction"]["count"] == SETTINGS.searched


def test_page_needs_no_network(judged: tuple[dict[str, Any], Path]) -> None:
    page = (judged[1] / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|data-sound|href)="([^"#][^"]*)"', page)
    assert "http" not in page
    assert len(named) > 3 * (4 + 2 * 16)
    assert all((judged[1] / name).is_file() for name in named)


def test_second_run_measures_nothing(
    judged: tuple[dict[str, Any], Path], drums: Dataset, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    content, out = judged
    instruments = [load(path, verify=False) for path in files]
    for instrument in instruments:
        monkeypatch.setattr(instrument, "play", None)  # whoever plays now fails
        monkeypatch.setattr(instrument, "decode", None)
    assert judge(instruments, drums, out, REFINING).content == content


def test_only_the_first_instrument_refines(judged: tuple[dict[str, Any], Path]) -> None:
    rows, page = judged[0]["rows"], (judged[1] / "index.html").read_text(encoding="utf-8")
    assert {name: row["refined"] and row["refined"]["count"] for name, row in rows.items()} == {
        "real": 1,
        "Test tones": 1,
        "Searched": None,
    }
    assert "Coming nearer to a dropped sound" in page


def test_refining_no_sounds_leaves_the_rest_as_it_is(
    judged: tuple[dict[str, Any], Path], drums: Dataset, files: list[Path], tmp_path: Path
) -> None:
    content, out = judged
    shutil.copytree(out, tmp_path, dirs_exist_ok=True)
    other = judge([load(path, verify=False) for path in files], drums, tmp_path, SETTINGS).content
    assert all(row["refined"] is None for row in other["rows"].values())
    assert [row | {"refined": None} for row in content["rows"].values()] == list(other["rows"].values())


def test_stopped_run_goes_on_where_it_was(drums: Dataset, files: list[Path], tmp_path: Path) -> None:
    instrument, seen = load(files[0], verify=False), []

    def stop_at_defects(progress: Progress) -> None:
        if progress.message == "Test tones: defects":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge([instrument], drums, tmp_path, SETTINGS, stop_at_defects)
    assert not (tmp_path / "report.json").exists()
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    judge([instrument], drums, tmp_path, SETTINGS, seen.append)
    assert kept
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())
    assert seen[-1].done == seen[-1].total


def test_other_seed_is_measured_anew(
    judged: tuple[dict[str, Any], Path], drums: Dataset, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    content, out = judged
    asked = []

    def stop(cache: StageCache, stage: str, measure: object) -> dict[str, Any]:
        asked.append(cache.folder.name)
        raise RuntimeError(stage)

    monkeypatch.setattr(StageCache, "get", stop)
    with pytest.raises(RuntimeError):
        judge([load(files[0], verify=False)], drums, out, replace(SETTINGS, seed=1))
    assert asked
    assert not {Path(row["files"]).name for row in content["rows"].values()} & set(asked)


def test_labels_narrow_the_reference(drums: Dataset, files: list[Path], tmp_path: Path) -> None:
    content = judge([load(files[0], verify=False)], drums, tmp_path, replace(SETTINGS, labels=("kick",))).content
    assert content["data"]["asked"] == {"kick": 4}
    assert content["data"]["sounds"] == 4


def test_same_instrument_twice_is_refused(drums: Dataset, files: list[Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="same one twice"):
        judge([load(files[0], verify=False)] * 2, drums, tmp_path, SETTINGS)


def test_labels_that_nobody_has_are_refused(drums: Dataset, files: list[Path], tmp_path: Path) -> None:
    settings = JudgeSettings(**{**vars(SETTINGS), "labels": ("gong",)})
    with pytest.raises(DatasetError, match="0 sounds of gong in valid"):
        judge([load(files[0], verify=False)], drums, tmp_path, settings)


def test_pairs_stand_nearest_first_with_both_sounds(judged: tuple[dict[str, Any], Path]) -> None:
    content, out = judged
    for row in content["rows"].values():
        pairs = row["originality"]["pairs"]
        assert [pair["distance_db"] for pair in pairs] == sorted(pair["distance_db"] for pair in pairs)
        assert all((out / row["files"] / pair[side]).is_file() for pair in pairs for side in ("made", "learned"))


def test_numbers_are_plain(judged: tuple[dict[str, Any], Path]) -> None:
    def kinds(content: Any) -> set[type]:
        if isinstance(content, dict):
            return set().union(*(kinds(value) for value in content.values()))
        return set().union(*map(kinds, content)) if isinstance(content, list) else {type(content)}

    assert kinds(judged[0]) <= {int, float, str, bool, type(None)}


def test_only_sliders_that_name_an_attribute_are_judged(judged: tuple[dict[str, Any], Path]) -> None:
    scores = {name: list(row["sliders"]["scores"]) for name, row in judged[0]["rows"].items() if "sliders" in row}
    assert scores == {"Test tones": ["brightness"], "Searched": []}


def test_class_that_the_classifier_does_not_know_is_left_out(judged: tuple[dict[str, Any], Path]) -> None:
    rows = judged[0]["rows"]  # it knows closed and open hats, no `hat`
    assert {name: row["recognition"]["count"] for name, row in rows.items()} == dict.fromkeys(rows, 8)
    assert set(rows["real"]["recognition"]["families"]) == {"kick", "snare"}


def test_file_in_place_of_the_report_is_refused(drums: Dataset, files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "report").write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        judge([load(files[0], verify=False)], drums, tmp_path / "report", SETTINGS)


def test_instruments_of_one_name_are_told_apart(files: list[Path]) -> None:
    instruments = [load(path, verify=False) for path in files]
    for instrument in instruments:
        instrument.name = "snares"
    names = unique_names(instruments)
    assert len(set(names)) == 2
    assert all(name.startswith("snares ") for name in names)


def test_sounds_without_labels_are_judged_as_one_class(files: list[Path], tmp_path: Path) -> None:
    samples, sounds = [], []
    for split in ("train", "valid"):
        for seed in range(9):
            samples.append(Sample(f"{split}{seed}.wav", f"{len(samples):064x}", split))  # type: ignore[arg-type]
            sounds.append(np.pad(DRUMS["tom"](seed)[:13_000], (66, 164)))
    plain = write_dataset(tmp_path / "toms", np.stack(sounds), samples, Settings(length_s=13_230 / 44_100))
    content = judge([load(files[0], verify=False)], plain, tmp_path / "report", SETTINGS).content
    assert content["data"]["asked"] == {"": 9}
    assert content["rows"]["real"]["recognition"]["count"] == 0
    assert "any sound" in (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
