"""Checking an instrument before it is played for the first time, in a process of its own with limits.

The process checks the graphs, runs them at both batch sizes that the runtime uses, and compares the check pair.
What passed is remembered by the hash of the file, so that later loads are quick.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import numpy as np

from .. import errors
from ..errors import DrumlinError, InstrumentCheckError, InstrumentError, InstrumentUnsafeError
from ..provenance import hash_bytes
from ..units import Array
from .archive import CHECK, GRAPHS, MANIFEST, read_file, unpack
from .graphs import Graph
from .limits import BATCH, CHECK_TOLERANCE
from .manifest import Manifest, parse_manifest
from .points import unpack_check

TIME_LIMIT_S = 120
"""Longest check, seconds: the slowest recipe takes a few."""

MEMORY_LIMIT_BYTES = 6 << 30
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
    # stdin keeps the worker from reading the terminal; -I keeps it from importing what lies in this folder.
    command = [sys.executable, "-I", "-m", "drumlin.instrument.verifying", str(path)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=TIME_LIMIT_S, env=environment, check=False, stdin=subprocess.DEVNULL
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


def check_file(path: Path) -> str:
    """Check an instrument file in this process and return its SHA-256: what `verify` runs in a safe place.

    Raises:
        InstrumentError: or one of its kinds.
    """
    data = read_file(path)
    members = unpack(data)
    manifest = parse_manifest(members[MANIFEST])
    graphs = pick_graphs(manifest, members)
    check_graphs(manifest, graphs)
    check_pair(manifest, graphs, unpack_check(members[CHECK], manifest))
    return hash_bytes(data)


def pick_graphs(manifest: Manifest, members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the graphs of an instrument by name.

    Raises:
        InstrumentError: the manifest and the members do not name the same graphs, or one is not what it was.
    """
    found = {name: members[member] for name, member in GRAPHS.items() if member in members}
    if set(found) != set(manifest.graphs):
        raise InstrumentError(f"graphs {sorted(found)} in the file, {sorted(manifest.graphs)} in its manifest")
    return found


def check_graphs(manifest: Manifest, graphs: Mapping[str, bytes]) -> None:
    """Check that every graph is what a graph of an instrument may be; nothing is run.

    Raises:
        InstrumentUnsafeError: one is not.
    """
    from .safety import check_graph

    for name, data in graphs.items():
        if hash_bytes(data) != manifest.graphs[name]:  # type: ignore[index]
            raise InstrumentError(f"graph {name}: not the one that the manifest names: the file is damaged")
        check_graph(name, data, manifest)


def check_pair(manifest: Manifest, graphs: Mapping[str, bytes], pair: Mapping[str, Array]) -> None:
    """Run the graphs on one sound and on a whole batch and compare with the stored pair.

    Raises:
        InstrumentCheckError: this machine makes another sound of it.
    """
    ready = {name: Graph(name, data) for name, data in graphs.items()}
    _compare("decode", ready["decode"], pair, pair["waveform"])
    if "encode" in ready:
        if "sound" not in pair or "encoded" not in pair:
            raise InstrumentError("check.safetensors: no pair for the encoder")
        _compare("encode", ready["encode"], {"waveform": pair["sound"]}, pair["encoded"])
    places = {"xy": np.zeros((1, 2), np.float32), "carry": np.zeros_like(pair["latent"])}
    _compare("map", ready["map"], {**pair, **places}, None)
    if "place" in ready:
        _compare("place", ready["place"], pair, None)


def _compare(name: str, graph: Graph, feeds: Mapping[str, Array], expected: Array | None) -> None:
    one = graph.run(feeds)
    many = graph.run({key: np.repeat(value, BATCH, axis=0) for key, value in feeds.items()})
    if not np.isfinite(one).all() or many.shape != (BATCH, one.shape[1]):
        raise InstrumentCheckError(f"graph {name}: it gives what is no number, or another shape for a batch")
    wanted = one if expected is None else expected
    if one.shape != wanted.shape:
        raise InstrumentCheckError(f"graph {name}: it gives {one.shape}, {wanted.shape} is expected")
    tolerance = CHECK_TOLERANCE * max(1.0, float(np.abs(wanted).max()))
    difference = max(float(np.abs(one - wanted).max()), float(np.abs(many - wanted).max()))
    if not difference <= tolerance:
        raise InstrumentCheckError(
            f"graph {name}: off by {difference:.2g} from the stored pair, {tolerance:.2g} at most is expected: "
            "the file is damaged, or this machine cannot play it"
        )


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


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits: the time limit of the parent remains
        return
    for limit, value in ((resource.RLIMIT_AS, MEMORY_LIMIT_BYTES), (resource.RLIMIT_CPU, TIME_LIMIT_S)):
        _, hard = resource.getrlimit(limit)
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(limit, (wanted, hard))
        except (ValueError, OSError):  # macOS refuses some
            continue


def _main(path: str) -> None:
    _limit_resources()
    try:
        kind, text = "ok", check_file(Path(path))
    except DrumlinError as error:
        kind, text = type(error).__name__, str(error)
    except MemoryError:
        kind, text = "InstrumentUnsafeError", "it needs more memory than an instrument may"
    print(json.dumps({"kind": kind, "text": text}))


if __name__ == "__main__":
    _main(sys.argv[1])
