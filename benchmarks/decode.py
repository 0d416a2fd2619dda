"""Decoding one sound: through the instrument, by eager torch, and the floor that the machine sets.

Each model has random weights and is exported as training exports it; torch runs the same weights. The floor is the
multiply-adds of the graph over the rate at which ONNX Runtime multiplies matrices here on one thread. All run on one
thread, in turns of a few calls, so that a disturbance hits all alike and weights stay in the cache as when playing.

The floor knows no memory: a dense decoder does one multiply-add for each weight that it reads, and is as fast as the
cache delivers them (`weights GB/s`).
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, shape_inference

import drumlin
from drumlin.instrument import Instrument, save_instrument
from drumlin.instrument.graphs import make_session
from drumlin.models import recipe_named

from .measuring import gate, quantile, timed

RECIPES = ("ae-medium-tanh", "ae-big-tanh", "pca", "ae-conv-16", "wavegan-16", "specgan-16", "ae-conv", "spectral-ae")
QUICK = ("ae-medium-tanh", "wavegan-16", "spectral-ae")
LENGTH, SAMPLE_RATE = 17640, 44100

FLOOR_RATIO, FLOOR_MS = 2.0, 1.0
TORCH_RATIO = 1.8
TORCH_MS = 0.05
"""The ratio is asked where eager torch takes at least this: below, the cost of a call is compared, not of a model."""

ALIKE = 0.02
"""Largest difference of the two sounds, of the peak: weights of an instrument may be stored in half precision."""

BUSY_RATIO = 2.0
FIRST_SOUND_S = 0.5
GEMM_SIZE = 768
"""Side of the square matrices whose product sets the floor: large enough to be bound by arithmetic."""


@dataclass(frozen=True)
class Contestant:
    """One model in three forms: as an instrument, as a torch call, as a count of multiply-adds."""

    name: str
    instrument: Instrument
    eager: Callable[[], Any]
    multiply_adds: int
    parameters: int


def run(quick: bool) -> dict[str, Any]:
    """Return rows and gates; see the module."""
    rounds = 30 if quick else 200
    with tempfile.TemporaryDirectory() as folder:
        contestants = [make_contestant(name, Path(folder)) for name in (QUICK if quick else RECIPES)]
        rate = gemm_rate(rounds)
        rows = [_measure(contestant, rate, rounds) for contestant in contestants]
        with busy_neighbour():
            for row, contestant in zip(rows, contestants, strict=True):
                times = timed([_decode(contestant.instrument)], rounds)[0]
                row["p95 / p50 beside a busy process"] = quantile(times, 95) / quantile(times, 50)
        first = first_sound_s(Path(folder) / f"{contestants[-1].name}.drumlin", 3 if quick else 9)
    rows.append({"model": f"matrix product, {GEMM_SIZE} x {GEMM_SIZE}", "GFLOP/s": 2e-9 * rate})
    rows.append({"model": "fresh process to first sound", "p50 ms": 1e3 * first})
    return {"rows": rows, "gates": [gate for row in rows[: len(contestants)] for gate in _gates(row)] + [_start(first)]}


def gemm_rate(rounds: int) -> float:
    """Return the multiply-adds a second of ONNX Runtime's matrix product on one thread."""
    value = helper.make_tensor_value_info
    ports = [value(name, TensorProto.FLOAT, [GEMM_SIZE, GEMM_SIZE]) for name in "abc"]
    graph = helper.make_graph([helper.make_node("MatMul", ["a", "b"], ["c"])], "product", ports[:2], ports[2:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    session = make_session("product", model.SerializeToString())
    matrix = np.random.default_rng(0).standard_normal((GEMM_SIZE, GEMM_SIZE)).astype(np.float32)
    times = timed([lambda: session.run(None, {"a": matrix, "b": matrix})], rounds)[0]
    return GEMM_SIZE**3 / quantile(times, 5)  # what the machine can do: a disturbance must not lower the floor


def multiply_adds(graph: bytes) -> int:
    """Return the multiply-adds of a graph for a batch of 1: matrix products and convolutions."""
    model = onnx.load_model_from_string(graph)
    for port in (*model.graph.input, *model.graph.output):
        port.type.tensor_type.shape.dim[0].dim_value = 1
    del model.graph.value_info[:]
    inferred = shape_inference.infer_shapes(model, data_prop=True).graph
    shapes = {tensor.name: tuple(tensor.dims) for tensor in inferred.initializer}
    for known in (*inferred.value_info, *inferred.input, *inferred.output):
        shapes[known.name] = tuple(dim.dim_value for dim in known.type.tensor_type.shape.dim)
    return sum(_node_multiply_adds(node, shapes) for node in inferred.node)


def _node_multiply_adds(node: onnx.NodeProto, shapes: dict[str, tuple[int, ...]]) -> int:
    if node.op_type == "MatMul":
        return int(np.prod(shapes[node.output[0]]) * shapes[node.input[0]][-1])
    if node.op_type == "Gemm":
        transposed = any(item.name == "transA" and item.i for item in node.attribute)
        return int(np.prod(shapes[node.output[0]]) * shapes[node.input[0]][0 if transposed else -1])
    if node.op_type == "Conv":
        return int(np.prod(shapes[node.output[0]]) * np.prod(shapes[node.input[1]][1:]))
    if node.op_type == "ConvTranspose":
        return int(np.prod(shapes[node.input[0]]) * np.prod(shapes[node.input[1]][1:]))
    return 0


@contextmanager
def busy_neighbour() -> Iterator[None]:
    """Keep one core busy with another process."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        time.sleep(0.2)
        yield
    finally:
        process.kill()
        process.wait()


def first_sound_s(path: Path, times: int) -> float:
    """Return the median seconds from the start of a process to its first sound."""
    code = f"import drumlin; drumlin.load({str(path)!r}).at(0.1, 0.2)"
    command = [sys.executable, "-c", code]
    return quantile(timed([lambda: subprocess.run(command, check=True)], times)[0], 50)


def make_contestant(name: str, folder: Path) -> Contestant:
    """Return the model of a recipe with random weights, exported into `folder`."""
    import torch

    from drumlin.models.model import DataFacts
    from drumlin.models.registry import build
    from drumlin.training.graphs import export_graph
    from drumlin.training.maps import anchored_map

    torch.set_num_threads(1)
    generator = np.random.default_rng(0)
    model = build(recipe_named(name), DataFacts(LENGTH, SAMPLE_RATE, ("kick", "snare"))).eval()
    if name == "pca":
        model.fit(generator.standard_normal((32, LENGTH)).astype(np.float32), np.zeros(32, np.int64))
    graph = model.graphs()["decode"]
    latents = generator.standard_normal((32, model.latent)).astype(np.float32)
    plane = anchored_map(latents, latents)
    graphs = {
        "decode": export_graph(graph),
        "map": plane.forward.graph("xy", "latent"),
    }
    values = {"latent": 0.1, "class": 0.5}
    single = [
        torch.full_like(value[:1], values[name]) if name in values else value[:1]  # the rest as they are at rest
        for name, value in graph.inputs.items()
    ]
    with torch.inference_mode():
        length = graph.module(*single).shape[-1]

    def eager() -> Any:
        with torch.inference_mode():
            return graph.module(*single).numpy()

    path = folder / f"{name}.drumlin"
    save_instrument(
        path,
        name=name,
        recipe=name,
        sample_rate=SAMPLE_RATE,
        length=length,
        play_start_s=0.0,
        graphs=graphs,
        latents=latents,
        places=plane.places,
        labels=["kick", "snare"] * 16,
        classes=model.controls.classes,
        controls=model.controls.ranges,
    )
    instrument = drumlin.load(path)
    check_alike(name, _decode(instrument)(), eager())
    parameters = sum(parameter.numel() for parameter in graph.module.parameters())
    return Contestant(name, instrument, eager, multiply_adds(graphs["decode"]), parameters)


def check_alike(name: str, ours: Any, theirs: Any) -> None:
    """Refuse to compare what makes different sounds."""
    difference, peak = float(np.abs(ours - theirs).max()), float(np.abs(theirs).max())
    if not difference <= ALIKE * peak:
        raise RuntimeError(f"{name}: instrument and torch differ by {difference:.2g} of {peak:.2g}")


def _decode(instrument: Instrument) -> Callable[[], Any]:
    latent = np.full((1, instrument.latent_size), 0.1, dtype=np.float32)
    classes = np.full((1, len(instrument.classes)), 0.5, dtype=np.float32) if instrument.classes else None
    return lambda: instrument.decode(latent, classes=classes)


def _measure(contestant: Contestant, rate: float, rounds: int) -> dict[str, Any]:
    instrument = contestant.instrument
    ours, eager = timed([_decode(instrument), contestant.eager], rounds)
    ours_ms, eager_ms, floor_ms = (
        1e3 * quantile(ours, 50),
        1e3 * quantile(eager, 50),
        1e3 * contestant.multiply_adds / rate,
    )
    return {
        "model": contestant.name,
        "sound s": instrument.length / instrument.sample_rate,
        "decoder parameters M": contestant.parameters / 1e6,
        "multiply-adds M": contestant.multiply_adds / 1e6,
        "weights GB/s": 4e-6 * contestant.parameters / ours_ms,
        "floor ms": floor_ms,
        "p50 ms": ours_ms,
        "p95 ms": 1e3 * quantile(ours, 95),
        "eager torch p50 ms": eager_ms,
        "torch / ours": eager_ms / ours_ms,
        "ours / floor": ours_ms / floor_ms,
        "times real time": instrument.length / instrument.sample_rate / (1e-3 * ours_ms),
    }


def _gates(row: dict[str, Any]) -> list[dict[str, Any]]:
    name, allowed_ms = row["model"], max(FLOOR_MS, FLOOR_RATIO * row["floor ms"])
    busy = row["p95 / p50 beside a busy process"]
    gates = [
        gate(f"{name}: p50 ms at most twice the floor or 1 ms", row["p50 ms"], allowed_ms, row["p50 ms"] <= allowed_ms)
    ]
    if row["eager torch p50 ms"] >= TORCH_MS:
        ratio = row["torch / ours"]
        gates.append(gate(f"{name}: times faster than eager torch", ratio, TORCH_RATIO, ratio >= TORCH_RATIO))
    return [*gates, gate(f"{name}: p95 / p50 beside a busy process", busy, BUSY_RATIO, busy <= BUSY_RATIO)]


def _start(first: float) -> dict[str, Any]:
    return gate("fresh process to first sound, s", first, FIRST_SOUND_S, first < FIRST_SOUND_S)
