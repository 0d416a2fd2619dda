"""A tagger that was trained elsewhere, from a pack: imported at home as ONNX, run without torch.

The file is a zip of `tagger.json` and `network.onnx`. It may come from somebody else's machine: it is small, holds
plain arithmetic alone, and is checked before anything in it is run. Shapes: C channels, T points, K classes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..audio.levels import is_silent
from ..errors import PackError
from ..provenance import hash_bytes
from ..units import Array
from .melgram import BANDS, melgram, to_study
from .packing import unzipped

LARGEST_BYTES = 64 << 20
OPERATORS = frozenset(
    [
        "Add",
        "AveragePool",
        "BatchNormalization",
        "Cast",
        "Concat",
        "Constant",
        "Conv",
        "Div",
        "Elu",
        "Flatten",
        "Gemm",
        "Identity",
        "MatMul",
        "MaxPool",
        "Mul",
        "Relu",
        "Reshape",
        "Shape",
        "Slice",
        "Softmax",
        "Sqrt",
        "Squeeze",
        "Sub",
        "Transpose",
        "Unsqueeze",
    ]
)
"""What a tagger may reckon with; no loops, no files, nothing of a foreign domain."""


@dataclass(frozen=True)
class TaggerFacts:
    """What a tagger is: classes, channels, frames of its spectrograms, and what its training says of it."""

    classes: tuple[str, ...]
    channels: int
    frames: int
    trained: Mapping[str, Any]


class Tagger:
    """Says which class sounds are.

    Args:
        path: a file that `drumlin tagger train` wrote.
    Raises:
        PackError: it is none, damaged, or not to be trusted.
    """

    def __init__(self, path: Path) -> None:
        card, members = unzipped(path, "tagger.json", ("network.onnx",), LARGEST_BYTES)
        self.facts = _facts(path, card)
        self.sha256 = hash_bytes(members["network.onnx"])
        if card.get("sha256") != self.sha256:
            raise PackError(f"{path}: its network is not the one of its card; get it again")
        self._session = _open(path, members["network.onnx"])

    def shares(self, channels: Array, sample_rate: int) -> dict[str, float]:
        """Return how probably a sound (C, T) is of each class, most probable first; none for silence."""
        if is_silent(channels):
            return {}
        rows = np.minimum(np.arange(self.facts.channels), len(channels) - 1)
        stored = melgram(np.ascontiguousarray(channels[rows]), sample_rate, self.facts.frames)
        said = self._session.run(None, {"spectrograms": to_study(stored[None])})[0][0]
        found = dict(zip(self.facts.classes, said.tolist(), strict=True))
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _facts(path: Path, card: Mapping[str, Any]) -> TaggerFacts:
    if card.get("format") != "drumlin-tagger" or card.get("version") != 1:
        raise PackError(f"{path} is no drumlin-tagger of version 1: train it again, or update Drumlin")
    try:
        classes, trained = tuple(map(str, card["classes"])), dict(card["trained"])
        facts = TaggerFacts(classes, int(card["channels"]), int(card["frames"]), trained)
    except (KeyError, TypeError, ValueError) as error:
        raise PackError(f"{path}: its card is damaged ({error})") from error
    if not 2 <= len(classes) <= 500 or not 1 <= facts.channels <= 16 or not 24 <= facts.frames <= 1000:
        raise PackError(f"{path}: {len(classes)} classes, {facts.channels} channels, {facts.frames} frames: refused")
    return facts


def _open(path: Path, data: bytes) -> Any:
    import onnx
    import onnxruntime

    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:  # protobuf's own
        raise PackError(f"{path}: its network cannot be read ({str(error)[:200]})") from error
    strange = sorted({node.op_type for node in model.graph.node if node.op_type not in OPERATORS or node.domain})
    outside = any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in model.graph.initializer)
    if strange or outside or len(model.functions):
        raise PackError(f"{path}: its network uses {', '.join(strange) or 'data from elsewhere'}, which is refused")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own
        raise PackError(f"{path}: its network cannot be loaded ({str(error)[:200]})") from error
    shape = session.get_inputs()[0].shape
    if session.get_inputs()[0].name != "spectrograms" or len(shape) != 4 or shape[2] != BANDS:
        raise PackError(f"{path}: its network looks at {shape}, spectrograms of {BANDS} bands are expected")
    return session
