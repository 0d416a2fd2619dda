"""A prepared data set, written.

Rows are appended to an array under a temporary name; `publish` gives array and manifest a name that is not in use and
then replaces `dataset.json`, in one step. Nothing that another program may have open is renamed over.
"""

import json
import re
import secrets
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from ..audio.files import write_atomically
from ..errors import DatasetError
from ..units import Waveform
from .dataset import HEAD_NAME, Dataset, is_dataset
from .samples import FORMAT, VERSION, Credit, Sample, Settings, hash_dataset

_OWN_FILE = re.compile(r"(waveforms|fingerprints|samples|index)(-\d+)?\.(npy|jsonl)|\.[0-9a-f]{12}\.tmp")

_HEADER_BYTES = 128  # npy version 1.0 pads to 64; two of them hold any shape


def write_dataset(folder: Path, waveforms: Waveform, samples: Sequence[Sample], settings: Settings) -> Dataset:
    """Write a whole data set from memory and open it.

    Args:
        folder: made if missing.
        waveforms: shape (M, T), float32, T = `settings.length`.
        samples: what is known of each row, M of them.
        settings: how the sounds were prepared.
    Raises:
        DatasetError: shapes that do not fit, or a folder that holds something else.
    """
    if waveforms.shape != (len(samples), settings.length):
        raise DatasetError(f"an array of {waveforms.shape} for {len(samples)} samples of {settings.length} points")
    check_destination(folder)
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / "waveforms.tmp"
    with temporary.open("wb") as file:
        file.write(array_header(*waveforms.shape, np.dtype("<f4")))
        file.write(np.ascontiguousarray(waveforms, dtype="<f4").data)
    publish(folder, {"waveforms": temporary}, samples, settings, split_method="given", sources=[])
    return Dataset.open(folder)


def check_destination(folder: Path) -> None:
    """Refuse a destination that holds something other than a data set.

    Raises:
        DatasetError: a file, or a folder with other content.
    """
    if folder.exists() and not folder.is_dir():
        raise DatasetError(f"{folder} is a file: name a folder for the data set")
    if not folder.is_dir() or is_dataset(folder) or (folder / PARTIAL_NAME).is_dir():
        return
    found = next((entry.name for entry in folder.iterdir()), None)
    if found is not None:
        shown = found.encode("utf-8", "backslashreplace").decode()
        raise DatasetError(f"{folder} holds other things ({shown}): name a new or empty folder for the data set")


PARTIAL_NAME = ".partial"
"""Folder inside a data set that holds what an unfinished preparation has done so far."""


def publish(
    folder: Path,
    arrays: dict[str, Path],
    samples: Sequence[Sample],
    settings: Settings,
    *,
    split_method: str,
    sources: Sequence[str],
    complete: bool = True,
    texts: dict[str, Iterable[str]] | None = None,
    keep: dict[str, str] | None = None,
) -> None:
    """Make finished files the content of a data set, all at once.

    Args:
        folder: of the data set.
        arrays: finished `.npy` files inside `folder` or below, by what they are (`waveforms`, ...); they are moved.
        samples: one per row.
        settings: how the sounds were prepared.
        split_method: how the splits came about, a few words.
        sources: names of the source folders.
        complete: whether every file was looked at.
        texts: lines of further files by stem (`index`).
        keep: names of array files in use that stay in use.
    Raises:
        OSError: the disk is full; the data set that was there before still is.
    """
    names = _free_names(folder, [*arrays, "samples", *(texts or {})])
    for key, lines in {"samples": json_lines(map(_as_row, samples)), **(texts or {})}.items():
        write_lines(folder / names[key], lines)
    for key, path in arrays.items():
        path.rename(folder / names[key])
    names = {**(keep or {}), **names}
    stored = asdict(settings)
    head = {
        "format": FORMAT,
        "version": VERSION,
        "profile": settings.profile,
        "settings": stored,
        "sample_rate": settings.sample_rate,
        "length": settings.length,
        "count": len(samples),
        "hash": hash_dataset(stored, tuple(samples)),
        "split_method": split_method,
        "complete": complete,
        "sources": list(sources),
        "credits": [asdict(credit) for credit in count_credits(samples)],
        "files": names,
    }
    write_atomically(folder / HEAD_NAME, (json.dumps(head, indent=2, ensure_ascii=True) + "\n").encode("ascii"))
    _remove_old(folder, set(names.values()))


def json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield one JSON object a line, ASCII; names that are no UTF-8 keep their surrogates."""
    return (json.dumps(row, ensure_ascii=True, allow_nan=False) + "\n" for row in rows)


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write ASCII lines through a temporary file, without holding all of them."""
    temporary = path.with_name(f".{secrets.token_hex(6)}.tmp")
    try:
        with temporary.open("w", encoding="ascii", newline="\n") as file:
            file.writelines(lines)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def array_header(rows: int, columns: int, dtype: "np.dtype[Any]") -> bytes:
    """Return the head of a `.npy` file, version 1.0, of always `_HEADER_BYTES` bytes, so that it can be rewritten."""
    text = f"{{'descr': '{dtype.str}', 'fortran_order': False, 'shape': ({rows}, {columns}), }}"
    padded = text.ljust(_HEADER_BYTES - 11) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(padded)) + padded.encode("ascii")


def count_credits(samples: Iterable[Sample]) -> list[Credit]:
    """Return one credit per source, licence and named people, sorted."""
    counts = Counter((sample.source, sample.licence, tuple(sorted(sample.credits.items()))) for sample in samples)
    return [
        Credit(source, licence, count, dict(details)) for (source, licence, details), count in sorted(counts.items())
    ]


_SAMPLE_FIELDS = tuple(one.name for one in fields(Sample))


def _as_row(sample: Sample) -> dict[str, Any]:
    return {name: getattr(sample, name) for name in _SAMPLE_FIELDS}


def _free_names(folder: Path, keys: Sequence[str]) -> dict[str, str]:
    """Return file names by key, all with the same number, none of which exists."""
    number = 1
    while True:
        mark = "" if number == 1 else f"-{number}"
        names = {key: f"{key}{mark}.{'npy' if key in ('waveforms', 'fingerprints') else 'jsonl'}" for key in keys}
        if not any((folder / name).exists() for name in names.values()):
            return names
        number += 1


def _remove_old(folder: Path, in_use: set[str]) -> None:
    """Delete what earlier versions, and writes that were killed, have left."""
    for path in folder.iterdir():
        if _OWN_FILE.fullmatch(path.name) and path.name not in in_use:
            with suppress(OSError):  # Windows: a reader has it open; it is no part of the data set any more
                path.unlink()
