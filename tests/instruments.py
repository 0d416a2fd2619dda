"""Tiny instruments for tests, built of plain ONNX operators: they sound, and they can be reckoned by hand.

The decoder is a decaying sinusoid whose pitch depends on the first latent value and whose decay on the second:

    waveform(t) = 0.5 sin(2 pi f t) exp(-t / tau),   f = 200 * 2^z0 Hz,   tau = 0.08 * 2^z1 s

The map is `latent = SPREAD * xy`, the encoder an exact projection onto two small tables for sounds of this family.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from drumlin.instrument import save_instrument
from drumlin.parameters import ParameterRange

SAMPLE_RATE = 44100
LENGTH = 4410
SPREAD = 1.5
VARIATIONS = 128
LABELS = ("kick", "snare", "hat")


def tone(z0: float, z1: float = 0.0, *, length: int = LENGTH, sample_rate: int = SAMPLE_RATE) -> NDArray[np.float32]:
    """Return what the decoder makes of a latent, by numpy."""
    time = np.arange(length) / sample_rate
    f0_hz, decay_s = 200.0 * 2.0**z0, 0.08 * 2.0**z1
    return (0.5 * np.sin(2 * np.pi * f0_hz * time) * np.exp(-time / decay_s)).astype(np.float32)


def make_instrument(
    path: Path,
    *,
    latent_size: int = 2,
    classes: tuple[str, ...] = (),
    controls: tuple[ParameterRange, ...] = (),
    encoder: bool = True,
    place: bool = True,
    seeded: bool = False,
    noise: float = 0.0,
    sway: float = 0.0,
    bias: float = 0.0,
    length: int = LENGTH,
    sample_rate: int = SAMPLE_RATE,
    points: int = 12,
    name: str = "Test tones",
    **changes: Any,
) -> Path:
    """Write a small instrument at `path` and return the path.

    Args:
        path: of the file.
        latent_size: at least 2.
        classes: names.
        controls: each adds to the pitch.
        encoder: whether it has one.
        place: whether it has a graph that places latents.
        seeded: whether the seed scales the sound.
        noise: amplitude of noise that the seed chooses among `VARIATIONS`; 0: none.
        sway: standard deviation of what the seed adds to the latent, nothing for seed 0; needs noise.
        bias: what the encoder errs by in each of the first two values.
        length: points of a sound.
        sample_rate: Hz.
        points: training samples.
        name: of the instrument.
        changes: go to `save_instrument`.
    """
    generator = np.random.default_rng(0)
    places = generator.uniform(-0.9, 0.9, (points, 2)).astype(np.float32)
    latents = np.zeros((points, latent_size), dtype=np.float32)
    latents[:, :2] = SPREAD * places
    graphs = {
        "map": map_graph(latent_size),
        "decode": decode_graph(latent_size, length, sample_rate, len(classes), len(controls), seeded),
    }
    if noise:
        graphs["decode"] = noisy_graph(noise, sway, latent_size, length, sample_rate)
    if encoder:
        graphs["encode"] = encode_graph(latent_size, length, bias)
    if place:
        graphs["place"] = place_graph(latent_size)
    content: dict[str, Any] = {
        "name": name,
        "recipe": "test-tones",
        "sample_rate": sample_rate,
        "length": length,
        "play_start_s": 0.0,
        "graphs": graphs,
        "controls": controls,
        "classes": classes,
        "latents": latents,
        "places": places,
        "labels": [(classes or LABELS)[index % len(classes or LABELS)] for index in range(points)],
        "provenance": {"data": {"hash": "0" * 64}, "licences": ["CC0-1.0"]},
        "metrics": {"loss": 0.25},
        "alignment": {"kind": "onset", "position_s": 0.0},
    }
    save_instrument(path, **(content | changes))
    return path


def decode_graph(
    latent_size: int = 2,
    length: int = LENGTH,
    sample_rate: int = SAMPLE_RATE,
    classes: int = 0,
    controls: int = 0,
    seeded: bool = False,
) -> bytes:
    """Return latent -> waveform; each class shifts the pitch an octave, each control adds to it, the seed scales."""
    time = (np.arange(length) / sample_rate).astype(np.float32)[None]
    pick = np.eye(latent_size, 2, dtype=np.float32)
    constants = {"pick": pick, "time": time, "ln2": _f(np.log(2)), "w0": _f(2 * np.pi * 200), "tau": _f(0.08)}
    constants |= {"half": _f(0.5), "one": np.array([1], np.int64)}
    nodes = [helper.make_node("MatMul", ["latent", "pick"], ["z"])]
    nodes += [helper.make_node("Split", ["z"], ["z0", "z1"], axis=1, num_outputs=2)]
    inputs, pitch = [port("latent", latent_size)], "z0"
    for name, size in (("class", classes), ("controls", controls)):
        if size:
            inputs.append(port(name, size))
            constants[f"{name}_steps"] = np.arange(size, dtype=np.float32)[:, None] if name == "class" else _ones(size)
            nodes.append(helper.make_node("MatMul", [name, f"{name}_steps"], [f"{name}_shift"]))
            nodes.append(helper.make_node("Add", [pitch, f"{name}_shift"], [f"{name}_pitch"]))
            pitch = f"{name}_pitch"
    nodes += _tone_nodes(pitch)
    output = "tone"
    if seeded:
        inputs.append(helper.make_tensor_value_info("seed", TensorProto.INT64, ["B"]))
        constants["hundred"] = np.array(100, np.int64)
        nodes += [
            helper.make_node("Mod", ["seed", "hundred"], ["seed_part"]),
            helper.make_node("Cast", ["seed_part"], ["seed_float"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["seed_float", "one"], ["seed_column"]),
            helper.make_node("Cos", ["seed_column"], ["seed_gain"]),
            helper.make_node("Mul", [output, "seed_gain"], ["varied"]),
        ]
        output = "varied"
    nodes.append(helper.make_node("Identity", [output], ["waveform"]))
    return build_model(nodes, inputs, [port("waveform", length)], constants)


def noisy_graph(
    noise: float, sway: float = 0.0, latent_size: int = 2, length: int = LENGTH, sample_rate: int = SAMPLE_RATE
) -> bytes:
    """Return latent and seed -> tone and decaying noise; the seed chooses the noise, and moves the latent by `sway`."""
    generator = np.random.default_rng(1)
    time = (np.arange(length) / sample_rate).astype(np.float32)[None]
    hiss = noise * generator.standard_normal((VARIATIONS, length)) * np.exp(-time / 0.03)
    steps = sway * generator.standard_normal((VARIATIONS, 2))
    steps[0] = 0.0
    constants = {"pick": np.eye(latent_size, 2, dtype=np.float32), "time": time, "ln2": _f(np.log(2))}
    constants |= {"w0": _f(2 * np.pi * 200), "tau": _f(0.08), "half": _f(0.5), "count": np.array(VARIATIONS, np.int64)}
    constants |= {"hiss": hiss.astype(np.float32), "steps": steps.astype(np.float32)}
    nodes = [
        helper.make_node("Mod", ["seed", "count"], ["row"]),
        helper.make_node("Gather", ["steps", "row"], ["step"], axis=0),
        helper.make_node("MatMul", ["latent", "pick"], ["still"]),
        helper.make_node("Add", ["still", "step"], ["z"]),
        helper.make_node("Split", ["z"], ["z0", "z1"], axis=1, num_outputs=2),
        *_tone_nodes("z0"),
        helper.make_node("Gather", ["hiss", "row"], ["chosen"], axis=0),
        helper.make_node("Add", ["tone", "chosen"], ["waveform"]),
    ]
    inputs = [port("latent", latent_size), helper.make_tensor_value_info("seed", TensorProto.INT64, ["B"])]
    return build_model(nodes, inputs, [port("waveform", length)], constants)


def _tone_nodes(pitch: str) -> list[Any]:
    return [
        helper.make_node("Mul", [pitch, "ln2"], ["ln_f"]),
        helper.make_node("Exp", ["ln_f"], ["f"]),
        helper.make_node("Mul", ["f", "w0"], ["w"]),
        helper.make_node("Mul", ["w", "time"], ["phase"]),
        helper.make_node("Sin", ["phase"], ["sine"]),
        helper.make_node("Mul", ["z1", "ln2"], ["ln_d"]),
        helper.make_node("Exp", ["ln_d"], ["d"]),
        helper.make_node("Mul", ["d", "tau"], ["decay"]),
        helper.make_node("Div", ["time", "decay"], ["age"]),
        helper.make_node("Neg", ["age"], ["minus_age"]),
        helper.make_node("Exp", ["minus_age"], ["envelope"]),
        helper.make_node("Mul", ["sine", "envelope"], ["hit"]),
        helper.make_node("Mul", ["hit", "half"], ["tone"]),
    ]


def map_graph(latent_size: int = 2) -> bytes:
    """Return xy -> latent: SPREAD * xy in the first two values, 0 in the rest."""
    constants = {"spread": SPREAD * np.eye(2, latent_size, dtype=np.float32)}
    nodes = [helper.make_node("MatMul", ["xy", "spread"], ["latent"])]
    return build_model(nodes, [port("xy", 2)], [port("latent", latent_size)], constants)


def place_graph(latent_size: int = 2) -> bytes:
    """Return latent -> xy: the inverse of the map, held within [-1, 1]."""
    constants = {"gather": np.eye(latent_size, 2, dtype=np.float32) / SPREAD, "low": _f(-1), "high": _f(1)}
    nodes = [
        helper.make_node("MatMul", ["latent", "gather"], ["free"]),
        helper.make_node("Clip", ["free", "low", "high"], ["xy"]),
    ]
    return build_model(nodes, [port("latent", latent_size)], [port("xy", 2)], constants)


def encode_graph(latent_size: int = 2, length: int = LENGTH, bias: float = 0.0) -> bytes:
    """Return waveform -> latent: the best of a table of tones by correlation, its pitch and decay, and `bias`."""
    grid = np.array([(a, b) for a in np.linspace(-1.5, 1.5, 25) for b in np.linspace(-1.5, 1.5, 3)])
    table = np.stack([tone(*place, length=length) for place in grid])
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    latents = np.zeros((len(grid), latent_size), dtype=np.float32)
    latents[:, :2] = grid + bias
    constants = {"table": np.ascontiguousarray(table.T.astype(np.float32)), "latents": latents}
    nodes = [
        helper.make_node("MatMul", ["waveform", "table"], ["scores"]),
        helper.make_node("ArgMax", ["scores"], ["best"], axis=1, keepdims=0),
        helper.make_node("Gather", ["latents", "best"], ["latent"], axis=0),
    ]
    return build_model(nodes, [port("waveform", length)], [port("latent", latent_size)], constants)


def build_model(
    nodes: Sequence[Any], inputs: Sequence[Any], outputs: Sequence[Any], constants: dict[str, NDArray[Any]]
) -> bytes:
    """Return the bytes of an ONNX model."""
    tensors = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(list(nodes), "tones", list(inputs), list(outputs), tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return model.SerializeToString()


def port(name: str, size: int) -> Any:
    """Return a float input or output of shape (B, size)."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["B", size])


def _f(value: float) -> NDArray[np.float32]:
    return np.array(value, dtype=np.float32)


def _ones(size: int) -> NDArray[np.float32]:
    return np.ones((size, 1), dtype=np.float32)
