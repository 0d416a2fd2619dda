"""The process that looks for a nearer place of a dropped sound: a job on standard input, JSON lines on standard output.

It has a process of its own, which gives way to all others, so that playing waits for it neither for the processor nor
for the interpreter's lock; and so that the one who started it ends it at once, whatever it is doing.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DrumlinError, InstrumentError
from ..instrument import Location, Note, load, refine
from ..instrument.locating import drop, fit_db
from ..progress import Progress
from ..units import Waveform

NICENESS = 10
"""How far it gives way to other processes, where the system knows that."""

TELL_EVERY_S = 0.25
"""News that come faster could not be read."""

FAILED = 1
"""Exit status of a search that cannot be made; standard error says why."""

Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Job:
    """What is looked for.

    Args:
        path: file of the instrument.
        sha256: its hash when the sound was located.
        note: what the sound was located as, as JSON content.
        sample_rate: of the sound, Hz.
        until: when the search ends, seconds since 1970.
    """

    path: str
    sha256: str
    note: dict[str, Any]
    sample_rate: int
    until: float

    def pack(self, waveform: Waveform) -> bytes:
        """Return what the process reads: the job as a line, then the points of the sound, (T,)."""
        return json.dumps(asdict(self)).encode() + b"\n" + waveform.astype("<f4").tobytes()


@dataclass
class News:
    """Tells how near the search has come: only what is new on a display of tenths of a dB, and not too often."""

    tell: Tell
    clock: Callable[[], float] = time.monotonic
    _told_db: float = field(default=float("inf"), init=False)
    _told_s: float = field(default=float("-inf"), init=False)

    def hear(self, progress: Progress) -> None:
        """Hear of a round of the search."""
        distance_db, now = round(progress.metrics["distance_db"], 1), self.clock()
        if distance_db < self._told_db and now - self._told_s >= TELL_EVERY_S:
            self._told_db, self._told_s = distance_db, now
            self.tell({"fit_db": distance_db, "location": None})


def search(job: Job, waveform: Waveform, tell: Tell) -> None:
    """Look for a nearer place, and tell how near it is and, at the end, where.

    Raises:
        InstrumentError: the file is not the one any more in which the sound was located.
    """
    instrument = load(Path(job.path), verify=False)  # the server did, when it loaded the same bytes
    if instrument.sha256 != job.sha256:
        raise InstrumentError(f"{job.path} has changed since the sound was located: drop it again")
    note = Note.from_dict(job.note)
    start = Location(note, fit_db(instrument, note, drop(waveform, job.sample_rate, instrument)))
    found = refine(
        instrument, waveform, job.sample_rate, start, seconds=job.until - time.time(), report=News(tell).hear
    )
    tell({"fit_db": found.fit_db, "location": found.to_dict()})


def _main() -> int:
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    job = Job(**json.loads(sys.stdin.buffer.readline()))
    waveform = np.frombuffer(sys.stdin.buffer.read(), dtype="<f4").astype(np.float32)
    try:
        search(job, waveform, lambda news: print(json.dumps(news), flush=True))
    except DrumlinError as error:
        print(error, file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(_main())
