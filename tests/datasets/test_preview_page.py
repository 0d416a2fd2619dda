import base64
import re
from pathlib import Path

import numpy as np
from tests.drums import kick

from drumlin.audio import read_audio, write_wav
from drumlin.datasets import Dataset, prepare, write_preview


def test_the_page_holds_pictures_and_both_sounds(kits: Path, tmp_path: Path) -> None:
    prepare([kits], tmp_path / "out")
    dataset = Dataset.open(tmp_path / "out")
    text = write_preview([kits], dataset, 2).read_text(encoding="utf-8")
    sounds = [read_audio(base64.b64decode(data)) for data in re.findall(r"data:audio/wav;base64,([^\"]+)", text)]
    assert [sound.waveform.shape[1] for sound in sounds][1::2] == [dataset.length] * 2
    assert np.abs(sounds[1].waveform[0] - dataset.waveforms[0]).max() < 1e-4
    assert len(re.findall("data:image/png", text)) == 2
    assert not re.findall(r"(src|href)=\"(?!data:)", text)


def test_the_pictures_are_files_too(kits: Path, tmp_path: Path) -> None:
    prepare([kits], tmp_path / "out")
    write_preview([kits], Dataset.open(tmp_path / "out"), 3)
    names = sorted(path.name for path in (tmp_path / "out/preview").iterdir())
    assert names == ["000000-0.png", "000001-1.png", "000002-0.png", "index.html"]


def test_names_cannot_break_the_page(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "<script>alert(1)<.wav").write_text("words")
    (source / "b.wav").write_bytes(b"")
    write_wav(source / "a&b.wav", kick(0), 44100)
    prepare([source], tmp_path / "out")
    text = write_preview([source], Dataset.open(tmp_path / "out"), 9).read_text(encoding="utf-8")
    assert "<script" not in text
    assert "a&amp;b.wav" in text
    assert "Refused: the file is empty" in text
