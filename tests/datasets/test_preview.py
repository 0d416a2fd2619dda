from pathlib import Path

import numpy as np
import pytest
from tests.drums import kick

from drumlin.audio import read_mono, write_wav
from drumlin.datasets import Dataset, Settings, prepare, preview_samples
from drumlin.errors import EmptyDatasetError


def test_previews_are_what_preparing_makes(kits: Path, tmp_path: Path) -> None:
    prepare([kits], tmp_path / "out")
    dataset = Dataset.open(tmp_path / "out")
    for sound, row, sample in zip(
        preview_samples(kits, Settings(), 16), dataset.waveforms, dataset.samples, strict=True
    ):
        assert sound.name == sample.path
        assert sound.after is not None
        assert np.array_equal(sound.after, row)
        assert np.array_equal(sound.before, read_mono(kits / sample.path).waveform)
        assert (sound.onset_s, sound.peak_s) == (sample.onset_s, sample.peak_s)


def test_previews_are_spread_over_the_folder(kits: Path) -> None:
    names = [sound.name for sound in preview_samples(kits, "generator", 4)]
    assert [name.split("/")[0] for name in names] == ["kit0", "kit1", "kit2", "kit3"]


def test_refused_files_say_why(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("words")
    write_wav(tmp_path / "silent.wav", np.zeros(4000, np.float32), 44100)
    write_wav(tmp_path / "kick.wav", kick(0), 44100)
    shown = {sound.name: sound for sound in preview_samples(tmp_path)}
    assert not shown["kick.wav"].reason
    assert "decoded" in shown["text.wav"].reason
    assert shown["silent.wav"].reason == "the sound is silent"
    assert shown["silent.wav"].before is not None


def test_a_folder_without_sounds_has_no_preview(tmp_path: Path) -> None:
    with pytest.raises(EmptyDatasetError, match="no sounds"):
        preview_samples(tmp_path)
