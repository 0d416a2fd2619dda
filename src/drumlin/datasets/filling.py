"""Reading all files in threads and storing their rows in the order of the walk."""

import time
from concurrent.futures import ThreadPoolExecutor

from ..progress import Progress
from .ordered import map_in_order
from .partial import Partial
from .plan import Plan
from .preparing import Problem, Row, prepare_file
from .previous import Previous
from .profiles import profile_of
from .walk import Candidate

_BATCH = 32  # files that a thread takes at once: handing over costs as much as half a file
_AHEAD = 4  # batches per thread that may wait for an earlier one: bounds memory, hides slow files
_REPORT_S = 0.2


def fill(plan: Plan, partial: Partial, previous: Previous | None) -> int:
    """Bring `partial` to the end of the walk and return how many files needed no reading.

    After `plan.stop`, only what needs no reading is still added.
    """
    reused = first = len(partial.entries)
    profile = profile_of(plan.settings)
    items = list(zip(plan.keys, plan.found.candidates, strict=True))[first:]
    teller = _Teller(plan, first)

    def look(key: str, candidate: Candidate) -> tuple[str, Row | Problem | None, bool]:
        old = previous.outcome(key) if previous is not None else None
        if old is not None or plan.stop.is_set():
            return key, old, old is not None
        return key, prepare_file(candidate.file, plan.settings, profile), False

    def look_at_all(batch: list[tuple[str, Candidate]]) -> list[tuple[str, Row | Problem | None, bool]]:
        return [look(key, candidate) for key, candidate in batch]

    batches = (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
    with ThreadPoolExecutor(plan.options.threads, thread_name_prefix="prepare") as pool:
        for batch in map_in_order(pool, look_at_all, batches, _AHEAD * plan.options.threads):
            for key, outcome, is_old in batch:
                if outcome is not None:
                    partial.append(key, outcome)
                reused += is_old
            teller.tell(len(batch))
    partial.flush()
    return reused


class _Teller:
    """Reports how far the files are, a few times a second and at the end."""

    def __init__(self, plan: Plan, done: int) -> None:
        self._plan, self._first, self._done = plan, done, done
        self._start_s = time.monotonic()
        self._last_s = 0.0

    def tell(self, count: int) -> None:
        self._done += count
        now_s, total = time.monotonic(), len(self._plan.keys)
        if now_s - self._last_s < _REPORT_S and self._done < total:
            return
        self._last_s = now_s
        rate = (self._done - self._first) / max(now_s - self._start_s, 1e-6)
        message = "stopping" if self._plan.stop.is_set() else "reading"
        remaining_s = round((total - self._done) / rate, 1)
        self._plan.report(Progress(self._done, total, message, {"files_per_s": round(rate, 1)}, remaining_s))
