"""A job as others see it, and how it lies on disk.

A job is a folder. `job.json` belongs to the runner and is replaced in one step; `events.jsonl` is the process's
standard output, `log.txt` its standard error; `lock` and `exit.json` belong to the keeper (`keeper.py`).
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from ..errors import JobError
from ..locks import is_locked
from ..processes import module_command

RECORD = "job.json"
EVENTS = "events.jsonl"
LOG = "log.txt"
LOCK = "lock"
EXIT = "exit.json"
WORK = "work"
"""A folder inside the job's for what only resuming needs; removed when the job is done."""


class JobState(StrEnum):
    """Where a job stands; `interrupted` means that its process is gone without a last word."""

    queued = "queued"
    running = "running"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"
    interrupted = "interrupted"

    @property
    def is_active(self) -> bool:
        """Whether the job runs or waits to run."""
        return self in (JobState.queued, JobState.running)

    @property
    def can_resume(self) -> bool:
        """Whether running the same command again makes sense."""
        return self in (JobState.failed, JobState.cancelled, JobState.interrupted)


@dataclass(frozen=True)
class JobRecord:
    """What `job.json` holds.

    Args:
        id: name of the folder.
        kind: a word of whoever started it (`learn`).
        title: a few words for people.
        argv: the command, run again as it is on resume.
        details: whatever else its owner wants to find again.
        created: seconds since 1970.
        state: the last known state.
        run: how often the command was started.
        pid: process id of the keeper, leader of the job's process group; 0 before the first run.
        is_cancelling: cancel was asked for in this run.
        error: why it failed, for people.
    """

    id: str
    kind: str
    title: str
    argv: tuple[str, ...]
    details: Mapping[str, str]
    created: float
    state: JobState = JobState.queued
    run: int = 0
    pid: int = 0
    is_cancelling: bool = False
    error: str = ""


@dataclass(frozen=True)
class JobProgress:
    """What the events of a job add up to; `preview` is the path of a snapshot, `history` the thinned metrics."""

    done: float = 0
    total: float = 0
    message: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    remaining_s: float | None = None
    preview: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    history: tuple[tuple[float, Mapping[str, float]], ...] = ()


@dataclass(frozen=True)
class Job:
    """A job with its progress."""

    record: JobRecord
    progress: JobProgress
    folder: Path

    @property
    def id(self) -> str:
        """Name of the job's folder."""
        return self.record.id

    @property
    def state(self) -> JobState:
        """Where the job stands."""
        return self.record.state

    @property
    def error(self) -> str:
        """Why the job failed, for people; empty if it did not."""
        return self.record.error


def write_record(folder: Path, record: JobRecord) -> None:
    """Write `job.json` in one step."""
    write_json(folder / RECORD, asdict(record))


def read_record(folder: Path) -> JobRecord:
    """Read `job.json`.

    Raises:
        JobError: the file is missing or damaged.
    """
    try:
        content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        state, argv = JobState(content.pop("state")), tuple(map(str, content.pop("argv")))
        return JobRecord(**content, state=state, argv=argv)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise JobError(f"{folder.name} is no job that can be read: {error}") from error


def read_exit(folder: Path, run: int) -> int | None:
    """Return the exit code of a run of the command, None if it ended without one."""
    try:
        content = json.loads((folder / EXIT).read_text(encoding="utf-8"))
        return int(content["code"]) if content["run"] == run else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def is_alive(folder: Path) -> bool:
    """Whether a process of the job lives: somebody holds its lock."""
    return is_locked(folder / LOCK)


def write_json(path: Path, content: Any) -> None:
    """Replace a small JSON file in one step."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    temporary.write_text(json.dumps(content, ensure_ascii=True), encoding="utf-8")
    temporary.replace(path)


def keeper_command(folder: Path) -> list[str]:
    """Return the command that runs a job's command and keeps its lock."""
    return [*module_command("drumlin.jobs.keeper"), str(folder)]
