"""What ties jobs to instruments: a learning is heard through its snapshots, and is on the shelf when it is done."""

from pathlib import Path

from ..errors import JobError, LearningMissingError
from ..instrument.renaming import copy_named
from ..jobs import Job, JobProgress, JobRunner, JobState
from ..models import recipe_named
from ..processes import module_command
from ..workspace import Entry, Workspace
from ..workspace.browsing import confine
from ..workspace.extras import has_learning
from ..workspace.shelf import BUILTIN
from .hub import Event, Hub
from .schemas import AddLearningBody, HistoryPoint, JobAnswer, LearnBody

SNAPSHOT = "snapshot.drumlin"
DRUMLIN = module_command("drumlin")
"""The command that does the work."""


class Learning:
    """Learning jobs of a workspace."""

    def __init__(self, workspace: Workspace, runner: JobRunner, hub: Hub) -> None:
        self._workspace = workspace
        self._runner = runner
        self._hub = hub
        self._shown: dict[str, str] = {}
        for job in runner.jobs():
            self._shelve(job)
        self._unsubscribe = runner.subscribe(self._follow)

    def close(self) -> None:
        """Stop following; the jobs go on."""
        self._unsubscribe()
        self._runner.close()

    def start(self, body: LearnBody | AddLearningBody) -> JobAnswer:
        """Start a job.

        Raises:
            LearningMissingError: torch is not installed.
            UsageError: the folder cannot be learned from.
            RecipeError: there is no such recipe.
            MissingError: there is no such instrument to start from.
            JobError: what learning needs is being installed already.
        """
        job = self._learn(body) if isinstance(body, LearnBody) else self._add_learning()
        return self._answer(job)

    def jobs(self) -> list[JobAnswer]:
        """Return all jobs, newest first."""
        return [self._answer(job) for job in self._runner.jobs()]

    def job(self, job_id: str) -> JobAnswer:
        """Return a job.

        Raises:
            MissingError: there is none of that id.
        """
        return self._answer(self._runner.job(job_id))

    def cancel(self, job_id: str) -> JobAnswer:
        """Ask a job to end."""
        return self._answer(self._runner.cancel(job_id))

    def resume(self, job_id: str) -> JobAnswer:
        """Run a job again."""
        return self._answer(self._runner.resume(job_id))

    def remove(self, job_id: str) -> None:
        """Forget a job that has ended, with its snapshot."""
        self._runner.remove(job_id)
        self._workspace.shelf.drop_snapshot(_snapshot_id(job_id))
        self._hub.publish(Event("instruments", "{}"))

    def keep_snapshot(self, job_id: str) -> Entry:
        """Put a copy of the latest snapshot of a stopped learning among the instruments.

        Raises:
            JobError: the job runs, is done, or has no snapshot.
        """
        job = self._runner.job(job_id)
        snapshot = job.folder / SNAPSHOT
        if job.state.is_active or job.state is JobState.done or not snapshot.exists():
            raise JobError(f"the job is {job.state}: only one that was stopped after its first snapshot can be kept")
        taken = {entry.name for entry in self._workspace.shelf.entries() if not entry.is_learning}
        name = _free_name(job.record.title, taken)
        path = self._workspace.instrument_path(name)
        copy_named(snapshot, path, name)
        self._workspace.shelf.drop_snapshot(_snapshot_id(job_id))
        self._hub.publish(Event("instruments", "{}"))
        return next(entry for entry in self._workspace.shelf.entries() if entry.path == path)

    def _learn(self, body: LearnBody) -> Job:
        if not has_learning():
            raise LearningMissingError(
                "learning is not installed: add it first, with the button or `drumlin add-learning`"
            )
        folder = confine(body.folder, self._workspace.roots())
        beginning = self._beginning(body)
        out = self._workspace.instrument_path(body.name)

        def argv(job: Path) -> list[str]:
            options = {
                **beginning,
                "--out": out,
                "--work": job / "work",
                "--minutes": body.minutes,
                "--snapshot": job / SNAPSHOT,
                "--progress": "json",
            }
            words = [str(word) for option in options.items() for word in option]
            return [*DRUMLIN, "learn", str(folder), *words]

        details = {"name": body.name, "out": str(out), "folder": str(folder), **_details(body)}
        return self._runner.start("learn", body.name, argv, details)

    def _beginning(self, body: LearnBody) -> dict[str, str]:
        """Return the options that say what is learned: a recipe from nothing, or an instrument to start from."""
        if not body.start:
            return {"--recipe": recipe_named(body.recipe).name}
        entry = self._workspace.shelf.entry(body.start)
        if entry.error or entry.is_learning:
            raise JobError(f"{entry.name} cannot be started from: {entry.error or 'it is still learning'}")
        return {"--from": BUILTIN if entry.is_builtin else str(entry.path), "--dial": f"{body.dial:g}"}

    def _add_learning(self) -> Job:
        if any(job.record.kind == "add-learning" and job.state.is_active for job in self._runner.jobs()):
            raise JobError("what learning needs is being installed already")
        argv = [*DRUMLIN, "add-learning", "--progress", "json"]
        return self._runner.start("add-learning", "Add learning", argv)

    def _follow(self, job: Job) -> None:
        if self._shelve(job):
            self._hub.publish(Event("instruments", "{}"))
        self._hub.publish(Event("job", self._answer(job).model_dump_json()))

    def _shelve(self, job: Job) -> bool:
        """Show or drop the job's snapshot; return whether the list of instruments changed."""
        snapshot = job.folder / SNAPSHOT
        if job.record.kind == "learn" and job.state is not JobState.done and snapshot.exists():
            self._workspace.shelf.show_snapshot(_snapshot_id(job.id), job.record.title, snapshot)
            status = snapshot.stat()
            seen = f"{job.state} {status.st_mtime_ns} {status.st_size}"
        else:
            self._workspace.shelf.drop_snapshot(_snapshot_id(job.id))
            seen = str(job.state) if job.state is JobState.done else ""
        has_changed = self._shown.get(job.id, "") != seen
        self._shown[job.id] = seen
        return has_changed

    def _answer(self, job: Job) -> JobAnswer:
        progress = job.progress
        return JobAnswer(
            id=job.id,
            kind=job.record.kind,
            title=job.record.title,
            state=job.state.value,
            created=job.record.created,
            done=progress.done,
            total=progress.total,
            message=progress.message,
            metrics=dict(progress.metrics),
            remaining_s=progress.remaining_s,
            instrument=self._instrument(job),
            error=job.error,
            can_resume=job.state.can_resume,
            history=_history(progress),
        )

    def _instrument(self, job: Job) -> str:
        """Return the id of what can be heard of a job."""
        if job.record.kind != "learn":
            return ""
        wanted = Path(job.record.details["out"]) if job.state is JobState.done else job.folder / SNAPSHOT
        found = (entry.id for entry in self._workspace.shelf.entries() if entry.path == wanted)
        return next(found, "")


def _history(progress: JobProgress) -> list[HistoryPoint]:
    """Return the metrics over time of what the job does now: preparing a folder has other ones than learning it.

    A job that was resumed goes over some steps again: what it told about them the first time is left out.
    """
    points: list[HistoryPoint] = []
    for done, metrics in progress.history:
        if not metrics.keys() & progress.metrics.keys():
            continue
        while points and points[-1].done >= done:
            points.pop()
        points.append(HistoryPoint(done=done, metrics=dict(metrics)))
    return points


def _details(body: LearnBody) -> dict[str, str]:
    return {"start": body.start, "dial": f"{body.dial:g}"} if body.start else {"recipe": body.recipe}


def _free_name(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free


def _snapshot_id(job_id: str) -> str:
    return f"learning-{job_id}"
