import os
import sys
from pathlib import Path

import pytest

from drumlin.datasets import Settings
from drumlin.datasets.readers import ProcessReader
from drumlin.processes import module_command, one_thread, start_worker


def test_nothing_is_imported_from_the_folder_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("numpy", "json", "soundfile"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w')\nraise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    reader = ProcessReader(Settings())
    reader.close()
    worker = start_worker("json.tool")
    assert worker.communicate(b"[1]")[0].split() == [b"[", b"1", b"]"]
    assert worker.returncode == 0
    assert not (tmp_path / "ran").exists()


def test_a_worker_is_quiet_and_has_one_thread() -> None:
    worker = start_worker("this_module_is_missing")
    assert worker.communicate() == (b"", None)
    assert worker.returncode == 1
    assert module_command("a.b") == (sys.executable, "-P", "-m", "a.b")
    assert one_thread()["OMP_NUM_THREADS"] == one_thread()["OPENBLAS_NUM_THREADS"] == "1"
    assert one_thread()["PATH"] == os.environ["PATH"]
