import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from tests.drums import kick, snare

from drumlin.audio import write_wav
from drumlin.datasets import PrepareOptions, Settings, prepare
from drumlin.datasets.preparing import Problem, Row
from drumlin.datasets.readers import Crew, Outcome, OwnReader, ProcessReader


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "in"
    folder.mkdir()
    odd = folder / os.fsdecode(b"caf\xe9.wav")  # no UTF-8
    for path, sound in ((folder / "a.wav", kick(0)), (odd, snare(1)), (folder / "ü.wav", kick(2))):
        write_wav(path, sound, 44100)
    (folder / "text.wav").write_text("no sound")
    return [folder / "a.wav", folder / "text.wav", odd, folder / "ü.wav", folder / "missing.wav"]


def _same(one: Outcome, other: Outcome) -> bool:
    if isinstance(one, Row) and isinstance(other, Row):
        rows = np.array_equal(one.waveform, other.waveform) and np.array_equal(one.fingerprint, other.fingerprint)
        return rows and one.facts == other.facts
    return one == other


def test_a_process_answers_as_the_thread_would(files: list[Path]) -> None:
    settings = Settings(profile="generator", length_s=0.5)
    expected = OwnReader(settings).read(files)
    with closing(ProcessReader(settings)) as reader:
        answers = [reader.read(files), reader.read(files[1:2]), reader.read(files[:1])]
    assert [isinstance(one, Problem) for one in expected] == [False, True, False, False, True]
    for answer, wanted in zip(answers, (expected, expected[1:2], expected[:1]), strict=True):
        assert all(map(_same, answer, wanted))


def test_when_the_process_dies_the_thread_goes_on(files: list[Path]) -> None:
    with closing(ProcessReader(Settings())) as reader:
        reader._process.kill()
        reader._process.wait()
        answers = reader.read(files) + reader.read(files)
    assert all(map(_same, answers, OwnReader(Settings()).read(files) * 2))


def test_a_process_ends_when_the_one_who_asks_is_gone() -> None:
    reader = ProcessReader(Settings())
    reader._process.stdin.close()  # type: ignore[union-attr]
    assert reader._process.wait(timeout=10) == 0
    reader._process.stdout.close()  # type: ignore[union-attr]


@pytest.mark.parametrize(("worth", "expected"), [(0, 0), (1, 1), (5, 2)])
def test_every_thread_but_the_first_has_a_process_if_it_is_worth_one(worth: int, expected: int) -> None:
    crew, together = Crew(Settings(), worth), Barrier(3)
    with closing(crew), ThreadPoolExecutor(3, initializer=crew.join) as pool:
        list(pool.map(lambda _: together.wait(timeout=60), range(3)))
        processes = [reader._process for reader in crew._processes]
    assert len(processes) == expected
    assert all(process.returncode is not None for process in processes)


def test_where_no_process_can_be_started_threads_read(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare([tmp_path / "in"], tmp_path / "expected", options=PrepareOptions(workers=1))
    monkeypatch.setattr("drumlin.datasets.filling._WORTH_A_PROCESS", 1)
    monkeypatch.setattr("sys.executable", str(tmp_path / "nothing"))
    prepare([tmp_path / "in"], tmp_path / "out", options=PrepareOptions(workers=3))
    arrays = [next((tmp_path / name).glob("waveforms*.npy")).read_bytes() for name in ("expected", "out")]
    assert arrays[0] == arrays[1]
