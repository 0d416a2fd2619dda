"""Tensors as a file of the safetensors format, with torch alone: a training can go on where nothing else is installed.

A file is the size of its head (8 bytes, little-endian), the head as JSON (name to dtype, shape and place), and the
numbers, one block without gaps. Source: the format's own page, https://huggingface.co/docs/safetensors.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

DTYPES = {
    "F64": torch.float64,
    "I64": torch.int64,
    "F32": torch.float32,
    "I32": torch.int32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I16": torch.int16,
    "U8": torch.uint8,
    "I8": torch.int8,
    "BOOL": torch.bool,
}
"""The format's names, the widest first: written in this order, every tensor begins at a multiple of its width."""

NAMES = {dtype: name for name, dtype in DTYPES.items()}
METADATA = "__metadata__"
SIZE_BYTES = 8


def save(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> bytes:
    """Return a file of tensors.

    Args:
        tensors: by name, on the processor.
        metadata: texts by name.
    """
    widths = list(DTYPES)
    ordered = sorted(tensors, key=lambda name: (widths.index(NAMES[tensors[name].dtype]), name))
    head: dict[str, Any] = {METADATA: dict(metadata)}
    parts, end = [], 0
    for name in ordered:
        data = _bytes(tensors[name])
        start, end = end, end + len(data)
        dtype, shape = NAMES[tensors[name].dtype], list(tensors[name].shape)
        head[name] = {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}
        parts.append(data)
    text = json.dumps(head).encode("ascii")
    text += b" " * (-len(text) % SIZE_BYTES)
    return b"".join([len(text).to_bytes(SIZE_BYTES, "little"), text, *parts])


def load(data: bytes) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the tensors of a file, and its texts.

    Raises:
        ValueError: the file is cut off, or its head does not describe it.
    """
    size = int.from_bytes(data[:SIZE_BYTES], "little")
    if not 0 < size <= len(data) - SIZE_BYTES:
        raise ValueError(f"a head of {size} bytes in a file of {len(data)}")
    head = json.loads(data[SIZE_BYTES : SIZE_BYTES + size])
    metadata = head.pop(METADATA, {})
    block = bytearray(data[SIZE_BYTES + size :])
    end, tensors = 0, {}
    for name, entry in sorted(head.items(), key=lambda item: item[1]["data_offsets"]):
        tensors[name], end = _tensor(block, entry, end)
    if end != len(block):
        raise ValueError(f"{len(block)} bytes of numbers, {end} are described")
    return tensors, metadata


def _bytes(value: Tensor) -> bytes:
    data: bytes = value.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    return data


def _tensor(block: bytearray, entry: Mapping[str, Any], expected: int) -> tuple[Tensor, int]:
    """Return the tensor that an entry of the head describes, which is to begin at byte `expected`, and its end."""
    dtype, shape = DTYPES[entry["dtype"]], entry["shape"]
    start, end = entry["data_offsets"]
    count = math.prod(shape)
    if start != expected or end - start != count * dtype.itemsize or end > len(block):
        raise ValueError(f"bytes {start} to {end} of {len(block)} for {count} numbers of {dtype.itemsize} bytes")
    if not count:
        return torch.empty(shape, dtype=dtype), end
    return torch.frombuffer(block, dtype=dtype, count=count, offset=start).reshape(shape).clone(), end
