"""Checking an instrument before it is played for the first time, in a process of its own with limits.

What the process does is in `checking`. What passed is remembered by the hash of the file, so that later loads are
quick.
"""

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from .. import errors
from ..errors import InstrumentError, InstrumentUnsafeError
from ..processes import one_thread

TIME_LIMIT_S = 120
"""Longest check, seconds: the slowest recipe takes a few."""

MEMORY_LIMIT_BYTES = 3 << 30
"""Address space of the checking process where the system can limit it: Python, ONNX Runtime and a whole batch."""

REMEMBERED = 2000
"""Most hashes that are remembered; the oldest are forgotten."""


def verify(path: Path | str) -> str:
    """Check an instrument file in a process with limits, whatever is remembered of it.

    Returns:
        The SHA-256 of the file.
    Raises:
        InstrumentError: or one of its kinds, saying what is wrong.
    """
    path = Path(path).resolve()
    code = "from drumlin.instrument.checking import main; main()"
    # -P: nothing is imported from the folder that the user happens to be in.
    command = [sys.executable, "-P", "-c", code, str(path), str(MEMORY_LIMIT_BYTES), str(TIME_LIMIT_S)]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=TIME_LIMIT_S, env=one_thread(), check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise InstrumentUnsafeError(f"{path.name} took more than {TIME_LIMIT_S} s to check: refused") from error
    return _read_answer(path, done)


def is_verified(digest: str) -> bool:
    """Return whether a file of this hash passed, on this machine, with this version of ONNX Runtime."""
    return (cache_folder() / _entry(digest)).exists()


def remember(digest: str) -> None:
    """Note that a file of this hash passed. A cache that cannot be written costs time, nothing else."""
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _entry(digest)).touch()
        entries = list(folder.iterdir())
        if len(entries) > REMEMBERED:
            oldest = sorted(entries, key=lambda entry: entry.stat().st_mtime)[: len(entries) - REMEMBERED]
            for entry in oldest:
                entry.unlink(missing_ok=True)
    except OSError:
        return


def cache_folder() -> Path:
    """Return where hashes are remembered: below `DRUMLIN_CACHE`, or the user's cache folder."""
    if chosen := os.environ.get("DRUMLIN_CACHE"):
        return Path(chosen) / "verified"
    from platformdirs import user_cache_path

    return user_cache_path("drumlin", appauthor=False) / "verified"


def _entry(digest: str) -> str:
    return f"{digest}-{metadata.version('onnxruntime')}"


def _read_answer(path: Path, done: subprocess.CompletedProcess[bytes]) -> str:
    try:
        answer = json.loads(done.stdout)
        kind, text = str(answer["kind"]), str(answer["text"])
    except (ValueError, KeyError, TypeError) as error:
        raise InstrumentUnsafeError(
            f"{path.name} stopped the process that checked it (exit {done.returncode}): "
            "it needs more memory or time than an instrument may, or is broken"
        ) from error
    if kind == "ok":
        return text
    leaf = getattr(errors, kind, InstrumentError)
    raise leaf(f"{path.name}: {text}")
