from pathlib import Path

import pytest

from drumlin.evaluation import stage_cache
from drumlin.evaluation.stage_cache import StageCache, forget_old


def fail() -> dict[str, object]:
    raise RuntimeError("measured")


def test_result_is_measured_once(tmp_path: Path) -> None:
    cache = StageCache.of(tmp_path, {"a": 1})
    assert cache.get("one", lambda: {"x": 0.5}) == {"x": 0.5}
    assert StageCache.of(tmp_path, {"a": 1}).get("one", fail) == {"x": 0.5}


def test_result_of_something_else_is_not_taken_over(tmp_path: Path) -> None:
    StageCache.of(tmp_path, {"a": 1}).get("one", lambda: {"x": 0.5})
    with pytest.raises(RuntimeError, match="measured"):
        StageCache.of(tmp_path, {"a": 2}).get("one", fail)


def test_changed_definitions_measure_anew_and_forget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = StageCache.of(tmp_path, {"a": 1})
    old.get("one", lambda: {"x": 0.5})
    (tmp_path / "mine").mkdir()
    monkeypatch.setattr(stage_cache, "definitions_hash", lambda: "f" * 64)
    new = StageCache.of(tmp_path, {"a": 1})
    assert new.get("one", lambda: {"x": 1.5}) == {"x": 1.5}
    forget_old(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([new.folder.name, "mine"])


def test_damaged_result_is_measured_anew(tmp_path: Path) -> None:
    cache = StageCache.of(tmp_path, {"a": 1})
    cache.get("one", lambda: {"x": 0.5})
    (cache.folder / "one.json").write_text("{", encoding="ascii")
    assert cache.get("one", lambda: {"x": 2.5}) == {"x": 2.5}


def test_stopped_measure_leaves_nothing(tmp_path: Path) -> None:
    cache = StageCache.of(tmp_path, {"a": 1})
    with pytest.raises(RuntimeError):
        cache.get("one", fail)
    assert list(cache.folder.iterdir()) == []
