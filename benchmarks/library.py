"""The library beside what one would write today: a script of features, a folder walk with a database.

- *Scan*: hash, facts, vectors, fingerprints, near-duplicates, catalogue, on all cores; beside one loop with soundfile
  and a few numpy features, and the usual librosa script (MFCC, centroid, loudness) if librosa is installed.
- *Rescan* of files that have not changed; beside `os.walk` with a look into SQLite for each file. The files are links
  to one sound, entered into the catalogue as a scan would have.
- *Search in words*, 100,000 sounds.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from sqlalchemy import insert, select

from drumlin.library import Embedder, Library
from drumlin.library.reading import signature_of
from drumlin.library.storing import place_of
from drumlin.library.tables import files, roots, samples
from drumlin.library.text_index import index_words
from drumlin.library.walking import walk_sounds

from .measuring import gate
from .prepare import make_sounds

FILES, UNCHANGED, WORDS = 2000, 50_000, 100_000
LEAST_SCAN, LEAST_RESCAN = 200.0, 20_000.0
"""Files a second."""


def run(quick: bool) -> dict[str, Any]:
    """Measure; `quick` takes a tenth of the files and few repetitions."""
    scale = 10 if quick else 1
    rows: list[dict[str, Any]] = []
    gates: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="drumlin-bench-") as name:
        folder = Path(name)
        _measure_scan(folder / "scan", FILES // scale, rows, gates)
        _measure_rescan(folder / "rescan", UNCHANGED // scale, rows, gates)
        _measure_words(folder / "words", WORDS // scale, 3 if quick else 20, rows)
    return {"rows": rows, "gates": gates}


def _measure_scan(folder: Path, count: int, rows: list[dict[str, Any]], gates: list[dict[str, Any]]) -> None:
    sounds = folder / "sounds"
    make_sounds(sounds, count)
    for path in sounds.rglob("*.wav"):
        path.read_bytes()
    taken = {
        "drumlin library scan": _in_process("scan_with_drumlin", sounds, folder / "library"),
        "drumlin library scan with the starter ear": _in_process("scan_with_ear", sounds, folder / "heard"),
    }
    taken["soundfile and numpy, one loop"] = _in_process("scan_with_numpy", sounds, folder / "numpy")
    if _has_librosa():
        taken["librosa, one loop"] = _in_process("scan_with_librosa", sounds, folder / "librosa")
    for name, seconds in taken.items():
        rows.append({"what": f"{name}, {count} files", "value": round(count / seconds), "unit": "files/s"})
    for name, label in (
        ("drumlin library scan", "scan"),
        ("drumlin library scan with the starter ear", "scan with the ear"),
    ):
        rate = count / taken[name]
        gates.append(gate(f"{label}, files/s", rate, LEAST_SCAN, rate >= LEAST_SCAN))


def _in_process(contender: str, sounds: Path, out: Path) -> float:
    """Return how long a contender takes in a process of its own, imports included."""
    program = (
        "import sys; from pathlib import Path; from benchmarks import library\n"
        f"if __name__ == '__main__': library.{contender}(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program, str(sounds), str(out)], check=True, cwd=Path(__file__).parent.parent)
    return time.perf_counter() - start


def scan_with_drumlin(sounds: Path, out: Path, embedder: Embedder | None = None) -> None:
    """Catalogue a folder, with the library's own picture of each sound as its embedding."""
    with Library(out, embedder=embedder) as library:
        library.add(sounds)
        summary = library.scan()
    assert not summary.problems, summary.problems[:3]


def scan_with_ear(sounds: Path, out: Path) -> None:
    """Catalogue a folder as the command does."""
    from drumlin.hearing import starter_ear

    scan_with_drumlin(sounds, out, starter_ear())


def scan_with_numpy(sounds: Path, out: Path) -> None:
    """Measure a few features of each file, and write them into a table."""
    with sqlite3.connect(out) as table:
        table.execute("CREATE TABLE sounds (path TEXT, duration REAL, peak REAL, rms REAL, centroid REAL, zero REAL)")
        for path in sorted(sounds.rglob("*.wav")):
            waveform, rate = soundfile.read(path, dtype="float32", always_2d=True)
            mono = waveform.mean(axis=1)
            spectrum = np.abs(np.fft.rfft(mono))
            centroid = float((np.fft.rfftfreq(len(mono), 1 / rate) * spectrum).sum() / spectrum.sum())
            crossings = float(np.mean(mono[1:] * mono[:-1] < 0))
            features = (len(mono) / rate, float(np.abs(mono).max()), float(np.sqrt(np.square(mono).mean())))
            table.execute("INSERT INTO sounds VALUES (?, ?, ?, ?, ?, ?)", (str(path), *features, centroid, crossings))


def scan_with_librosa(sounds: Path, out: Path) -> None:
    """Do what tutorials do: MFCC means, centroid and loudness of each file."""
    import librosa

    vectors = []
    for path in sorted(sounds.rglob("*.wav")):
        waveform, rate = librosa.load(path, sr=None, mono=True)
        parts = (
            librosa.feature.mfcc(y=waveform, sr=rate, n_mfcc=20),
            librosa.feature.spectral_centroid(y=waveform, sr=rate),
            librosa.feature.rms(y=waveform),
        )
        vectors.append(np.concatenate([part.mean(axis=1) for part in parts]))
    np.save(out.with_suffix(".npy"), np.stack(vectors))


