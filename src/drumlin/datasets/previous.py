"""What an earlier run has left in the data set, so that only new and changed files are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import DatasetError
from ..units import Array
from .dataset import Dataset, is_dataset
from .partial import Entry, parse_entries
from .preparing import Facts, Problem, Row


@dataclass(frozen=True)
class Previous:
    """A finished data set with its index.

    Args:
        dataset: the data set.
        fingerprints: shape (M, D), mapped from disk.
        entries: one per file that was looked at, in order.
        by_key: what became of each file.
        rows: row of each file that has one.
    """

    dataset: Dataset
    fingerprints: Array
    entries: list[Entry]
    by_key: dict[str, Facts | Problem]
    rows: dict[str, int]

    @classmethod
    def open(cls, folder: Path) -> "Previous | None":
        """Return what is there, or None if there is nothing that can be trusted."""
        if not is_dataset(folder):
            return None
        try:
            dataset = Dataset.open(folder)
            files = dataset.head.files
            entries = parse_entries((folder / files["index"]).read_text(encoding="ascii"))
            fingerprints: Array = np.load(folder / files["fingerprints"], mmap_mode="r", allow_pickle=False)
        except (DatasetError, OSError, ValueError, KeyError):
            return None
        keys = [entry.key for entry in entries if isinstance(entry.outcome, Facts)]
        if not len(keys) == len(fingerprints) == len(dataset):
            return None
        by_key = {entry.key: entry.outcome for entry in entries}
        return cls(dataset, fingerprints, entries, by_key, {key: row for row, key in enumerate(keys)})

    def outcome(self, key: str) -> Row | Problem | None:
        """Return what became of a file, as if it had just been prepared, or None if it was never seen."""
        outcome = self.by_key.get(key)
        if not isinstance(outcome, Facts):
            return outcome
        row = self.rows[key]
        return Row(np.array(self.dataset.waveforms[row]), np.array(self.fingerprints[row], np.float32), outcome)

    def covers(self, keys: Sequence[str]) -> bool:
        """Tell whether exactly these files were looked at, in this order, to the end."""
        return self.dataset.head.complete and [entry.key for entry in self.entries] == list(keys)
