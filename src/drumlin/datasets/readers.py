"""Who prepares a batch of files: this process, or one beside it.

Threads alone do not get far: half of a file's time are short calls that hold Python's lock. So each thread but the
first hands its batches to a process of its own and waits for the rows.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, local
from typing import BinaryIO, Protocol

import numpy as np

from ..features.fingerprint import FINGERPRINT_SIZE
from ..processes import start_worker
from ..units import Waveform
from .preparing import Facts, Problem, Row, prepare_file
from .profiles import profile_of
from .samples import Settings

Outcome = Row | Problem


class Reader(Protocol):
    """Prepares files."""

    def read(self, files: Sequence[Path]) -> list[Outcome]:
        """Return what became of each file."""


class OwnReader:
    """Prepares files in the thread that asks."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._profile = settings, profile_of(settings)

    def read(self, files: Sequence[Path]) -> list[Outcome]:
        """Return what became of each file."""
        return [prepare_file(file, self._settings, self._profile) for file in files]


class ProcessReader:
    """Prepares files in a process of its own; if that dies, in the thread that asks, from then on."""

    def __init__(self, settings: Settings) -> None:
        """Start the process and wait until it can work: some tenths of a second.

        Raises:
            OSError: no process can be started.
        """
        self._settings = settings
        self._own: OwnReader | None = None
        self._process = start_worker("drumlin.datasets.reading_worker", own_group=True)
        self._ask(vars(settings))

    def read(self, files: Sequence[Path]) -> list[Outcome]:
        """Return what became of each file."""
        if self._own is None:
            try:
                return self._unpack(self._ask([str(file) for file in files]))
            except (OSError, EOFError, ValueError):  # killed, as by a system without memory
                self.close()
                self._own = OwnReader(self._settings)
        return self._own.read(files)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _ask(self, question: object) -> list[list[object] | str]:
        questions, answers = self._pipes()
        questions.write(json.dumps(question).encode() + b"\n")  # ASCII: names that are no UTF-8 survive as escapes
        questions.flush()
        line = answers.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        answer: list[list[object] | str] = json.loads(line)
        return answer

    def _unpack(self, told: list[list[object] | str]) -> list[Outcome]:
        count = sum(not isinstance(one, str) for one in told)
        waveforms = iter(self._points(count, self._settings.length))
        fingerprints = iter(self._points(count, FINGERPRINT_SIZE))
        return [
            Problem(one) if isinstance(one, str) else Row(next(waveforms), next(fingerprints), Facts(*one))  # type: ignore[arg-type]
            for one in told
        ]

    def _points(self, count: int, columns: int) -> Waveform:
        points = np.empty((count, columns), np.float32)
        view, done = points.data.cast("B") if count else memoryview(b""), 0
        answers: BinaryIO = self._pipes()[1]
        while done < len(view):
            got = answers.readinto(view[done:])  # type: ignore[attr-defined]
            if not got:
                raise EOFError
            done += got
        return points

    def _pipes(self) -> tuple[BinaryIO, BinaryIO]:
        questions, answers = self._process.stdin, self._process.stdout
        if questions is None or answers is None:
            raise OSError("the process has no pipes")
        return questions, answers  # type: ignore[return-value]


class Crew:
    """A reader for each thread of a pool."""

    def __init__(self, settings: Settings, processes: int) -> None:
        """Prepare for work.

        Args:
            settings: how files are prepared.
            processes: most processes that are worth starting; the first thread never has one.
        """
        self._settings, self._left = settings, processes
        self._own = OwnReader(settings)
        self._processes: list[ProcessReader] = []
        self._threads, self._lock = local(), Lock()
        self._is_first = True

    def join(self) -> None:
        """Give the calling thread its reader; a thread that waits for its process leaves the work to the others."""
        with self._lock:
            has_process = not self._is_first and self._left > 0
            self._is_first = False
            self._left -= has_process
        if not has_process:
            return
        with suppress(OSError, EOFError, ValueError):  # no process to be had: the thread reads by itself
            self._threads.reader = reader = ProcessReader(self._settings)
            self._processes.append(reader)

    def read(self, files: Sequence[Path]) -> list[Outcome]:
        """Return what became of each file, by the reader of the calling thread."""
        reader: Reader = getattr(self._threads, "reader", self._own)
        return reader.read(files)

    def close(self) -> None:
        """End all processes."""
        for reader in self._processes:
            reader.close()
