"""The index of a vector file in a file beside it, `NAME-D.cells.safetensors`: arrays, and in its head whose they are.

An index of a vector file that has changed since is not used. The head is read by hand, so that vectors can be mapped:
eight bytes of its length, then JSON with the place of each array. Source: the format's page,
https://huggingface.co/docs/safetensors.
"""

import json
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import LibraryError
from ..units import Array
from .cells import Cells
from .copies import Stamp

FORMAT, VERSION = "drumlin-cells", "1"

_KINDS = {"F32": "<f4", "I64": "<i8"}


def index_path(vectors: Path) -> Path:
    """Return where the index of a vector file lies."""
    return vectors.with_suffix(".cells.safetensors")


def write_cells(path: Path, cells: Cells, stamp: Stamp) -> None:
    """Write an index, in place of the one that was there.

    Raises:
        LibraryError: the disk is full, or the file is in use.
    """
    from safetensors.numpy import save_file

    head = {"format": FORMAT, "version": VERSION, "probes": str(cells.probes), "recall": f"{cells.recall:.4f}"}
    head |= {"size": str(stamp.size), "mtime_ns": str(stamp.mtime_ns)}
    arrays = {"centres": cells.centres, "starts": cells.starts, "rows": cells.rows, "vectors": cells.vectors}
    partial = path.with_suffix(".partial")
    try:
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, partial, head)
        os.replace(partial, path)  # noqa: PTH105 - as `Path.replace`, also where the file is mapped
    except Exception as error:  # the writer's own kinds of errors are many
        partial.unlink(missing_ok=True)
        raise LibraryError(f"{path} cannot be written: {error}") from error


def read_cells(path: Path, stamp: Stamp) -> Cells | None:
    """Return the index of a vector file as it is now, mapped from disk; None if there is none for it.

    Args:
        path: of the index.
        stamp: of the vector file.
    """
    try:
        head, start = _read_head(path)
        about = head["__metadata__"]
        if about["format"] != FORMAT or about["version"] != VERSION:
            return None
        if Stamp(int(about["size"]), int(about["mtime_ns"])) != stamp:
            return None
        centres, starts, rows, vectors = (
            _map(path, head[name], start) for name in ("centres", "starts", "rows", "vectors")
        )
        return Cells(centres, starts, rows, vectors, int(about["probes"]), float(about["recall"]))
    except (OSError, ValueError, KeyError, TypeError, struct.error):  # missing or damaged: the exact search works
        return None


def _read_head(path: Path) -> tuple[dict[str, Any], int]:
    """Return the head of a file and where its arrays begin."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > path.stat().st_size:
            raise ValueError("the head is longer than the file")
        head: dict[str, Any] = json.loads(file.read(length))
    return head, 8 + length


def _map(path: Path, entry: dict[str, Any], start: int) -> Array:
    kind, shape = _KINDS[entry["dtype"]], tuple(entry["shape"])
    mapped: Array = np.memmap(path, kind, "r", start + entry["data_offsets"][0], shape).view(np.ndarray)
    return mapped
