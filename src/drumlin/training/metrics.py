"""The metrics file of a training: one JSON object a line, each epoch once, whatever was killed in between.

Rows hold no clock, so that a resumed training writes the same file as one that ran through. TensorBoard gets the
same numbers where it is installed.
"""

import json
import os
import warnings
from pathlib import Path
from typing import Any

FILE_NAME = "metrics.jsonl"


class MetricsLog:
    """Appends rows to `metrics.jsonl` and to a TensorBoard log."""

    def __init__(self, folder: Path, step: int) -> None:
        """Open the log of a training that continues after batch `step`: rows from beyond it are taken back."""
        self.path = folder / FILE_NAME
        _keep_rows(self.path, step)
        self._file = self.path.open("a", encoding="ascii")
        self._board = _board(folder / "tensorboard", step)

    def write(self, row: dict[str, float | int]) -> None:
        """Append a row; it has `step` and `epoch`."""
        self._file.write(json.dumps(row, allow_nan=False) + "\n")
        for name, value in row.items():
            if self._board and name not in ("step", "epoch"):
                self._board.add_scalar(name, value, int(row["step"]))

    def sync(self) -> None:
        """Make sure that what was written is on disk; to be called before a checkpoint is written."""
        self._file.flush()
        os.fsync(self._file.fileno())
        if self._board:
            self._board.flush()

    def close(self) -> None:
        """Close both."""
        self._file.close()
        if self._board:
            self._board.close()


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of a training, oldest first; a last line that was cut off is left out."""
    rows: list[dict[str, Any]] = []
    try:
        lines = (folder / FILE_NAME).read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return rows
    for line in lines:
        try:
            rows.append(json.loads(line))
        except ValueError:
            break
    return rows


def _keep_rows(path: Path, step: int) -> None:
    kept = [row for row in read_metrics(path.parent) if row["step"] <= step]
    temporary = path.with_suffix(".tmp")
    temporary.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="ascii")
    temporary.replace(path)


def _board(folder: Path, step: int) -> Any:
    """Return TensorBoard's writer, or None where it is not installed: on a machine that is only lent."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its dependencies warn of their own imports
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            return None
        return SummaryWriter(str(folder), purge_step=step)
