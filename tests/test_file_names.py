"""Names of files: nothing is ever renamed over."""

import errno
from pathlib import Path

import pytest

from drumlin import file_names
from drumlin.file_names import free_name, rename_exclusively


def two_files(folder: Path) -> tuple[Path, Path]:
    source, target = folder / "a.wav", folder / "b.wav"
    source.write_bytes(b"mine")
    target.write_bytes(b"somebody else's")
    return source, target


@pytest.mark.parametrize("answer", [None, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_taken_name_is_refused_whatever_the_system_knows(
    answer: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = two_files(tmp_path)
    monkeypatch.setattr(file_names, "_renameat2", lambda: answer and (lambda one, other: answer))
    with pytest.raises(FileExistsError):
        rename_exclusively(source, target)
    assert (source.read_bytes(), target.read_bytes()) == (b"mine", b"somebody else's")


@pytest.mark.parametrize("answer", [None, errno.EINVAL])
def test_a_free_name_is_given_whatever_the_system_knows(
    answer: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, _ = two_files(tmp_path)
    monkeypatch.setattr(file_names, "_renameat2", lambda: answer and (lambda one, other: answer))
    rename_exclusively(source, tmp_path / "c.wav")
    assert (tmp_path / "c.wav").read_bytes() == b"mine"
    assert not source.exists()


def test_the_system_itself_refuses_a_taken_name(tmp_path: Path) -> None:
    source, target = two_files(tmp_path)
    with pytest.raises(FileExistsError):
        rename_exclusively(source, target)
    assert target.read_bytes() == b"somebody else's"


def test_the_next_number_is_free(tmp_path: Path) -> None:
    _, target = two_files(tmp_path)
    assert free_name(target, None).name == "b (2).wav"
    assert free_name(target, None, taken={str(tmp_path / "b (2).wav")}).name == "b (3).wav"
