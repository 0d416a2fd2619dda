from pathlib import Path

import pytest

from drumlin.errors import JournalError
from drumlin.evaluation import looks

PAIR = [("snares", "a" * 64), ("pipe | and\nline", "b" * 64)]


@pytest.fixture
def no_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "checkout", lambda: None)


def test_look_is_one_line(no_checkout: None, tmp_path: Path) -> None:
    for _ in range(2):
        path = looks.log_test_look(tmp_path / "report", PAIR, "c" * 64)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert path == tmp_path / "report" / "test-looks.md"
    assert lines[-1] == lines[-2]
    assert lines[-1].count("|") == 5
    assert "snares `aaaaaaaaaaaa`, pipe / and line `bbbbbbbbbbbb` | `cccccccccccc`" in lines[-1]
    assert sum(line.startswith("# ") for line in lines) == 1


def test_log_of_a_checkout_lies_in_its_docs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(looks, "checkout", lambda: tmp_path)
    assert looks.log_test_look(tmp_path / "report", PAIR, "c" * 64) == tmp_path / "docs" / "test-looks.md"
    assert not (tmp_path / "report").exists()


def test_look_that_cannot_be_logged_is_refused(no_checkout: None, tmp_path: Path) -> None:
    (tmp_path / "report").write_text("a file is in the way")
    with pytest.raises(JournalError, match="logged first"):
        looks.log_test_look(tmp_path / "report", PAIR, "c" * 64)


def test_installed_package_names_its_release(no_checkout: None) -> None:
    assert looks.commit().startswith("release ")
