from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.library.sounds import read_all_as_bytes

from drumlin.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library") as library:
        yield library


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "Samples"
    folder.mkdir()
    return folder


@pytest.fixture
def bytes_as_sounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any bytes be a sound, so that a test of files need not wait for analysis."""
    monkeypatch.setattr("drumlin.library.crew.read_files", read_all_as_bytes)
