"""A scan on a Ray cluster of two nodes beside one on this machine: the same catalogue, byte for byte, also when killed.

Both nodes run here, with one core each, so that Ray has to use both. Each scan is the command itself, in a process of
its own. Compared are all tables of SQLite and all files of vectors; in PostgreSQL, whose numbers are drawn by the
server, facts and vectors by hash. The server is the one of the tests. What a scan of `CLICKS` takes (connecting,
starting every process that reads, for which there are enough, and what each loads) is taken off both times, and told.
"""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from drumlin.audio import write_wav
from drumlin.library.ray_crew import TASK_FILES

from .measuring import gate
from .prepare import make_sounds

FILES = 2000
CLICKS = 2 * TASK_FILES + 1
"""Sounds of a few points: a task for either node, and one more."""

PATIENCE_S = 600.0
ROOT = Path(__file__).resolve().parent.parent

PAGES = ("search_data", "search_idx")
"""Tables of the pages of SQLite's index of words: they tell where batches ended, which the clock decides."""

KEPT = "kept"
"""Table that holds the catalogue's identity, which is drawn when it is made."""

MOST_SLOWER = 1.3
"""Times that a scan on a cluster of the same cores may take as long as one without, its start left out."""


def run(quick: bool) -> dict[str, Any]:
    """Measure; `quick` takes a tenth of the files."""
    count = FILES // 10 if quick else FILES
    with tempfile.TemporaryDirectory(prefix="drumlin-bench-") as name:
        folder = Path(name)
        sounds = folder / "sounds"
        make_sounds(sounds, count)
        shutil.copy(next(iter(sorted(sounds.rglob("*.wav")))), sounds / "copy of the first.wav")
        (sounds / "broken.wav").write_bytes(b"RIFF\x10\0\0\0WAVEjunk")
        return _compare(folder, sounds, count + 1)


def _compare(folder: Path, sounds: Path, count: int) -> dict[str, Any]:
    clicks = folder / "clicks"
    _make_clicks(clicks)
    local_s = _scan(folder / "local", sounds, "--workers", "2")
    local_start_s = _scan(folder / "local-clicks", clicks, "--workers", "2")
    with _cluster() as address, _server() as url:
        ray_s = _scan(folder / "ray", sounds, "--ray", address)
        ray_start_s = _scan(folder / "ray-clicks", clicks, "--ray", address)
        nodes = _nodes_used(folder / "watched", sounds, address)
        was_killed = _scan_killed(folder / "killed", sounds, address)
        _scan(folder / "killed", sounds, "--ray", address)
        _scan(folder / "shared", sounds, "--ray", address, "--url", url)
        shared = _by_hash(folder / "shared", url)
    local = _content(folder / "local")
    slower = (ray_s - ray_start_s) / max(local_s - local_start_s, 1e-3)
    checks = {
        "cluster: nodes that read": (nodes, 2, nodes == 2),
        "cluster: catalogue and vectors as without, byte for byte": _sameness(local, _content(folder / "ray")),
        "cluster: the same after a kill and a second scan": _sameness(local, _content(folder / "killed")),
        "cluster: the kill came in the middle": (was_killed, 1, was_killed == 1),
        "cluster: facts and vectors in PostgreSQL as in SQLite": _sameness(_by_hash(folder / "local", None), shared),
        "cluster: times as long as without": (slower, MOST_SLOWER, slower <= MOST_SLOWER),
    }
    times = {
        f"library scan, {count} files, two processes": local_s,
        f"library scan --ray, {count} files, two nodes": ray_s,
        f"library scan, {CLICKS} clicks, two processes": local_start_s,
        f"library scan --ray, {CLICKS} clicks, two nodes": ray_start_s,
    }
    return {
        "rows": [{"what": name, "value": round(taken, 2), "unit": "s"} for name, taken in times.items()],
        "gates": [gate(name, *check) for name, check in checks.items()],
    }


