"""Preparing, end to end: walk, read in threads, store rows in the order of the walk, de-duplicate, split, publish.

The result depends on the files and the settings alone, not on workers, earlier runs or interruptions. Memory does not
grow with the sounds: rows go to disk as they come, and only facts and a fingerprint per file stay.
"""

import errno
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

import numpy as np

from ..errors import DatasetError, EmptyDatasetError
from ..progress import Report, ignore
from .filling import fill
from .finishing import finish
from .partial import Partial, keys_of
from .plan import Plan, PrepareOptions
from .preparing import Problem
from .previous import Previous
from .report import Summary
from .samples import Refused, Settings
from .walk import walk
from .writing import check_destination

_WAKE_S = 0.2  # how soon Ctrl-C is noticed where a wait cannot be interrupted (Windows)


class PrepareInterrupted(KeyboardInterrupt):
    """A preparation was stopped; the data set holds what `summary` says, and the same call goes on from there."""

    def __init__(self, summary: Summary) -> None:
        super().__init__()
        self.summary = summary


def prepare(
    sources: Sequence[Path],
    folder: Path,
    settings: Settings | None = None,
    options: PrepareOptions | None = None,
    report: Report = ignore,
) -> Summary:
    """Make a data set of all sounds below some folders, or bring one up to date.

    Args:
        sources: folders; a `manifest.csv` at the root of one rules it.
        folder: the data set; new, empty, or one that was prepared before.
        settings: the profile and its numbers; the study's if None.
        options: threads and extras.
        report: called as the work goes on, from another thread.
    Returns:
        Counts, splits, and every refused file with its reason.
    Raises:
        PrepareInterrupted: on Ctrl-C, after what was done so far has been published as a valid data set.
        EmptyDatasetError: not one file could be prepared.
        DatasetError: the destination holds something else, or the disk is full.
        UsageError: a source is no folder.
    """
    check_destination(folder)
    found = walk(sources, skip=folder)
    if not found.candidates:
        raise EmptyDatasetError(_describe_empty("no sounds were found", found.refused))
    settings, roots = settings or Settings(), [source.resolve() for source in sources]
    keys = keys_of(found.candidates, settings, roots)
    plan = Plan(folder, settings, options or PrepareOptions(), found, roots, keys, report)
    with _disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        summary = _until_interrupt(plan.stop, lambda: _run(plan))
    if not summary.is_complete:
        raise PrepareInterrupted(summary)
    return summary


def _run(plan: Plan) -> Summary:
    previous = Previous.open(plan.folder)
    if previous is not None and previous.covers(plan.keys):
        return finish(plan, previous.entries, previous.fingerprints, {}, previous, reused=len(plan.keys))
    partial = Partial(plan.folder, plan.settings.length, plan.keys)
    with closing(partial):
        reused = fill(plan, partial, previous)
        if not partial.row_count:
            _give_up(plan, partial)
        arrays = partial.finish()
        fingerprints = np.load(arrays["fingerprints"])
        summary = finish(plan, partial.entries, fingerprints, arrays, previous, reused)
    partial.remove()
    return summary


def _give_up(plan: Plan, partial: Partial) -> None:
    problems = [entry.outcome for entry in partial.entries if isinstance(entry.outcome, Problem)]
    refused = [Refused("", problem.reason) for problem in problems]
    partial.remove()
    if plan.stop.is_set():
        raise KeyboardInterrupt
    raise EmptyDatasetError(_describe_empty(f"none of {len(plan.keys)} files could be prepared", refused))


def _describe_empty(what: str, refused: Sequence[Refused]) -> str:
    if not refused:
        return f"{what}: WAV, AIFF, FLAC, OGG or MP3 files are expected"
    first = refused[0]
    named = f"{first.path}: " if first.path else ""
    return f"{what}; the first of {len(refused)} refused: {named}{first.reason}"


def _until_interrupt(stop: Event, work: Callable[[], Summary]) -> Summary:
    """Run `work` in a thread, where no interrupt can tear it apart; Ctrl-C sets `stop` and waits for a clean end."""
    with ThreadPoolExecutor(1, thread_name_prefix="prepare-main") as pool:
        future = pool.submit(work)
        try:
            _wait(future)
        except KeyboardInterrupt:
            stop.set()
            _wait(future)
        return future.result()


def _wait(future: "Future[Summary]") -> None:
    while not future.done():
        wait([future], timeout=_WAKE_S)


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DatasetError(
                f"the disk of {folder} is full: free some space and run the same command again, it goes on from there"
            ) from error
        raise DatasetError(f"{folder} cannot be written: {error.strerror or error}") from error
