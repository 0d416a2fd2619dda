from pathlib import Path

import numpy as np

from drumlin.audio import read_mono, write_wav
from drumlin.workspace import DroppedSounds

SOUND = np.random.default_rng(0).normal(0, 0.1, 500).astype(np.float32)


def kept(folder: Path) -> tuple[DroppedSounds, str]:
    write_wav(folder / "given.wav", SOUND, 48000, encoding="32f")
    name = read_mono(folder / "given.wav").sha256
    dropped = DroppedSounds(folder / "dropped")
    dropped.keep(name, SOUND, 48000)
    return dropped, name


def test_a_kept_sound_is_found_point_for_point(tmp_path: Path) -> None:
    dropped, name = kept(tmp_path)
    dropped.keep(name, SOUND, 48000)
    found = dropped.find(name)
    assert found is not None
    assert np.array_equal(found[0], SOUND)
    assert found[1] == 48000
    assert [path.name for path in (tmp_path / "dropped").iterdir()] == [f"{name}.wav"]


def test_what_is_not_there_or_was_changed_is_not_found_and_can_be_kept_again(tmp_path: Path) -> None:
    dropped, name = kept(tmp_path)
    assert dropped.find("0" * 64) is None
    write_wav(tmp_path / "dropped" / f"{name}.wav", SOUND / 2, 48000)
    assert dropped.find(name) is None
    dropped.keep(name, SOUND, 48000)
    assert dropped.find(name) is not None
