"""Rows of a matrix in bytes, and how wrong a product with them can be: a quarter of the memory to read.

Each row is scaled to whole numbers up to 127. The product is that of quantised layers in ONNX Runtime (`MatMulNBits`),
which works on bytes as they are; numpy would turn them into floats first. The error is bounded, not guessed: for rows
`x` and a query `q`, written `x'` and `q'` in bytes, |x.q - x'.q'| <= |x - x'| |q| + |x'| |q - q'|, whose lengths are
measured. Shape letters: `M` rows, `D` numbers in a row, `K` the same filled up to whole blocks, `B` blocks of a row.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ..units import Array

BLOCK = 64
"""Numbers that share a scale; half of it for short rows."""

MOST_ROWS = 16_000_000
"""Rows beyond this would not fit into one graph of ONNX (2 GB)."""

_STEPS = 127.0  # to each side
_ZERO = 128  # the byte that means 0: what the runtime takes where nothing else is said
_SLACK = 1e-4  # for the runtime's own float32 sums, which err by a hundredth of it
_AT_A_TIME = 8192  # rows turned into bytes at a time: they stay in the processor's cache
_PROBES = 4
_FASTER = 0.8  # it must take less than this share of the plain product's time


class CoarseRows:
    """Rows of a matrix in bytes, ready to be multiplied; may be shared between threads.

    Args:
        matrix: shape (M, D), float32; what becomes of it later is not seen.
    Raises:
        Exception: of ONNX Runtime, if this one cannot do it.
    """

    def __init__(self, matrix: Array) -> None:
        self._block = BLOCK if matrix.shape[1] > BLOCK // 2 else BLOCK // 2
        stored, scales, self._error, self._longest = _to_bytes(matrix, self._block)
        self._session = _session(stored, scales, self._block)

    def scores(self, query: Array) -> tuple[Array, float]:
        """Return the product of each row with a vector (D,), shape (M,), and the most by which any of them errs."""
        blocks = _blocks(query[None], self._block)[0]
        scale = np.maximum(np.abs(blocks).max(axis=1, keepdims=True), 1e-30) / _STEPS
        rounded = np.rint(blocks / scale) * scale
        missed = float(np.linalg.norm(blocks - rounded))
        error = self._error * float(np.linalg.norm(query)) + self._longest * missed + _SLACK
        scores: Array = self._session.run(None, {"query": rounded.astype(np.float32).reshape(1, -1)})[0][0]
        return scores, error


def coarse_rows(matrix: Array) -> CoarseRows | None:
    """Return the rows of a matrix in bytes, or None where that helps nothing: too old a runtime, another processor.

    Some rows are multiplied both ways: bytes must be faster, and as right as they claim.
    """
    if not 0 < len(matrix) <= MOST_ROWS:
        return None
    try:
        coarse = CoarseRows(matrix)
        probes = np.linspace(0, len(matrix) - 1, _PROBES, dtype=np.int64)
        is_good = all(_keeps_its_word(matrix, coarse, row) for row in probes.tolist())
        return coarse if is_good and _is_faster(matrix, coarse) else None
    except Exception:  # each error of the runtime is a class of its own; whatever it is, the plain product works
        return None


def _keeps_its_word(matrix: Array, coarse: CoarseRows, row: int) -> bool:
    scores, error = coarse.scores(matrix[row])
    return bool(np.abs(scores[:_AT_A_TIME] - matrix[:_AT_A_TIME] @ matrix[row]).max() <= error)


def _is_faster(matrix: Array, coarse: CoarseRows) -> bool:
    query = matrix[0].copy()
    return _least_s(lambda: coarse.scores(query)) < _FASTER * _least_s(lambda: matrix @ query)


def _least_s(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def _to_bytes(matrix: Array, block: int) -> tuple[Array, Array, float, float]:
    """Return bytes (M, B, block), scales (M, B), the most by which a row errs, and the length of the longest row."""
    count = -(-matrix.shape[1] // block)
    stored = np.empty((len(matrix), count, block), np.uint8)
    scales = np.empty((len(matrix), count), np.float32)
    error = longest = 0.0
    for start in range(0, len(matrix), _AT_A_TIME):
        part = slice(start, start + _AT_A_TIME)
        blocks = _blocks(matrix[part], block)
        scale = np.maximum(np.maximum(blocks.max(axis=2), -blocks.min(axis=2)), 1e-30) / np.float32(_STEPS)
        whole = np.rint(blocks / scale[:, :, None])
        stored[part], scales[part] = whole + _ZERO, scale
        coarse = whole * scale[:, :, None]
        error = max(error, _longest(blocks - coarse))
        longest = max(longest, _longest(coarse))
    return stored, scales, error, longest


def _blocks(rows: Array, block: int) -> Array:
    """Return rows (M, D) in blocks, filled up with zeros, (M, B, block)."""
    missing = -rows.shape[1] % block
    filled = np.pad(rows, ((0, 0), (0, missing))) if missing else rows
    return filled.reshape(len(rows), -1, block)


def _longest(blocks: Array) -> float:
    return float(np.sqrt(np.einsum("mbk,mbk->m", blocks, blocks).max()))


def _session(stored: Array, scales: Array, block: int) -> Any:
    """Return a graph that multiplies a vector with these rows."""
    import onnx
    import onnxruntime
    from onnx import helper

    size = stored.shape[1] * block
    node = helper.make_node(
        "MatMulNBits", ["query", "stored", "scales"], ["scores"], domain="com.microsoft",
        K=size, N=len(stored), bits=8, block_size=block, accuracy_level=4,
    )  # fmt: skip
    kinds = {"stored": (onnx.TensorProto.UINT8, stored), "scales": (onnx.TensorProto.FLOAT, scales.ravel())}
    graph = helper.make_graph(
        [node],
        "rows",
        [helper.make_tensor_value_info("query", onnx.TensorProto.FLOAT, [1, size])],
        [helper.make_tensor_value_info("scores", onnx.TensorProto.FLOAT, [1, len(stored)])],
        [
            onnx.TensorProto(name=name, data_type=kind, dims=array.shape, raw_data=array.tobytes())
            for name, (kind, array) in kinds.items()
        ],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
