"""What is checked of an instrument before it is played.

The graphs are looked at, then run at both batch sizes that the runtime uses, and the check pair is compared.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..errors import DrumlinError, InstrumentCheckError, InstrumentError
from ..provenance import hash_bytes
from ..units import Array
from .archive import CHECK, GRAPHS, MANIFEST, read_file, unpack
from .graphs import Graph
from .limits import BATCH, CHECK_TOLERANCE
from .manifest import Manifest, parse_manifest
from .points import unpack_check


def main() -> None:
    """Check the file that the command line names and print the verdict as JSON; see `verifying.verify`."""
    path, memory_bytes, time_s = sys.argv[1:]
    _limit_resources(int(memory_bytes), int(time_s))
    try:
        kind, text = "ok", check_file(Path(path))
    except DrumlinError as error:
        kind, text = type(error).__name__, str(error)
    except MemoryError:
        kind, text = "InstrumentUnsafeError", "it needs more memory than an instrument may"
    print(json.dumps({"kind": kind, "text": text}))


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
        if "encoded" not in pair:
            raise InstrumentError("check.safetensors: no pair for the encoder")
        _compare("encode", ready["encode"], {"waveform": pair["waveform"]}, pair["encoded"])
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


def _limit_resources(memory_bytes: int, time_s: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits: the time limit of the parent remains
        return
    for limit, value in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, time_s)):
        _, hard = resource.getrlimit(limit)
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(limit, (wanted, hard))
        except (ValueError, OSError):  # macOS refuses some
            continue
