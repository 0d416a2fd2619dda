"""What ties the library to jobs: folders are scanned and sorted in a process of their own, all else is done at once.

The catalogue is opened when it is first asked for, and with it what it needs.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import JobError, MissingError, UsageError
from ..jobs import Job, JobRunner
from ..processes import module_command
from ..workspace import Workspace
from ..workspace.browsing import confine
from ..workspace.names import file_name
from .hub import Event, Hub
from .library_answers import library_answer, plan_answer, task_answer
from .library_schemas import LibraryAnswer, LibraryNews, LibraryTask, PlanAnswer, PlanBody

if TYPE_CHECKING:
    from ..library import Library

COMMAND = (*module_command("drumlin"), "library")


class LibraryWorks:
    """The library of a workspace.

    Args:
        workspace: whose folder holds it.
        runner: of its jobs; where there is a URL, it hands that to them.
        hub: where news go.
        url: of a PostgreSQL database that holds the catalogue; None for a file in the workspace.
    """

    def __init__(self, workspace: Workspace, runner: JobRunner, hub: Hub, url: str | None = None) -> None:
        self._workspace = workspace
        self._url = url
        self._runner = runner
        self._hub = hub
        self._lock = threading.Lock()
        self._opened: Library | None = None
        self._unsubscribe = runner.subscribe(self._follow)

    @property
    def library(self) -> "Library":
        """The library, opened; its sounds are heard by the ear that comes with Drumlin, as on the command line.

        Raises:
            LibraryError: it cannot be.
        """
        from ..hearing import starter_ear  # the same ear as on the command line, by which scans hear
        from ..library import Library

        with self._lock:
            if self._opened is None:
                self._opened = Library(self._workspace.library, self._url, starter_ear())
            return self._opened

    @property
    def is_taught(self) -> bool:
        """Whether something was learned of what the user said."""
        from ..library.teaching import learned_tags

        return bool(learned_tags(self.library))

    def subscribe(self, listener: Callable[[Job], None]) -> Callable[[], None]:
        """Call a listener with each job that has come further; returns what ends that."""
        return self._runner.subscribe(listener)

    def close(self) -> None:
        """Let go of the catalogue; the jobs go on."""
        self._unsubscribe()
        self._runner.close()
        with self._lock:
            if self._opened is not None:
                self._opened.close()

    def answer(self) -> LibraryAnswer:
        """Return the library as a whole."""
        return library_answer(self.library, self._latest())

    def add(self, folder: str) -> LibraryAnswer:
        """Take a folder in and scan it.

        Raises:
            UsageError: it is outside the places where folders may be chosen.
            LibraryError: it overlaps one of the library.
        """
        self.library.add(self.confined(folder))
        return self.scan(again=False)

    def confined(self, folder: str) -> Path:
        """Return a folder that the page names.

        Raises:
            UsageError: it is outside the places where folders may be chosen.
        """
        return confine(folder, self._workspace.roots())

    def remove(self, folder: str) -> LibraryAnswer:
        """Take a folder out; its files stay, and so does what is said of its sounds.

        Raises:
            MissingError: it is not in the library.
        """
        known = {str(root): root for root in self.library.roots()}
        if folder not in known:
            raise MissingError(f"{folder} is no folder of the library; there are {', '.join(known) or 'none'}")
        self.library.remove(known[folder])
        return self.answer()

    def scan(self, *, again: bool) -> LibraryAnswer:
        """Bring the catalogue up to date; what a scan that runs has missed, one that waits will find."""
        self._queue("scan", "Scan the library", ["scan", *(["--again"] if again else [])])
        return self.answer()

    def hear(self) -> LibraryTask:
        """Let the starter ear suggest classes for all one-shots."""
        return self._queue("hear", "Listen to the library", ["hear"])

    def teach(self) -> LibraryTask:
        """Learn what the user said, and suggest it."""
        return self._queue("teach", "Learn the tags", ["teach", "--suggest"])

    def is_busy_with(self, *kinds: str) -> bool:
        """Whether a job of one of some kinds runs or waits."""
        return any(job.state.is_active and job.record.kind in kinds for job in self._runner.jobs())

    def plan(self, body: PlanBody) -> PlanAnswer:
        """Return how files would be sorted; the plan is kept, nothing else is done.

        Raises:
            MissingError: there is no such tag.
            UsageError: the folder is outside the places where folders may be chosen.
        """
        folder = self.confined(body.folder)
        to = folder / file_name(body.name, "Sorted") if body.name else folder
        plan = self.library.plan(body.by, to, body.how, text=body.text, sure=body.sure, everything=body.everything)
        return plan_answer(self.library.save(plan).stem, plan)

    def apply(self, plan_id: str) -> LibraryTask:
        """Do what a plan says.

        Raises:
            MissingError: there is no such plan.
            JobError: files are being sorted.
        """
        path = self._plans().get(plan_id)
        if path is None:
            raise MissingError(f"there is no plan {plan_id!r}: make a new one")
        self._refuse_beside("sort", "undo")
        return self._start("sort", "Sort files", ["sort", "--plan", str(path), "--yes"])

    def undo(self, title: str = "") -> LibraryTask:
        """Take the last sorting back.

        Args:
            title: of the sorting that is meant; empty for whichever is the last.
        Raises:
            UsageError: there is none.
            JobError: files are being sorted, or something else was sorted since.
        """
        self._refuse_beside("sort", "undo")
        last = self.library.last_sorting()
        if not last:
            raise UsageError("no sorting is there to be taken back")
        if title not in ("", last):
            raise JobError(f"{title!r} is not the last sorting any more ({last!r} is): take that back first")
        return self._start("undo", "Take a sorting back", ["undo", "--yes"])

    def cancel(self) -> LibraryAnswer:
        """End what is being done: a scan goes on from there next time, a sorting is taken back as a whole."""
        for job in self._runner.jobs():
            if job.state.is_active:
                self._runner.cancel(job.id)
        return self.answer()

    def task(self, task_id: str) -> LibraryTask:
        """Return how a task goes, or how it ended.

        Raises:
            MissingError: there is none of that id.
        """
        return task_answer(self._runner.job(task_id))

    def _start(self, kind: str, title: str, words: Sequence[str]) -> LibraryTask:
        # A URL may hold a password: the runner hands it over in the environment, where no list of processes shows it.
        # Without one, what the environment says of a shared library is not meant for this one.
        where = ["--home", str(self.library.folder), *([] if self._url else ["--url", ""])]
        return task_answer(self._runner.start(kind, title, [*COMMAND, *words, *where, "--progress", "json"]))

    def _queue(self, kind: str, title: str, words: Sequence[str]) -> LibraryTask:
        """Start a job, unless one of its kind waits already: that will find what one that runs has missed."""
        waiting = (job for job in self._runner.jobs() if job.state.value == "queued" and job.record.kind == kind)
        found = next(waiting, None)
        return self._start(kind, title, words) if found is None else task_answer(found)

    def _refuse_beside(self, *kinds: str) -> None:
        if self.is_busy_with(*kinds):
            raise JobError("files are being sorted: wait until that is done")

    def _plans(self) -> Mapping[str, Path]:
        return {path.stem: path for path in (self.library.folder / "plans").glob("*.json")}

    def _latest(self) -> Job | None:
        """Return the latest job, unless it ended well; what runs comes before what waits."""
        jobs = self._runner.jobs()
        running = next((job for job in reversed(jobs) if job.state.is_active), None)
        if running is not None or not jobs:
            return running
        return jobs[0] if jobs[0].state.can_resume else None

    def _follow(self, job: Job) -> None:
        news = LibraryNews(task=task_answer(job))
        self._hub.publish(Event("library", news.model_dump_json()))
