"""Folders of sounds for tests, and sounds that need no reading."""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from tests.drums import DRUMS

from drumlin.audio import write_wav
from drumlin.library.facts import Facts
from drumlin.library.picture import SIZES
from drumlin.library.reading import FINGERPRINT, Embedder, Heard, Outcome, Problem, signature_of

FINGERPRINT_SIZE = 400


def write_drums(folder: Path, names: Mapping[str, tuple[str, int]]) -> None:
    """Write drums, by path: class and seed."""
    for name, (drum, seed) in names.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_wav(path, DRUMS[drum](seed), 44100)


def write_contents(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files with any content, by path."""
    for name, data in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@contextmanager
def fast_folder() -> Iterator[Path]:
    """Yield a folder in memory where the system has one: some file systems take milliseconds to remove a folder."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def contents_of(folder: Path) -> dict[str, bytes]:
    """Return the content of each file below a folder, by path; by strings, as thousands of trials ask for it."""
    found = {}
    for here, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(here, name)  # noqa: PTH118
            with open(path, "rb") as file:  # noqa: PTH123
                found[path[len(str(folder)) + 1 :]] = file.read()
    return found


def facts_of(**changed: object) -> Facts:
    """Return the facts of a plain short sound, but for those that are said."""
    plain = {
        **{"sample_rate": 44100, "channels": 1, "length": 4410, "duration_s": 0.1, "peak_db": -1.0},
        **{"loudness_db": -20.0, "pitch_hz": 200.0, "pitch_confidence": 0.5, "brightness": 0.0, "noisiness_db": 0.0},
        **{"decay_s": 0.05, "attack_s": 0.002, "lead_s": 0.0, "tail_s": 0.0, "is_silent": False, "clipped": 0},
        **{"is_loop": False, "tempo_bpm": None},
    }
    return Facts(**(plain | changed))  # type: ignore[arg-type]


def read_all_as_bytes(paths: Sequence[Path], embedder: Embedder | None = None) -> list[Outcome]:
    """Stand for `read_files`: a file's bytes are its sound, and vectors are drawn from their hash."""
    return [_read_as_bytes(path) for path in paths]


def _read_as_bytes(path: Path) -> Outcome:
    data = path.read_bytes()
    if data.startswith(b"bad"):
        return Problem(signature_of(path), "no sound")
    digest = hashlib.sha256(data).hexdigest()
    generator = np.random.default_rng(int(digest[:8], 16))
    sizes = SIZES | {FINGERPRINT: FINGERPRINT_SIZE}
    vectors = {name: generator.standard_normal(size).astype(np.float32) for name, size in sizes.items()}
    unit = {name: (vector / np.linalg.norm(vector)).astype(np.float32) for name, vector in vectors.items()}
    return Heard(signature_of(path), digest, facts_of(), unit, ())
