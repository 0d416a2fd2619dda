"""Folders of synthesised sounds."""

from pathlib import Path

import pytest
from tests.drums import DRUMS

from drumlin.audio import write_wav


@pytest.fixture
def kits(tmp_path: Path) -> Path:
    """Return a folder of four kits with two hits of two drums each: 16 sounds as `KIT/DRUM/N.wav`."""
    folder = tmp_path / "kits"
    for kit in range(4):
        for name in ("kick", "snare"):
            for number in range(2):
                path = folder / f"kit{kit}" / name / f"{number}.wav"
                path.parent.mkdir(parents=True, exist_ok=True)
                write_wav(path, DRUMS[name](10 * kit + number), 44100, encoding="32f")
    return folder
