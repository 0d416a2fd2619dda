from pathlib import Path

import numpy as np
import pytest

from drumlin.datasets import Sample, Settings, write_dataset
from drumlin.errors import RecipeError, TrainingError
from drumlin.training.data import TrainingData

from .material import make_dataset

pytestmark = pytest.mark.train


def test_an_epoch_sees_every_training_row_once(tmp_path: Path) -> None:
    data = TrainingData.of(make_dataset(tmp_path / "data"), 1024)
    rows = np.concatenate([data.batch_rows(7, step, 4) for step in range(data.batches_per_epoch(4))])
    assert sorted(rows.tolist()) == sorted(data.train.tolist())


def test_the_order_depends_on_seed_and_epoch_alone(tmp_path: Path) -> None:
    data = TrainingData.of(make_dataset(tmp_path / "data"), 1024)
    first, again, later, other = (data.batch_rows(*at, 9).tolist() for at in ((1, 0), (1, 0), (1, 1), (2, 0)))
    assert first == again
    assert sorted(first) == sorted(later) == sorted(other)
    assert len({tuple(first), tuple(later), tuple(other)}) == 3


def test_several_processes_share_a_batch_evenly(tmp_path: Path) -> None:
    data = TrainingData.of(make_dataset(tmp_path / "data"), 1024)
    parts = [data.batch_rows(0, 0, 5, rank, 2).tolist() for rank in (0, 1)]
    whole = data.batch_rows(0, 0, 5).tolist()
    assert [len(part) for part in parts] == [3, 3]
    assert set(parts[0]) | set(parts[1]) == set(whole)


def test_the_window_is_the_beginning_of_a_sound(tmp_path: Path) -> None:
    dataset = make_dataset(tmp_path / "data")
    data = TrainingData.of(dataset, 600)
    np.testing.assert_array_equal(data.read(data.train[:3]), dataset.waveforms[data.train[:3], :600])


def test_labels_choose_rows(tmp_path: Path) -> None:
    dataset = make_dataset(tmp_path / "data", splits=["train"] * 12)
    data = TrainingData.of(dataset, 1024, ("snare", "hat"))
    assert {dataset.samples[row].label for row in data.train} == {"hat", "snare"} == set(data.classes)


def test_sounds_shorter_than_the_window_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="1024 points, the recipe needs 2048"):
        TrainingData.of(make_dataset(tmp_path / "data"), 2048)


def test_a_label_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="labelled gong"):
        TrainingData.of(make_dataset(tmp_path / "data"), 1024, ("gong",))


def test_strokes_are_the_training_rows_of_known_drums_by_their_kit(tmp_path: Path) -> None:
    told = [("a", "snare", 0.0), ("a", "snare", 3.0), ("b", "snare", 0.0), ("a", "", 0.0), ("a", "snare", 6.0)]
    samples = [
        Sample(
            f"{row}.wav", f"{row:064x}", "valid" if row == 4 else "train", "snare", kit, drum=drum, file_gain_db=gain
        )
        for row, (kit, drum, gain) in enumerate(told)
    ]
    dataset = write_dataset(
        tmp_path / "data", np.ones((5, 64), np.float32), samples, Settings(profile="generator", length_s=64 / 44_100)
    )
    data = TrainingData.of(dataset, 64)
    assert data.strokes.tolist() == [0, 1, 2]
    assert data.drums[0] == data.drums[1] != data.drums[2]
    assert data.struck_db[[0, 1]].tolist() == [0.0, -3.0]
