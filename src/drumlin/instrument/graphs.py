"""The graphs of an instrument, run by ONNX Runtime on one thread.

One thread, spinning off: on a busy machine more threads are slower, and the bytes of a sound must not depend on
how many there are (measured in docs/benchmarks). Shape letters: B batch, T points, D latent, K classes, P controls.
"""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InstrumentError, InstrumentUnsafeError
from ..units import Array
from .limits import BATCH

if TYPE_CHECKING:
    import onnxruntime

OUTPUTS = {"encode": "latent", "map": "latent", "place": "xy", "decode": "waveform"}
"""The one output of each graph."""

REQUIRED = {"encode": ("waveform",), "map": ("xy",), "place": ("latent",), "decode": ("latent",)}
"""Inputs that a graph must declare."""

OPTIONAL = {
    "encode": (),
    "map": ("class", "controls", "carry"),
    "place": (),
    "decode": ("class", "controls", "seed", "velocity", "length"),
}
"""Inputs that a graph may declare; it is fed exactly those that it does."""


class Graph:
    """One graph; its session is made when it is first needed. Safe to share between threads."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._data = data
        self._outputs = [OUTPUTS[name]]
        self._inputs: frozenset[str] = frozenset()
        self._session: onnxruntime.InferenceSession | None = None
        self._lock = threading.Lock()

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the inputs that the graph declares."""
        self._ready()
        return self._inputs

    def run(self, feeds: Mapping[str, Array]) -> Array:
        """Return the graph's output for stacked inputs, in batches of the verified sizes.

        Args:
            feeds: at least the inputs that the graph declares, each (B, ...); others are left out.
        Raises:
            InstrumentError: the graph cannot be run on them.
        """
        session = self._ready()
        chosen = {name: feeds[name] for name in self._inputs}
        count = len(next(iter(chosen.values())))
        if count == 1:
            return self._run_once(session, chosen)
        starts = [*range(0, count - BATCH + 1, BATCH), *range(count - count % BATCH, count)]
        ends = [*starts[1:], count]
        pieces = [
            self._run_once(session, {name: value[start:end] for name, value in chosen.items()})
            for start, end in zip(starts, ends, strict=True)
        ]
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def _run_once(self, session: Any, feeds: dict[str, Array]) -> Array:
        try:
            output: Array = session.run(self._outputs, feeds)[0]
        except Exception as error:  # ONNX Runtime raises its own bare exceptions
            if "allocate memory" in str(error) or isinstance(error, MemoryError):
                raise InstrumentUnsafeError(f"graph {self.name}: it needs more memory than there is for it") from error
            raise InstrumentError(f"graph {self.name}: it cannot be run: {str(error)[:300]}") from error
        return output

    def _ready(self) -> Any:
        if self._session is not None:
            return self._session
        with self._lock:
            if self._session is None:
                session = make_session(self.name, self._data)
                self._inputs = frozenset(item.name for item in session.get_inputs())
                self._data = b""
                self._session = session  # last: whoever sees it asks for no lock
            return self._session


def make_session(name: str, data: bytes) -> Any:
    """Return the ONNX Runtime session of a graph: one thread, no spinning.

    Raises:
        InstrumentError: ONNX Runtime refuses the graph.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises its own bare exceptions
        raise InstrumentError(f"graph {name}: it cannot be loaded: {str(error)[:300]}") from error