def _has_librosa() -> bool:
    from importlib.util import find_spec

    return find_spec("librosa") is not None


def _measure_rescan(folder: Path, count: int, rows: list[dict[str, Any]], gates: list[dict[str, Any]]) -> None:
    sounds = folder / "sounds"
    make_sounds(sounds, 1)
    original = next(sounds.rglob("*.wav"))
    for number in range(count - 1):
        path = sounds / f"pack{number // 100:04}" / f"Sound {number:06}.wav"
        path.parent.mkdir(exist_ok=True)
        path.hardlink_to(original)
    with Library(folder / "library") as library:
        library.add(sounds)
        with library.catalogue.write() as connection:
            _enter(connection, sounds)
        library.scan()
        seconds = _least(lambda: _checked(library.scan().unchanged, count), 3)
    table = _plain_table(sounds, folder / "plain.sqlite")
    plain = _least(lambda: _checked(_walk_with_sqlite(sounds, table), count), 3)
    table.close()
    rates = {f"drumlin library scan, {count} unchanged": seconds, "os.walk and SQLite, the same": plain}
    rows += [{"what": name, "value": round(count / taken), "unit": "files/s"} for name, taken in rates.items()]
    gates.append(gate("rescan, files/s", count / seconds, LEAST_RESCAN, count / seconds >= LEAST_RESCAN))


def _enter(connection: Any, sounds: Path) -> None:
    """Enter all files as a scan would have; one of them is left to be read."""
    root_id = connection.execute(select(roots.c.id)).scalar_one()
    found = list(walk_sounds(sounds).files.items())
    rows = [
        {"root_id": root_id, **place_of(path), **signature._asdict(), "problem": "not read", "is_missing": False}
        for path, signature in found
    ]
    connection.execute(insert(files), rows)


def _plain_table(sounds: Path, path: Path) -> sqlite3.Connection:
    table = sqlite3.connect(path)
    table.execute("CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER, mtime REAL)")
    for here, _, names in os.walk(sounds):
        for name in names:
            state = (Path(here) / name).stat()
            table.execute("INSERT INTO files VALUES (?, ?, ?)", (f"{here}/{name}", state.st_size, state.st_mtime))
    table.commit()
    return table


def _walk_with_sqlite(sounds: Path, table: sqlite3.Connection) -> int:
    """Count the files that are as the table says, looking each one up."""
    same = 0
    for here, _, names in os.walk(sounds):
        for name in names:
            path = Path(here) / name
            if path.suffix.lower() not in (".wav", ".flac", ".aif", ".mp3"):
                continue
            state = path.stat()
            row = table.execute("SELECT size, mtime FROM files WHERE path = ?", (str(path),)).fetchone()
            same += row == (state.st_size, state.st_mtime)
    return same


def _checked(value: int, expected: int) -> None:
    assert value == expected, (value, expected)


def _least(work: Callable[[], None], repetitions: int) -> float:
    taken = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def _measure_words(folder: Path, count: int, repetitions: int, rows: list[dict[str, Any]]) -> None:
    make_sounds(folder / "sounds", 1)
    with Library(folder / "library") as library:
        library.add(folder / "sounds")
        library.scan()
        with library.catalogue.write() as connection:
            _multiply(connection, count)
        for text in ("snare", "snare bright <0.3s", "kick 00042"):
            total = library.find(text).total
            taken = [_least(lambda text=text: (library.find(text, 50), None)[1], 1) for _ in range(repetitions)]
            rows.append(
                {
                    "what": f"{count:,} sounds: find {text!r}, {total} found, 50 shown",
                    "value": round(1000 * float(np.median(taken)), 2),
                    "unit": "ms",
                }
            )


def _multiply(connection: Any, count: int) -> None:
    """Enter many samples like the one that is there, with names of their own."""
    pattern = connection.execute(select(samples)).one()._asdict()
    generator = np.random.default_rng(0)
    words = ("kick", "snare", "hat", "clap", "tom", "ride", "loop", "bass")
    rows = [
        {**pattern, "id": number + 2, "row": number + 1, "sha256": f"{number:064x}", "cluster": number + 2}
        | {"duration_s": float(generator.uniform(0.05, 1.0)), "brightness": float(generator.normal())}
        for number in range(count - 1)
    ]
    connection.execute(insert(samples), rows)
    signature = signature_of(Path(__file__))._asdict()
    names = [f"Pack {number % 97}/{words[number % len(words)]}_{number:05}.wav" for number in range(count - 1)]
    connection.execute(
        insert(files),
        [
            {"root_id": 1, **place_of(name), **signature, "sample_id": number + 2, "problem": "", "is_missing": False}
            for number, name in enumerate(names)
        ],
    )
    index_words(
        connection,
        {
            number + 2: ("pack", str(number % 97), words[number % len(words)], f"{number:05}")
            for number in range(count - 1)
        },
    )