def _make_clicks(folder: Path) -> None:
    folder.mkdir()
    for number in range(CLICKS):
        write_wav(folder / f"{number:03}.wav", np.linspace(0.5, -0.5, 100 + number, dtype=np.float32), 44_100)


def _sameness(one: dict[str, Any], other: dict[str, Any]) -> tuple[float, float, bool]:
    """Return how many things differ, how many may, and whether that holds; nothing at all is no sameness."""
    differ = sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
    if differ:
        print(f"cluster: these differ: {', '.join(differ[:5])}", file=sys.stderr)
    return len(differ), 0, not differ and len(one) > 0


def _scan(home: Path, sounds: Path, *options: str) -> float:
    """Scan in a process of its own and return the seconds it says it took."""
    done = subprocess.run(_command(home, sounds, *options), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return float(json.loads(done.stdout)["seconds"])


def _command(home: Path, sounds: Path, *options: str) -> list[str]:
    drumlin = [sys.executable, "-m", "drumlin", "library"]
    url = options[options.index("--url") :] if "--url" in options else ()
    added = [*drumlin, "add", str(sounds), "--no-scan", "--home", str(home), *url]
    subprocess.run(added, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return [*drumlin, "scan", "--json", "--home", str(home), *options]


@contextlib.contextmanager
def _cluster() -> Iterator[str]:
    """Yield the address of a cluster of two nodes with a core each."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        cluster.add_node(num_cpus=1)
        yield cluster.address
    finally:
        cluster.shutdown()


@contextlib.contextmanager
def _server() -> Iterator[str]:
    """Yield the URL of a database in the tests' PostgreSQL."""
    import psycopg
    from tests.library.postgres import running_server

    with running_server() as tail:
        with psycopg.connect(f"postgresql://drumlin@/postgres{tail}", autocommit=True) as connection:
            connection.execute("CREATE DATABASE cluster")
        yield f"postgresql://drumlin@/cluster{tail}"


def _nodes_used(home: Path, sounds: Path, address: str) -> int:
    """Return on how many nodes files were read at once: the parents of the processes that read are their nodes."""
    process = subprocess.Popen(_command(home, sounds, "--ray", address), cwd=ROOT, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        parents = {one.info["ppid"] for one in psutil.process_iter(["ppid", "cmdline"]) if _reads(one.info["cmdline"])}
        most = max(most, len(parents))
        time.sleep(0.2)
    return most


def _reads(command: list[str] | None) -> bool:
    return bool(command) and command[0].startswith("ray::") and "Reader" in command[0]


def _scan_killed(home: Path, sounds: Path, address: str) -> int:
    """Scan, kill that once a batch is written, and return 1 if something was left to do."""
    process = subprocess.Popen(_command(home, sounds, "--ray", address), cwd=ROOT, stdout=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE_S
    while process.poll() is None and not _count(home) and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return int(0 < _count(home) < len(list(sounds.rglob("*.wav"))))


def _count(home: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{home}/library.sqlite?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM files").fetchone()[0])


def _content(home: Path) -> dict[str, Any]:
    """Return all rows of all tables but `PAGES` and `KEPT`, and the bytes of all files of vectors."""
    with contextlib.closing(sqlite3.connect(home / "library.sqlite")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [table for table in tables if table not in (*PAGES, KEPT)]
        rows = {table: sorted(database.execute(f"SELECT * FROM {table}"), key=repr) for table in kept}
    return rows | {path.name: path.read_bytes() for path in (home / "vectors").glob("*.f32")}


def _by_hash(home: Path, url: str | None) -> dict[str, Any]:
    """Return facts and the vector of each sound by its hash."""
    from drumlin.library import Library

    with Library(home, url) as library:
        sounds = library.find(count=100_000).found
        with library.catalogue.read() as connection:
            ids, vectors = library.vectors.take(connection, "whole", [one.id for one in sounds])
    by_id = dict(zip(ids.tolist(), vectors, strict=True))
    return {one.sha256: (one.facts, by_id[one.id].tobytes(), sorted(one.tags)) for one in sounds}
