"""Reading all files, several at once, and storing their rows in the order of the walk."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from ..progress import Progress
from .ordered import map_in_order
from .partial import Partial
from .plan import Plan
from .previous import Previous
from .readers import Crew, Outcome
from .walk import Candidate

_BATCH = 32  # files that a thread takes at once: handing over costs as much as half a file
_AHEAD = 3  # batches per thread that may wait for an earlier one: bounds memory, hides slow files
_WORTH_A_PROCESS = 500  # files a thread: fewer are done before a process has started
_REPORT_S = 0.2

Item = tuple[str, Candidate]


def fill(plan: Plan, partial: Partial, previous: Previous | None) -> int:
    """Bring `partial` to the end of the walk and return how many files needed no reading.

    After `plan.stop`, only what needs no reading is still added.
    """
    reused = first = len(partial.entries)
    items = list(zip(plan.keys, plan.found.candidates, strict=True))[first:]
    teller = _Teller(plan, first)
    is_old = {key for key, _ in items if previous is not None and key in previous.by_key}
    crew = Crew(plan.settings, processes=(len(items) - len(is_old)) // _WORTH_A_PROCESS)

    def look_at_all(batch: list[Item]) -> list[tuple[str, Outcome | None]]:
        unread = [] if plan.stop.is_set() else [candidate.file for key, candidate in batch if key not in is_old]
        new = iter(crew.read(unread) if unread else ())
        return [(key, previous.outcome(key) if previous and key in is_old else next(new, None)) for key, _ in batch]

    batches = (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
    with closing(crew), ThreadPoolExecutor(plan.options.threads, "prepare", crew.join) as pool:
        for batch in map_in_order(pool, look_at_all, batches, _AHEAD * plan.options.threads):
            for key, outcome in batch:
                if outcome is not None:
                    partial.append(key, outcome)
                reused += key in is_old
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
