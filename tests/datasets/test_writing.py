import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.datasets import Dataset, Sample, Settings, write_dataset
from drumlin.datasets.writing import array_header, count_credits, json_lines
from drumlin.errors import DatasetError

SETTINGS = Settings(length_s=0.005, attack_s=0)


@given(st.integers(0, 10**12), st.integers(1, 10**9))
def test_heads_of_arrays_have_one_length(rows: int, columns: int) -> None:
    assert len(array_header(rows, columns, np.dtype("<f4"))) == 128


def test_heads_are_read_by_numpy(tmp_path: Path) -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    (tmp_path / "a.npy").write_bytes(array_header(2, 3, np.dtype("<f4")) + values.tobytes())
    assert np.array_equal(np.load(tmp_path / "a.npy"), values)


@given(st.binary(min_size=1, max_size=20))
def test_names_that_are_no_utf8_survive(name: bytes) -> None:
    path = name.decode("utf-8", "surrogateescape")
    (line,) = json_lines([{"path": path}])
    assert line.isascii()
    assert json.loads(line)["path"] == path


def test_a_written_data_set_is_read_back(tmp_path: Path) -> None:
    waveforms = np.random.default_rng(0).uniform(-1, 1, (2, SETTINGS.length)).astype(np.float32)
    samples = (Sample("a\udcff.wav", "0", "train", credits={"author": "Ann"}), Sample("b.wav", "1", "test"))
    for _ in range(3):
        write_dataset(tmp_path / "set", waveforms, samples, SETTINGS)
    read = Dataset.open(tmp_path / "set")
    assert read.samples == samples
    assert np.array_equal(read.waveforms, waveforms)
    assert len(list((tmp_path / "set").iterdir())) == 3


def test_rows_and_samples_must_fit(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="1 samples"):
        write_dataset(tmp_path, np.zeros((2, SETTINGS.length), np.float32), [Sample("a", "0", "train")], SETTINGS)


def test_credits_are_counted_by_source_licence_and_people() -> None:
    ann, none = {"author": "Ann"}, {}
    samples = [
        Sample("p", "h", "train", source="s", licence=x, credits=y) for x, y in (("A", ann), ("A", none), ("A", ann))
    ]
    assert [(c.licence, c.count, c.details) for c in count_credits(samples)] == [
        ("A", 1, {}),
        ("A", 2, {"author": "Ann"}),
    ]
