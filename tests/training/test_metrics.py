import sys
from pathlib import Path

import pytest

from drumlin.training.metrics import FILE_NAME, MetricsLog, read_metrics

pytestmark = pytest.mark.train


def write(folder: Path, start: int, steps: range) -> None:
    log = MetricsLog(folder, start)
    for step in steps:
        log.write({"step": step, "epoch": step, "loss": 1.0 / step})
    log.close()


def test_rows_beyond_the_checkpoint_are_taken_back(tmp_path: Path) -> None:
    write(tmp_path, 0, range(1, 6))
    write(tmp_path, 3, range(4, 8))
    assert [row["step"] for row in read_metrics(tmp_path)] == [1, 2, 3, 4, 5, 6, 7]


def test_a_row_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, 0, range(1, 4))
    path = tmp_path / FILE_NAME
    path.write_text(path.read_text()[:-8])
    assert [row["step"] for row in read_metrics(tmp_path)] == [1, 2]
    write(tmp_path, 2, range(3, 5))
    assert [row["step"] for row in read_metrics(tmp_path)] == [1, 2, 3, 4]


def test_a_tensorboard_log_is_beside_it(tmp_path: Path) -> None:
    write(tmp_path, 0, range(1, 3))
    assert [path.name.split(".")[0] for path in (tmp_path / "tensorboard").iterdir()] == ["events"]


def test_rows_are_written_where_tensorboard_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    write(tmp_path, 0, range(1, 3))
    assert [row["step"] for row in read_metrics(tmp_path)] == [1, 2]
    assert not (tmp_path / "tensorboard").exists()
