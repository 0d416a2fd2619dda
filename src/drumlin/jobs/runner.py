"""The job runner: one process per job, a queue, and a thread that watches.

The state of a job is what its folder says, so a runner that starts on the folder of another one adopts what still
runs, starts what waits and marks what vanished. It knows no wing: it runs commands.
"""

import contextlib
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import JobError, MissingError
from .events import EventTail
from .job import (
    EVENTS,
    LOG,
    WORK,
    Job,
    JobRecord,
    JobState,
    is_alive,
    keeper_command,
    read_exit,
    read_record,
    write_record,
)

EXIT_INTERRUPTED = 130
"""Exit code of a command that was stopped from outside, as shells use it."""

_log = logging.getLogger(__name__)

Argv = Sequence[str] | Callable[[Path], Sequence[str]]
Listener = Callable[[Job], None]


class JobRunner:
    """Starts, watches, cancels and resumes jobs.

    Args:
        folder: where the jobs lie; made if missing.
        limit: jobs that run at once; the others wait in the order of their start.
        poll_s: how often a running job is looked at, seconds.
        grace_s: how long a cancelled job may tidy up before it is killed, seconds.
        keep: finished jobs that are kept; older ones are removed when a runner starts.
        environment: variables that its commands find besides those of this process; written down nowhere.
        runs: how often a job is begun by itself. One that was interrupted waits again until it was begun so often, and
            comes before all that were started after it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        limit: int = 1,
        poll_s: float = 0.2,
        grace_s: float = 10.0,
        keep: int = 50,
        environment: Mapping[str, str] | None = None,
        runs: int = 1,
    ) -> None:
        self._folder = folder
        self._environment = dict(environment or {})
        self._limit = limit
        self._runs = runs
        self._poll_s = poll_s
        self._grace_s = grace_s
        self._lock = threading.RLock()
        self._records: dict[str, JobRecord] = {}
        self._tails: dict[str, EventTail] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._kill_at: dict[str, float] = {}
        self._listeners: list[Listener] = []
        self._wake = threading.Event()
        self._is_closed = False
        folder.mkdir(parents=True, exist_ok=True)
        self._load()
        self._prune(keep)
        self._watcher = threading.Thread(target=self._watch, name="drumlin-jobs", daemon=True)
        self._watcher.start()

    def start(self, kind: str, title: str, argv: Argv, details: Mapping[str, str] | None = None) -> Job:
        """Start a command, or queue it while others run.

        Args:
            kind: a word for what it is.
            title: a few words for people.
            argv: the command, or a function that makes it from the job's folder.
            details: what the owner wants to find in the record later.
        """
        folder = self._new_folder()
        words = argv(folder) if callable(argv) else argv
        record = JobRecord(folder.name, kind, title, tuple(words), dict(details or {}), time.time())
        with self._lock:
            self._adopt(record)
            write_record(folder, record)
            self._start_waiting()
        self._wake.set()
        return self.job(record.id)

    def jobs(self) -> list[Job]:
        """Return all jobs, newest first."""
        with self._lock:
            records = sorted(self._records.values(), key=lambda record: record.created, reverse=True)
            return [self._job(record) for record in records]

    def job(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            MissingError: there is none of that id.
        """
        with self._lock:
            if job_id not in self._records:
                raise MissingError(f"there is no job {job_id!r}")
            return self._job(self._records[job_id])

    def cancel(self, job_id: str) -> Job:
        """Ask a job to end; it is killed when it has not done so after the grace. Ended jobs stay as they are."""
        with self._lock:
            record = self.job(job_id).record
            if record.state is JobState.queued:
                self._save(replace(record, state=JobState.cancelled))
            elif record.state is JobState.running and not record.is_cancelling:
                record = self._save(replace(record, is_cancelling=True))
                self._signal(record, is_kill=False)
                self._kill_at[job_id] = time.monotonic() + self._grace_s
        self._wake.set()
        return self.job(job_id)

    def resume(self, job_id: str) -> Job:
        """Run the job's command again.

        Raises:
            JobError: the job runs, waits or is done.
        """
        with self._lock:
            record = self.job(job_id).record
            if not record.state.can_resume:
                raise JobError(f"the job is {record.state}: only one that ended before it was done can be resumed")
            self._save(replace(record, state=JobState.queued, is_cancelling=False, error=""))
            self._start_waiting()
        self._wake.set()
        return self.job(job_id)

    def remove(self, job_id: str) -> None:
        """Forget a job that has ended, with its folder.

        Raises:
            JobError: the job runs or waits.
        """
        with self._lock:
            if self.job(job_id).state.is_active:
                raise JobError("the job is running: cancel it first")
            del self._records[job_id], self._tails[job_id]
            shutil.rmtree(self._folder / job_id, ignore_errors=True)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener`, from the watching thread, with each job that changed; return what ends it."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock, contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return unsubscribe

    def close(self) -> None:
        """Stop watching; the jobs go on."""
        self._is_closed = True
        self._wake.set()
        self._watcher.join()

    def _new_folder(self) -> Path:
        folder = self._folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        folder.mkdir()
        return folder

    def _load(self) -> None:
        for folder in sorted(path for path in self._folder.iterdir() if path.is_dir()):
            try:
                self._adopt(self._again(read_record(folder)))
            except JobError as error:
                _log.warning("%s", error)

    def _adopt(self, record: JobRecord) -> None:
        self._records[record.id] = record
        self._tails[record.id] = EventTail(self._folder / record.id / EVENTS)
        self._tails[record.id].advance()
        if record.is_cancelling and record.state is JobState.running:
            self._kill_at[record.id] = time.monotonic() + self._grace_s

    def _prune(self, keep: int) -> None:
        for job in [job for job in self.jobs() if not job.state.is_active][keep:]:
            self.remove(job.id)

    def _job(self, record: JobRecord) -> Job:
        return Job(record, self._tails[record.id].progress, self._folder / record.id)

    def _save(self, record: JobRecord) -> JobRecord:
        self._records[record.id] = record
        write_record(self._folder / record.id, record)
        self._publish(record)
        return record

    def _publish(self, record: JobRecord) -> None:
        job = self._job(record)
        for listener in tuple(self._listeners):
            try:
                listener(job)
            except Exception:
                _log.exception("a listener failed on job %s", record.id)

    def _active(self, state: JobState) -> list[JobRecord]:
        found = [record for record in self._records.values() if record.state is state]
        return sorted(found, key=lambda record: record.created)

    def _start_waiting(self) -> None:
        for record in self._active(JobState.queued)[: max(0, self._limit - len(self._active(JobState.running)))]:
            self._launch(replace(record, run=record.run + 1, state=JobState.running))

    def _launch(self, record: JobRecord) -> None:
        folder = self._folder / record.id
        # The record goes first: the keeper reads it, and a server that dies in between leaves a job that looks
        # interrupted instead of one that is started twice.
        write_record(folder, record)
        process = subprocess.Popen(
            keeper_command(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **self._environment, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
            start_new_session=os.name != "nt",
            creationflags=_NEW_GROUP,
        )
        self._processes[record.id] = process
        self._save(replace(record, pid=process.pid))

    def _watch(self) -> None:
        while not self._is_closed:
            with self._lock:
                try:
                    self._look_at_all()
                except OSError:  # a full disk, say: the next look may find it better
                    _log.exception("the jobs could not be looked at")
                is_idle = not self._active(JobState.running)
            self._wake.wait(None if is_idle else self._poll_s)
            self._wake.clear()

    def _look_at_all(self) -> None:
        for record in self._active(JobState.running):
            self._look_at(record)
        self._start_waiting()

    def _look_at(self, record: JobRecord) -> None:
        is_over = not self._is_running(record)
        if self._tails[record.id].advance() and not is_over:
            self._publish(record)
        if is_over:
            self._settle(record)
        elif time.monotonic() > self._kill_at.get(record.id, float("inf")):
            self._signal(record, is_kill=True)

    @staticmethod
    def _signal(record: JobRecord, *, is_kill: bool) -> None:
        # Group 0 would be the server's own: a record without a process id has nobody to signal.
        if record.pid > 1:
            _signal_group(record.pid, is_kill=is_kill)

    def _is_running(self, record: JobRecord) -> bool:
        process = self._processes.get(record.id)
        if process is not None and process.poll() is None:
            return True
        return is_alive(self._folder / record.id)

    def _settle(self, record: JobRecord) -> None:
        folder = self._folder / record.id
        self._processes.pop(record.id, None)
        self._kill_at.pop(record.id, None)
        self._tails[record.id].advance()
        code = read_exit(folder, record.run)
        if code == 0:
            record = replace(record, state=JobState.done)
            shutil.rmtree(folder / WORK, ignore_errors=True)
        elif record.is_cancelling:
            record = replace(record, state=JobState.cancelled)
        elif code is None or code < 0 or code == EXIT_INTERRUPTED:
            record = self._again(replace(record, state=JobState.interrupted))
        else:
            record = replace(record, state=JobState.failed, error=self._reason(record, code))
        self._save(record)

    def _again(self, record: JobRecord) -> JobRecord:
        """Return a job that was interrupted as one that waits, if it is to be begun again."""
        if record.state is not JobState.interrupted or record.run >= self._runs:
            return record
        return replace(record, state=JobState.queued)

    def _reason(self, record: JobRecord, code: int) -> str:
        if said := self._tails[record.id].progress.error:
            return said
        lines = (self._folder / record.id / LOG).read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return last.removeprefix("drumlin: ") or f"the process ended with exit code {code} and said nothing"


if sys.platform == "win32":
    _NEW_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP

    def _signal_group(pid: int, *, is_kill: bool) -> None:
        """Break, or end, the keeper and all below it."""
        if is_kill:
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(pid)], check=False, capture_output=True)
        else:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.CTRL_BREAK_EVENT)
else:
    _NEW_GROUP = 0

    def _signal_group(pid: int, *, is_kill: bool) -> None:
        """Terminate, or kill, the process group of a keeper."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL if is_kill else signal.SIGTERM)
