"""What a preparation has done so far, on disk, so that a killed one goes on where it stopped.

`.partial/` holds two arrays that grow by whole rows and an index with one line a file, in the order of the walk. Rows
are written before the lines that speak of them; after a kill the longest part on which all three agree is kept.
"""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..features.fingerprint import FINGERPRINT_SIZE
from ..provenance import hash_bytes, hash_content
from ..units import Waveform
from .preparing import Facts, Problem, Row
from .samples import Settings
from .walk import Candidate
from .writing import PARTIAL_NAME, array_header

RULES = 2
"""Changes when the same file with the same settings would give another row, so that old rows are not taken over."""

FLUSH_FILES = 64

_HEADER_BYTES = len(array_header(0, 0, np.dtype("<f4")))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the index: which version of which file, and its row's facts or why there is no row."""

    key: str
    outcome: Facts | Problem

    def line(self) -> str:
        """Return the entry as a line of JSON."""
        if isinstance(self.outcome, Problem):
            return json.dumps({"key": self.key, "reason": self.outcome.reason}) + "\n"
        return json.dumps({"key": self.key, "facts": self.outcome.as_dict()}) + "\n"


def parse_entries(text: str) -> list[Entry]:
    """Return the entries of an index up to the first damaged line."""
    entries: list[Entry] = []
    for line in text.splitlines(keepends=True):
        try:
            content: dict[str, Any] = json.loads(line) if line.endswith("\n") else {}
            outcome = Facts(**content["facts"]) if "facts" in content else Problem(str(content["reason"]))
            entries.append(Entry(str(content["key"]), outcome))
        except (ValueError, KeyError, TypeError):
            break
    return entries


def keys_of(candidates: Sequence[Candidate], settings: Settings, roots: Sequence[Path]) -> list[str]:
    """Return one key per file: the identity of this version of it under these settings.

    Args:
        candidates: the files.
        settings: how they will be prepared.
        roots: absolute source folders; only hashes of them are kept.
    """
    starts = [hash_content([RULES, vars(settings), os.fsencode(root).hex()]) for root in roots]
    return [_key(candidate, starts[candidate.root]) for candidate in candidates]


def _key(candidate: Candidate, start: str) -> str:
    name = candidate.path.encode("utf-8", "surrogatepass")
    return hash_bytes(b"%b %d %d %b" % (start.encode(), candidate.size, candidate.mtime_ns, name))[:32]


class Partial:
    """The growing arrays and index of one preparation; opened on what an earlier one left."""

    def __init__(self, folder: Path, length: int, keys: Sequence[str]) -> None:
        """Open or make the folder.

        Args:
            folder: of the data set.
            length: points in a row.
            keys: of the files that will be looked at, in order; what is there is kept as far as it agrees.
        """
        self.folder = folder / PARTIAL_NAME
        self.folder.mkdir(parents=True, exist_ok=True)
        self._shapes: dict[str, tuple[int, np.dtype[Any]]] = {
            "waveforms": (length, np.dtype("<f4")),
            "fingerprints": (FINGERPRINT_SIZE, np.dtype("<f2")),  # half the memory, and cosines right to 1e-5
        }
        self._index_path = self.folder / "index.jsonl"
        self.entries: list[Entry] = []
        self.row_count = 0
        self._written = 0
        self._keep_agreed(keys)
        self._files: dict[str, BinaryIO] = {name: self._open(name) for name in self._shapes}

    def append(self, key: str, outcome: Row | Problem) -> None:
        """Add what became of the next file."""
        if isinstance(outcome, Row):
            for name, values in (("waveforms", outcome.waveform), ("fingerprints", outcome.fingerprint)):
                self._write_row(name, values)
            self.row_count += 1
        self.entries.append(Entry(key, outcome if isinstance(outcome, Problem) else outcome.facts))
        if len(self.entries) - self._written >= FLUSH_FILES:
            self.flush()

    def flush(self) -> None:
        """Bring everything to disk, rows first."""
        for file in self._files.values():
            file.flush()
        with self._index_path.open("a", encoding="ascii") as index:
            index.writelines(entry.line() for entry in self.entries[self._written :])
        self._written = len(self.entries)

    def finish(self) -> dict[str, Path]:
        """Close the arrays with heads that tell their size and return their files."""
        for name, file in self._files.items():
            file.truncate(self._offset(name, self.row_count))
            file.seek(0)
            file.write(array_header(self.row_count, *self._shapes[name]))
        self.close()
        return {name: self._path(name) for name in self._shapes}

    def close(self) -> None:
        """Close the files; what is on disk stays for the next run."""
        for file in self._files.values():
            file.close()

    def remove(self) -> None:
        """Delete the folder."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _keep_agreed(self, keys: Sequence[str]) -> None:
        text = self._index_path.read_text(encoding="ascii", errors="replace") if self._index_path.is_file() else ""
        for entry, key in zip(parse_entries(text), keys, strict=False):
            has_row = isinstance(entry.outcome, Facts)
            if entry.key != key or (has_row and not self._has_rows(self.row_count + 1)):
                break
            self.entries.append(entry)
            self.row_count += has_row
        self._written = len(self.entries)
        self._index_path.write_text("".join(entry.line() for entry in self.entries), encoding="ascii")

    def _has_rows(self, count: int) -> bool:
        paths = {name: self._path(name) for name in self._shapes}
        return all(path.is_file() and path.stat().st_size >= self._offset(name, count) for name, path in paths.items())

    def _open(self, name: str) -> BinaryIO:
        path = self._path(name)
        if not self.row_count:
            path.write_bytes(array_header(0, *self._shapes[name]))
        file = path.open("r+b")
        file.truncate(self._offset(name, self.row_count))
        return file

    def _write_row(self, name: str, values: Waveform) -> None:
        file, offset = self._files[name], self._offset(name, self.row_count)
        if file.tell() != offset:  # the first row after a resume
            file.seek(offset)
        file.write(values.astype(self._shapes[name][1], copy=False).data)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.npy"

    def _offset(self, name: str, rows: int) -> int:
        columns, dtype = self._shapes[name]
        return _HEADER_BYTES + rows * columns * dtype.itemsize
