import json
from pathlib import Path

import numpy as np
import pytest

from drumlin.datasets import SPLITS, Dataset, Sample, Settings, is_dataset, write_dataset
from drumlin.errors import DatasetError

SETTINGS = Settings(length_s=0.01, attack_s=0)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    waveforms = np.random.default_rng(0).uniform(-1, 1, (6, SETTINGS.length)).astype(np.float32)
    samples = [Sample(f"{row}.wav", f"{row:064}", SPLITS[row % 3], label="kick" if row % 2 else "") for row in range(6)]
    return write_dataset(tmp_path / "set", waveforms, samples, SETTINGS)


def test_splits_name_their_rows(dataset: Dataset) -> None:
    assert {split: dataset.indices(split).tolist() for split in SPLITS} == {
        "train": [0, 3],
        "valid": [1, 4],
        "test": [2, 5],
    }
    with pytest.raises(DatasetError, match="train, valid, test"):
        dataset.indices("training")  # type: ignore[arg-type]


def test_the_array_is_mapped_and_cannot_be_written(dataset: Dataset) -> None:
    assert isinstance(dataset.waveforms, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        dataset.waveforms[0, 0] = 1


def test_labels_are_those_in_use(dataset: Dataset) -> None:
    assert dataset.labels == ("kick",)
    assert dataset.sample_rate == 44100
    assert dataset.length == SETTINGS.length


def test_the_hash_depends_on_sounds_and_splits_and_not_on_names(dataset: Dataset, tmp_path: Path) -> None:
    def hash_of(samples: list[Sample], name: str) -> str:
        return write_dataset(tmp_path / name, np.array(dataset.waveforms), samples, SETTINGS).hash

    renamed = [Sample(f"other{row}", s.sha256, s.split, s.label) for row, s in enumerate(dataset.samples)]
    resplit = [Sample(s.path, s.sha256, "train", s.label) for s in dataset.samples]
    assert hash_of(renamed, "a") == dataset.hash
    assert hash_of(resplit, "b") != dataset.hash


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "update Drumlin"),
        ({"format": "other"}, "does not describe"),
        ({"count": 5}, "prepare it again"),
        ({"length": 7}, "prepare it again"),
        ({"files": {"waveforms": "../../etc/passwd", "samples": "samples.jsonl"}}, "damaged"),
        ({"settings": {"sample_rate": "fast"}}, "damaged"),
    ],
)
def test_damaged_and_later_data_sets_are_refused(dataset: Dataset, change: dict[str, object], message: str) -> None:
    path = dataset.folder / "dataset.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DatasetError, match=message):
        Dataset.open(dataset.folder)


def test_a_missing_or_damaged_part_is_refused(dataset: Dataset) -> None:
    dataset.samples_path.write_text('{"path": 3}\n' * 6)
    with pytest.raises(DatasetError, match="damaged"):
        Dataset.open(dataset.folder)
    dataset.samples_path.unlink()
    with pytest.raises(DatasetError, match="cannot be read"):
        Dataset.open(dataset.folder)


def test_another_folder_is_no_data_set(tmp_path: Path) -> None:
    assert not is_dataset(tmp_path)
    with pytest.raises(DatasetError, match="drumlin prepare"):
        Dataset.open(tmp_path)
