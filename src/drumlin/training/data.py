"""The sounds of a training: rows of `train` to learn from, rows of `valid` to watch; `test` is never read.

The order of the sounds is a permutation per epoch, drawn from the seed and the number of the epoch alone, so that it
needs no memory to be continued. Shapes: B batch, T points, M rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from ..datasets import Dataset, Sample, Split
from ..errors import RecipeError, TrainingError
from ..units import Array

ORDER_STREAM = 0x0DE5
"""Keeps the random stream of the order apart from others of the same seed."""


class Rows(Protocol):
    """An array (M, T) of which rows can be read: a memory map."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(M, T)."""

    def __getitem__(self, rows: NDArray[np.int64]) -> Array:
        """Return some rows."""


@dataclass(frozen=True)
class TrainingData:
    """Rows of a data set, cut to the window of the model.

    Args:
        waveforms: all rows of the data set; only `train` and `valid` are ever read.
        train: rows to learn from.
        valid: rows to watch.
        labels: index into `classes`, for each row of the data set.
        classes: labels of the training rows, sorted.
        window: points that the model sees.
        kits: number of the kit, for each row of the data set; sounds without one are each their own.
        per_kit: an epoch sees at most so many sounds of a kit, others each time; 0: all.
        drums: number of the drum that was struck, for each row of the data set, -1 where unknown; empty: of all.
        struck_db: how loud each was struck, dB; of the same shape.
    """

    waveforms: Rows
    train: NDArray[np.int64]
    valid: NDArray[np.int64]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    window: int
    kits: NDArray[np.int64]
    per_kit: int = 0
    drums: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    struck_db: Array = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def of(cls, dataset: Dataset, window: int, labels: tuple[str, ...] = (), per_kit: int = 0) -> Self:
        """Choose the rows of a data set.

        Raises:
            TrainingError: no rows are left to learn from.
            RecipeError: the sounds are shorter than the window.
        """
        if dataset.length < window:
            raise RecipeError(
                f"the prepared sounds have {dataset.length} points, the recipe needs {window}: prepare them again "
                f"with --length {window / dataset.sample_rate:.2f} or more"
            )
        train, valid = (_rows(dataset, split, labels) for split in ("train", "valid"))
        if len(train) == 0:
            wanted = f" labelled {', '.join(labels)}" if labels else ""
            raise TrainingError(f"{dataset.folder} holds no sound to learn from{wanted}: prepare a larger folder")
        samples = dataset.samples
        classes = tuple(sorted({samples[row].label for row in train}))
        index = {label: number for number, label in enumerate(classes)}
        numbers = np.array([index.get(sample.label, 0) for sample in samples], dtype=np.int64)
        struck_db = np.array([sample.struck_db for sample in samples])
        kits, drums = _kits(samples), _drums(samples)
        return cls(dataset.waveforms, train, valid, numbers, classes, window, kits, per_kit, drums, struck_db)

    @cached_property
    def strokes(self) -> NDArray[np.int64]:
        """Training rows of drums that are known."""
        return self.train[self.drums[self.train] >= 0] if len(self.drums) else self.train[:0]

    def read(self, rows: NDArray[np.int64]) -> Array:
        """Return waveforms (B, window), float32."""
        return np.ascontiguousarray(np.asarray(self.waveforms[rows])[:, : self.window], dtype=np.float32)

    def batches_per_epoch(self, batch_size: int) -> int:
        """Return how many batches an epoch has; the last may be smaller."""
        return -(-self.sounds_per_epoch // batch_size)

    @cached_property
    def sounds_per_epoch(self) -> int:
        """How many sounds an epoch sees."""
        sizes = np.unique(self.kits[self.train], return_counts=True)[1]
        return int(np.minimum(sizes, self.per_kit or len(self.train)).sum())

    def batch_rows(self, seed: int, step: int, batch_size: int, rank: int = 0, world: int = 1) -> NDArray[np.int64]:
        """Return the rows of batch `step`, this process's share of them.

        Every process gets equally many: the batch is filled up from its own beginning where it does not divide.
        """
        per_epoch = self.batches_per_epoch(batch_size)
        epoch, number = divmod(step, per_epoch)
        order = self.epoch_rows(seed, epoch)
        rows = order[number * batch_size : (number + 1) * batch_size]
        return np.resize(rows, -(-len(rows) // world) * world)[rank::world]

    def epoch_rows(self, seed: int, epoch: int) -> NDArray[np.int64]:
        """Return the rows of an epoch: every training row in a random order, less what goes beyond `per_kit`."""
        order = np.random.default_rng([ORDER_STREAM, seed, epoch]).permutation(self.train)
        if not self.per_kit:
            return order
        kits = self.kits[order]
        by_kit = np.argsort(kits, kind="stable")
        starts = np.searchsorted(kits[by_kit], kits[by_kit], side="left")
        place = np.empty_like(by_kit)
        place[by_kit] = np.arange(len(order)) - starts
        return order[place < self.per_kit]


def _kits(samples: Sequence[Sample]) -> NDArray[np.int64]:
    names: dict[str, int] = {}
    return np.array([names.setdefault(sample.kit or f"/{row}", len(names)) for row, sample in enumerate(samples)])


def _drums(samples: Sequence[Sample]) -> NDArray[np.int64]:
    names: dict[str, int] = {}
    return np.array([names.setdefault(f"{s.kit}/{s.drum}", len(names)) if s.drum else -1 for s in samples])


def _rows(dataset: Dataset, split: Split, labels: tuple[str, ...]) -> NDArray[np.int64]:
    samples: tuple[Sample, ...] = dataset.samples
    rows = dataset.indices(split)
    return np.array([row for row in rows if not labels or samples[row].label in labels], dtype=np.int64)
