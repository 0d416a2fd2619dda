import os
from pathlib import Path

import numpy as np
import pytest

from drumlin.library.coarse import CoarseRows, coarse_rows
from drumlin.library.copies import SEARCHES, Copies
from drumlin.units import Array


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Array:
    monkeypatch.setattr("drumlin.library.copies.LEAST_ROWS", 100)
    monkeypatch.setattr("drumlin.library.copies.coarse_rows", CoarseRows)  # however fast this machine is
    return np.eye(64, dtype=np.float32).repeat(2, axis=0)


def write(path: Path, rows: Array, age_s: float) -> None:
    path.write_bytes(rows.tobytes())
    then = path.stat().st_mtime - age_s
    os.utime(path, (then, then))


def test_a_file_that_is_searched_often_is_copied(tmp_path: Path, rows: Array) -> None:
    write(tmp_path / "x.f32", rows, 60)
    copies = Copies()
    for _ in range(SEARCHES):
        assert copies.get(tmp_path / "x.f32", rows) is None
    copies.wait()
    copy = copies.get(tmp_path / "x.f32", rows)
    assert copy is not None
    np.testing.assert_allclose(copy.scores(rows[6])[0], rows @ rows[6], atol=1e-3)


def test_a_copy_of_a_file_that_has_changed_is_not_used(tmp_path: Path, rows: Array) -> None:
    write(tmp_path / "x.f32", rows, 60)
    copies = Copies()
    for _ in range(SEARCHES):
        copies.get(tmp_path / "x.f32", rows)
    copies.wait()
    write(tmp_path / "x.f32", rows[::-1], 50)
    assert copies.get(tmp_path / "x.f32", rows[::-1]) is None


def test_a_file_that_changed_a_moment_ago_is_not_copied(tmp_path: Path, rows: Array) -> None:
    write(tmp_path / "x.f32", rows, 0)
    copies = Copies()
    for _ in range(2 * SEARCHES):
        assert copies.get(tmp_path / "x.f32", rows) is None
    copies.wait()
    assert copies.get(tmp_path / "x.f32", rows) is None


def test_few_rows_are_not_copied(tmp_path: Path, rows: Array) -> None:
    write(tmp_path / "x.f32", rows[:50], 60)
    copies = Copies()
    for _ in range(2 * SEARCHES):
        assert copies.get(tmp_path / "x.f32", rows[:50]) is None


@pytest.mark.parametrize("wrong", ("error", "slow", "wrong"))
def test_bytes_that_do_not_help_are_not_used(rows: Array, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    def scores(self: CoarseRows, query: Array) -> tuple[Array, float]:
        if wrong == "error":
            raise RuntimeError("this operator is not known")
        exact = rows @ query
        return exact + (1.0 if wrong == "wrong" else 0.0), 1e-3

    monkeypatch.setattr(CoarseRows, "scores", scores)
    monkeypatch.setattr("drumlin.library.coarse._FASTER", 0.0 if wrong == "slow" else 1e9)
    assert coarse_rows(rows) is None
