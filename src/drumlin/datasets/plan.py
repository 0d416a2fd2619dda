"""All that one preparation needs to know before it reads the first file."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from ..progress import Report, ignore
from .samples import Settings
from .walk import Walk


@dataclass(frozen=True)
class PrepareOptions:
    """How many threads and processes work (0: one per core), and whether float WAVs are written beside the array."""

    workers: int = 0
    wav: bool = False

    @property
    def threads(self) -> int:
        """Number of threads to use."""
        return self.workers if self.workers > 0 else os.cpu_count() or 1


@dataclass(frozen=True)
class Plan:
    """One preparation.

    Args:
        folder: the data set.
        settings: how sounds become rows.
        options: threads and extras.
        found: the files.
        roots: the source folders, absolute.
        keys: identity of each candidate's version, in their order.
        report: told how far it is.
        stop: set when no further file shall be read.
        started_s: monotonic clock.
    """

    folder: Path
    settings: Settings
    options: PrepareOptions
    found: Walk
    roots: list[Path]
    keys: list[str]
    report: Report = ignore
    stop: Event = field(default_factory=Event)
    started_s: float = field(default_factory=time.monotonic)

    @property
    def names(self) -> list[str]:
        """Names of the source folders; paths of a user's disk stay out of data sets."""
        return [root.name for root in self.roots]
