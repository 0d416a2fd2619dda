"""Who reads files: processes beside this one, each with a core of its own.

Half of a file's time are short calls that hold Python's lock, so threads do not get far. A file whose reading ends its
process (a decoder that crashes, memory that the system takes) is reported; all others are read again, one by one.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from .reading import Embedder, Outcome, Problem, Signature, read_files, signature_of

CHUNK = 16
"""Files that a process is given at a time, and that the ear hears at once: with eight it takes a sixth longer."""

WORTH_PROCESSES = 100
"""From so many files on, starting processes (half a second) pays."""

_AHEAD = 4  # chunks under way for each process

Chunk = Sequence[Path]


class Crew:
    """Reads files, in this process or in several.

    Args:
        embedder: see `Embedder`; None for the library's own.
        workers: processes; 1 reads in this one.
    """

    def __init__(self, embedder: Embedder | None, workers: int) -> None:
        self._embedder, self._workers = embedder, workers
        self._pool: ProcessPoolExecutor | None = None

    def read(self, files: Iterable[Path]) -> Iterator[tuple[Path, Outcome]]:
        """Yield each file with what became of it, in order."""
        if self._workers <= 1:
            for chunk in _chunks(files):
                yield from zip(chunk, read_files(chunk, self._embedder), strict=True)
            return
        waiting: deque[tuple[Chunk, Future[list[Outcome]]]] = deque()
        for chunk in _chunks(files):
            waiting.append((chunk, self._submit(chunk)))
            if len(waiting) >= _AHEAD * self._workers:
                yield from self._next(waiting)
        while waiting:
            yield from self._next(waiting)

    def close(self) -> None:
        """End the processes; what they are reading is not waited for."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _next(self, waiting: "deque[tuple[Chunk, Future[list[Outcome]]]]") -> Iterator[tuple[Path, Outcome]]:
        chunk, future = waiting.popleft()
        try:
            yield from zip(chunk, future.result(), strict=True)
        except BrokenExecutor:
            stranded = [chunk, *(other for other, _ in waiting)]
            waiting.clear()
            self.close()
            for file in (file for one in stranded for file in one):
                yield file, self._read_alone(file)

    def _read_alone(self, file: Path) -> Outcome:
        try:
            return self._submit([file]).result()[0]
        except BrokenExecutor:
            self.close()
            return unreadable(file)

    def _submit(self, chunk: Chunk) -> "Future[list[Outcome]]":
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._workers, multiprocessing.get_context("spawn"), _begin, (self._embedder,)
            )
        try:
            with _spawning():
                return self._pool.submit(_read_chunk, chunk)
        except BrokenExecutor as error:  # an earlier chunk has ended a process
            broken: Future[list[Outcome]] = Future()
            broken.set_exception(error)
            return broken


def worker_count(files: int, wanted: int = 0) -> int:
    """Return how many processes to read with; `wanted` 0 for one per core if the files are worth it."""
    if wanted > 0:
        return wanted
    return (os.cpu_count() or 1) if files >= WORTH_PROCESSES else 1


def unreadable(file: Path) -> Problem:
    """Return what is said of a file whose reading ends its process."""
    try:
        signature = signature_of(file)
    except OSError:
        signature = Signature(0, 0, 0)
    return Problem(signature, "reading it ended the process that read it: the file is broken")


_embedder: Embedder | None = None


def _begin(embedder: Embedder | None) -> None:
    """Prepare a process: it leaves Ctrl-C to the one that asks, and ends with it."""
    global _embedder
    _embedder = embedder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_chunk(chunk: Chunk) -> list[Outcome]:
    return read_files(chunk, _embedder)


def _chunks(files: Iterable[Path]) -> Iterator[Chunk]:
    chunk: list[Path] = []
    for file in files:
        chunk.append(file)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


SETTINGS = {
    **{"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    # glibc gives each array of a megabyte back to the system, which clears it anew: a tenth of all time.
    **{"MALLOC_TRIM_THRESHOLD_": str(1 << 28), "MALLOC_MMAP_THRESHOLD_": str(1 << 25)},
}
"""Environment of processes that read."""

_OWN_SETTINGS = SETTINGS | {"PYTHONSAFEPATH": "1"}


@contextmanager
def _spawning() -> Iterator[None]:
    """Let processes that start within begin deaf to Ctrl-C, on one thread, and blind to the folder they are in."""
    before = {name: os.environ.get(name) for name in _OWN_SETTINGS}
    os.environ.update(_OWN_SETTINGS)
    blocks = hasattr(signal, "pthread_sigmask")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if blocks else set()
    try:
        yield
    finally:
        if blocks:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
