import json
from pathlib import Path

import numpy as np
import pytest
from onnx import helper, numpy_helper
from tests.instruments import build_model, make_instrument
from tests.instruments import port as graph_port

from drumlin.errors import InstrumentCheckError, InstrumentError, InstrumentUnsafeError
from drumlin.instrument import verify
from drumlin.instrument.archive import MANIFEST, pack, unpack
from drumlin.instrument.checking import check_pair
from drumlin.instrument.manifest import parse_manifest
from drumlin.instrument.points import unpack_check
from drumlin.instrument.verifying import cache_folder, is_verified, remember
from drumlin.provenance import hash_bytes, hash_file


def with_map(path: Path, tones_file: Path, graph: bytes) -> Path:
    members = unpack(tones_file.read_bytes())
    manifest = json.loads(members[MANIFEST])
    manifest["graphs"]["map"] = hash_bytes(graph)
    path.write_bytes(pack(members | {MANIFEST: json.dumps(manifest).encode(), "graphs/map.onnx": graph}))
    return path


def memory_bomb(parts: int) -> bytes:
    """Return a map that is right, but fills `parts` times 256 MB on the way."""
    size = np.array([1 << 13, 1 << 13], np.int64)
    nodes = [helper.make_node("MatMul", ["xy", "spread"], ["base"])]
    for part in range(parts):
        value = numpy_helper.from_array(np.array([part], np.float32))
        nodes.append(helper.make_node("ConstantOfShape", ["size"], [f"part{part}"], value=value))
    nodes += [
        helper.make_node("Max", [f"part{part}" for part in range(parts)], ["all"]),
        helper.make_node("ReduceMin", ["all"], ["one"], keepdims=0),
        helper.make_node("Mul", ["base", "one"], ["latent"]),
    ]
    constants = {"size": size, "spread": np.eye(2, dtype=np.float32)}
    return build_model(nodes, [graph_port("xy", 2)], [graph_port("latent", 2)], constants)


def test_good_file_is_verified(tones_file: Path) -> None:
    assert verify(tones_file) == hash_file(tones_file)


def test_graph_that_fills_the_memory_is_refused(
    tmp_path: Path, tones_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drumlin.instrument.verifying.MEMORY_LIMIT_BYTES", 1200 << 20)  # a good file needs 900
    path = with_map(tmp_path / "bomb.drumlin", tones_file, memory_bomb(8))
    with pytest.raises(InstrumentUnsafeError, match="memory"):
        verify(path)


def test_graph_that_makes_no_numbers_is_refused(tmp_path: Path, tones_file: Path) -> None:
    nodes = [helper.make_node("Log", ["xy"], ["latent"])]
    graph = build_model(nodes, [graph_port("xy", 2)], [graph_port("latent", 2)], {})
    with pytest.raises(InstrumentCheckError, match="what is no number"):
        verify(with_map(tmp_path / "log.drumlin", tones_file, graph))


def test_encoder_without_a_pair_is_refused(tmp_path: Path) -> None:
    path = make_instrument(tmp_path / "a.drumlin")
    members = unpack(path.read_bytes())
    manifest = parse_manifest(members[MANIFEST])
    pair = unpack_check(members["check.safetensors"], manifest)
    graphs = {name: members[f"graphs/{name}.onnx"] for name in manifest.graphs}
    del pair["encoded"]
    with pytest.raises(InstrumentError, match="no pair for the encoder"):
        check_pair(manifest, graphs, pair)


def test_only_the_newest_hashes_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drumlin.instrument.verifying.REMEMBERED", 3)
    for number in range(6):
        remember(f"{number:064d}")
    assert len(list(cache_folder().iterdir())) == 3
    assert is_verified(f"{5:064d}")


def test_folder_of_the_caller_is_not_imported_from(
    tmp_path: Path, tones_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    assert verify(tones_file) == hash_file(tones_file)
