import json
from pathlib import Path

import numpy as np
import pytest
from tests.library.sounds import write_drums
from typer.testing import CliRunner, Result

from drumlin.cli import app
from drumlin.errors import AudioError, PackError
from drumlin.hearing.packing import Pack

SOUNDS = {f"{tag}/{seed}.wav": (drum, seed) for tag, drum in (("boom", "kick"), ("ts", "hat")) for seed in range(6)}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tagger")
    write_drums(folder / "Mine", SOUNDS)
    assert run("pack", folder / "Mine", "--out", folder / "my.pack").exit_code == 0
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["tagger", *map(str, arguments)], catch_exceptions=False)


def test_a_pack_tells_its_size_beside_the_audio(place: Path) -> None:
    found = json.loads(run("pack", place / "Mine", "--out", place / "again.pack", "--json").stdout)
    assert found["counts"] == {"boom": 6, "ts": 6}
    assert found["pack_bytes"] == (place / "my.pack").stat().st_size
    assert found["audio_bytes"] == sum(path.stat().st_size for path in (place / "Mine").rglob("*.wav"))


def test_a_pack_is_shown(place: Path) -> None:
    assert "000.png: boom, 6 sounds" in run("show", place / "my.pack", "--out", place / "pictures").stdout


def test_a_sound_that_cannot_be_read_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Quiet:
        def shares(self, channels: np.ndarray, sample_rate: int) -> dict[str, float]:
            return {}

    (place / "text.wav").write_text("no sound")
    monkeypatch.setattr("drumlin.hearing.tagger.Tagger", lambda path: Quiet())
    words = ["tagger", "use", *(str(place / name) for name in ("any.tagger", "text.wav", "Mine/ts/1.wav"))]
    done = CliRunner().invoke(app, words)
    assert "1.wav: silence" in done.stdout  # the rest goes on
    assert isinstance(done.exception, AudioError) and "text.wav: cannot be decoded" in str(done.exception)


@pytest.mark.train
def test_packs_are_joined_and_trained_on(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a training is, is tested in `tests/training`; here a stand-in counts the sounds."""
    from drumlin.models.panotti import Panotti
    from drumlin.training import tagger_files
    from drumlin.training.tagger import TrainedTagger

    given = []

    def stand_in(pack: Pack, out: Path, settings: object, report: object) -> TrainedTagger:
        given.append((len(pack.labels), out))
        return TrainedTagger(Panotti(1, 96, 40, 2), 1, 0.1, 0.75)

    monkeypatch.setattr(tagger_files, "train_pack", stand_in)
    done = run("train", place / "my.pack", place / "my.pack", "--out", place / "my.tagger", "--json")
    assert json.loads(done.stdout) == {"tagger": str(place / "my.tagger"), "sounds": 24, "epoch": 1, "right": 0.75}
    assert given == [(24, place / "my.tagger")]


def test_what_is_no_tagger_is_refused(place: Path) -> None:
    with pytest.raises(PackError):
        run("use", place / "my.pack", place / "Mine/ts/1.wav")
