from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.drums import kick, snare

from drumlin.errors import UsageError
from drumlin.workspace.preview import peaks, preview_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(20):
        soundfile.write(tmp_path / f"{number:02}.wav", kick(number) if number % 2 else snare(number), 44100)
    return tmp_path


def test_some_sounds_are_prepared_as_learning_will(folder: Path) -> None:
    sounds = preview_folder(folder, 4).sounds
    assert len({sound.name for sound in sounds}) == 4
    for sound in sounds:
        number = int(Path(sound.name).stem)
        np.testing.assert_allclose(sound.before, kick(number) if number % 2 else snare(number), atol=1e-3)
        assert len(sound.after) == 17640
        assert np.abs(sound.after).argmax() == pytest.approx(4410, abs=1)


def test_the_sounds_shown_are_spread_over_the_folder(folder: Path) -> None:
    numbers = sorted(int(Path(sound.name).stem) for sound in preview_folder(folder, 4).sounds)
    assert numbers[0] < 7
    assert numbers[-1] >= 12


def test_broken_files_are_told_and_passed_over(folder: Path) -> None:
    for path in sorted(folder.glob("*.wav"))[2:]:
        path.write_bytes(b"no sound")
    preview = preview_folder(folder, 6)
    assert {sound.name for sound in preview.sounds} <= {"00.wav", "01.wav"}
    assert len(preview.refused) >= 15
    assert all("decoded" in refused.reason for refused in preview.refused)


def test_a_folder_without_sounds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no sounds"):
        preview_folder(tmp_path, 3)


def test_peaks_are_the_loudest_magnitudes_of_equal_parts() -> None:
    waveform = np.array([0.1, -0.5, 0.2, 0.0, 2.0, 0.3], np.float32)
    assert peaks(waveform, 3) == [0.5, 0.2, 1.0]
    assert peaks(waveform, 100) == pytest.approx([0.1, 0.5, 0.2, 0.0, 1.0, 0.3], abs=1e-4)
