"""The search for a nearer place of a dropped sound: one at a time, in a process that ends when nobody waits for it."""

import contextlib
import subprocess
import threading
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import anyio.to_thread

from ..instrument import Note
from ..instrument.refining import SECONDS
from ..processes import start_worker
from ..units import Waveform
from .refine_worker import Job
from .schemas import RefinementAnswer

PATIENCE_S = 5.0
"""How long beyond its time a search may take to tell what it found: a decoder can be slow."""


class Searches:
    """Runs one search at a time: a newer one ends the one before, whose page gets no place then."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._latest: _Search | None = None

    async def refine(
        self, path: Path, sha256: str, note: Note, waveform: Waveform, sample_rate: int
    ) -> AsyncGenerator[RefinementAnswer]:
        """Yield how near the search has come, and at last where; ends without a place if it was ended or failed.

        Leaving the iteration early ends the search.

        Args:
            path: file of the instrument.
            sha256: its hash.
            note: what the sound was located as.
            waveform: the sound, (T,).
            sample_rate: its rate, Hz.
        """
        job = Job(str(path), sha256, note.to_dict(), sample_rate, time.time() + self._seconds)
        search = _Search(job.pack(waveform))
        patience = threading.Timer(self._seconds + PATIENCE_S, search.end)
        patience.daemon = True
        try:
            self._replace(search)
            patience.start()
            # What is abandoned here ends by itself: `end` closes the pipes that the threads wait at.
            await anyio.to_thread.run_sync(search.begin, abandon_on_cancel=True)
            while line := await anyio.to_thread.run_sync(search.read, abandon_on_cancel=True):
                yield RefinementAnswer.model_validate_json(line)
        finally:
            patience.cancel()
            search.end()

    def close(self) -> None:
        """End the search that runs, if any."""
        self._replace(None)

    def _replace(self, search: "_Search | None") -> None:
        with self._lock:
            before, self._latest = self._latest, search
        if before is not None:
            before.end()


class _Search:
    """One process; all of it may be called from any thread."""

    def __init__(self, job: bytes) -> None:
        self._job = job
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ended = False
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Start the process and hand it the job."""
        with self._lock:
            if self._is_ended:
                return
            self._process = _start()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # it was ended meanwhile
            self._process.stdin.write(self._job)
            self._process.stdin.close()

    def read(self) -> bytes:
        """Return the next line, or nothing after the last."""
        process = self._process
        if process is None or process.stdout is None:
            return b""
        try:
            return process.stdout.readline()
        except ValueError:  # it was ended, and its pipe closed, just now
            return b""

    def end(self) -> None:
        """End the process, if it runs."""
        with self._lock:
            self._is_ended = True
            if self._process is None:
                return
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    assert pipe is not None
                    pipe.close()


def _start() -> "subprocess.Popen[bytes]":
    below_normal = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    return start_worker("drumlin.studio.refine_worker", quiet=False, flags=below_normal)
