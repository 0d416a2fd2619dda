"""A prepared data set, read.

`dataset.json` names the array and the manifest in use, so replacing that one small file is the moment at which a
data set changes; a reader that has the old array open keeps it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from ..errors import DatasetError
from ..units import Waveform
from .samples import FORMAT, SPLITS, VERSION, Credit, Sample, Settings, Split

HEAD_NAME = "dataset.json"


class Head(BaseModel):
    """The content of `dataset.json`."""

    model_config = ConfigDict(extra="ignore")

    format: str
    version: int
    settings: Settings
    sample_rate: int
    length: int
    count: int
    hash: str
    split_method: str
    complete: bool = True
    sources: list[str] = []
    credits: list[Credit] = []
    files: dict[str, str]


@dataclass(frozen=True)
class Dataset:
    """A data set on disk; the array stays on disk until rows of it are used.

    Example: `dataset.waveforms[dataset.indices("train")]`
    """

    folder: Path
    head: Head
    samples: tuple[Sample, ...]

    @classmethod
    def open(cls, folder: Path | str) -> "Dataset":
        """Read a data set's description.

        Raises:
            DatasetError: no data set, one of a later version, or a damaged one.
        """
        folder = Path(folder)
        head = read_head(folder)
        samples = _read_samples(folder / head.files["samples"])
        dataset = cls(folder, head, samples)
        shape = dataset.waveforms.shape
        if not (len(samples) == head.count and shape == (head.count, head.length)):
            raise DatasetError(
                f"{folder}: {head.count} samples of {head.length} points are expected, "
                f"{len(samples)} lines and an array of {shape} are there: prepare it again"
            )
        return dataset

    @cached_property
    def waveforms(self) -> Waveform:
        """All sounds, shape (M, T), float32, read-only, mapped from disk."""
        try:
            return np.load(self.waveforms_path, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]
        except (OSError, ValueError) as error:
            raise DatasetError(f"{self.waveforms_path}: no readable array ({error}): prepare it again") from error

    @property
    def waveforms_path(self) -> Path:
        """The file of the array in use."""
        return self.folder / self.head.files["waveforms"]

    @property
    def samples_path(self) -> Path:
        """The file of the manifest in use."""
        return self.folder / self.head.files["samples"]

    @property
    def settings(self) -> Settings:
        """How the sounds were prepared."""
        return self.head.settings

    @property
    def sample_rate(self) -> int:
        """Points per second, Hz."""
        return self.head.sample_rate

    @property
    def length(self) -> int:
        """Points of each sound."""
        return self.head.length

    @property
    def hash(self) -> str:
        """Identity of the content, SHA-256 in hex."""
        return self.head.hash

    @property
    def credits(self) -> tuple[Credit, ...]:
        """Whom to name: one entry per source and licence."""
        return tuple(self.head.credits)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The labels in use, sorted; empty for an unlabelled data set."""
        return tuple(sorted({sample.label for sample in self.samples} - {""}))

    @cached_property
    def licences(self) -> tuple[str, ...]:
        """The licences in use, sorted."""
        return tuple(sorted({sample.licence for sample in self.samples} - {""}))

    def indices(self, split: Split) -> NDArray[np.int64]:
        """Return the rows of a split, ascending; may be empty for `valid` and `test`.

        Raises:
            DatasetError: there is no split of that name.
        """
        if split not in SPLITS:
            raise DatasetError(f"split {split!r}: {', '.join(SPLITS)} are there")
        rows = [row for row, sample in enumerate(self.samples) if sample.split == split]
        return np.array(rows, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.samples)


def is_dataset(folder: Path) -> bool:
    """Tell whether a folder holds a data set of Drumlin, of any version."""
    try:
        content = json.loads((folder / HEAD_NAME).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT


def read_head(folder: Path) -> Head:
    """Read `dataset.json`.

    Raises:
        DatasetError: no data set, one of a later version, or a damaged one.
    """
    path = folder / HEAD_NAME
    try:
        content: Any = json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise DatasetError(f"{folder} is no data set: make one with `drumlin prepare FOLDER --out {folder}`") from error
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DatasetError(f"{path} does not describe a data set of Drumlin")
    if content.get("version") != VERSION:
        raise DatasetError(f"{path} has version {content.get('version')}, this release reads {VERSION}: update Drumlin")
    try:
        head = Head.model_validate(content)
    except ValidationError as error:
        raise DatasetError(f"{path} is damaged: {_first_error(error)}") from error
    _check_files(path, head.files)
    return head


def _check_files(path: Path, files: dict[str, str]) -> None:
    for key in ("waveforms", "samples"):
        name = files.get(key, "")
        if not name or Path(name).name != name:
            raise DatasetError(f"{path} is damaged: it names no file for {key}")


def _read_samples(path: Path) -> tuple[Sample, ...]:
    try:
        lines: Sequence[str] = path.read_text(encoding="ascii").splitlines()
        return tuple(TypeAdapter(list[Sample]).validate_python([json.loads(line) for line in lines]))
    except ValidationError as error:
        raise DatasetError(f"{path} is damaged: {_first_error(error)}") from error
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} cannot be read: {error}") from error


def _first_error(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
