"""Learning beside everything else: once the user's words rest, the head learns them and suggests tags for the others.

A small library is learned at once in a thread, in well under a second; a large one by a job, which can be stopped.
"""

import itertools
import logging
import threading

from ..errors import DrumlinError
from ..jobs import Job, JobState
from .hub import Event, Hub
from .library_schemas import LibraryNews, LibraryTask
from .library_works import LibraryWorks

REST_S = 0.4
"""How long words rest before they are learned: a burst of keys is one lesson."""

AT_ONCE = 5000
"""Sounds up to which learning and suggesting stay below a second: measured 0.2 s for 864 sounds of 8 tags."""

_log = logging.getLogger(__name__)


class TeachingWorks:
    """The learner of a library."""

    def __init__(self, works: LibraryWorks, hub: Hub, *, rest_s: float = REST_S, at_once: int = AT_ONCE) -> None:
        self._works = works
        self._hub = hub
        self._rest_s = rest_s
        self._at_once = at_once
        self._lock = threading.Lock()
        self._learning = threading.Lock()
        self._timer: threading.Timer | None = None
        self._numbers = itertools.count(1)
        self._is_closed = False
        self._unsubscribe = works.subscribe(self._follow)

    @property
    def is_learning(self) -> bool:
        """Whether something that was said is still to be learned."""
        with self._lock:
            is_waiting = self._timer is not None
        return is_waiting or self._works.is_busy_with("teach")

    def touch(self) -> None:
        """Something was said: learn it once the words rest."""
        with self._lock:
            if self._is_closed:
                return
            if self._timer is not None:
                self._timer.cancel()
            timer = threading.Timer(self._rest_s, self._learn)
            timer.daemon = True
            self._timer = timer
            timer.start()

    def close(self) -> None:
        """Learn no more; what is being learned is ended well."""
        self._unsubscribe()
        with self._lock:
            self._is_closed = True
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        with self._learning:
            pass

    def _learn(self) -> None:
        mine = threading.current_thread()
        with self._learning:
            if self._is_closed:
                return
            try:
                task = self._relearn()
            except DrumlinError as error:
                task = self._task("failed", error=str(error))
            except Exception:
                _log.exception("learning failed")
                task = self._task("failed", error="what you said could not be learned: the terminal says more")
            with self._lock:
                if self._timer is mine:
                    self._timer = None
        if task is not None:
            self._hub.publish(Event("library", LibraryNews(task=task).model_dump_json()))

    def _relearn(self) -> LibraryTask | None:
        from ..library.teaching import relearn

        library = self._works.library
        if library.count() > self._at_once:
            self._works.teach()
            return None
        counts = relearn(library)
        return self._task("done", suggested=sum(counts.values()))

    def _task(self, state: JobState | str, *, error: str = "", **counts: int) -> LibraryTask:
        return LibraryTask(
            id=f"teach-{next(self._numbers)}",
            kind="teach",
            state=JobState(state).value,
            done=1.0,
            total=1.0,
            message="",
            remaining_s=None,
            error=error,
            counts=counts,
        )

    def _follow(self, job: Job) -> None:
        """New sounds get suggestions as well; and the user's lessons rule what the ear suggests."""
        if job.state is JobState.done and job.record.kind in ("scan", "hear") and self._works.is_taught:
            self.touch()
