"""Applying a plan: each change is journalled before it is made, so that a kill, a full disk or a refusal loses nothing.

A plan is applied as a whole or not at all. Files that have changed since it was made are left; a name that somebody has
taken meanwhile is not overwritten; files that exchange their names go through a third.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import SortError
from ..journal import Batch, Journal, Undone
from ..progress import Progress, Report, ignore
from .plans import Plan, Step


@dataclass(frozen=True)
class Applied:
    """What became of a plan: sources with where they are now, and those that were left with the reason."""

    done: tuple[tuple[Path, Path], ...]
    left: tuple[tuple[Path, str], ...]


def apply_plan(plan: Plan, journal: Journal, report: Report = ignore) -> Applied:
    """Do what a plan says.

    Args:
        plan: of this or an earlier hour.
        journal: of the library; `undo` takes the plan back.
        report: called as the work goes on.
    Raises:
        JournalError: something cannot be done (a full disk, no permission); nothing of the plan stays.
        SortError: not one file of the plan is as it was.
    """
    steps, left = _usable(plan.steps)
    if not steps:
        reason = f": {left[0][0]}: {left[0][1]}" if left else ""
        raise SortError(f"nothing of the plan can be done{reason}; make a new one")
    try:
        with journal.batch(f"Sort {len(steps)} files by {plan.by}") as batch:
            done = _move_all(batch, steps, report) if plan.how == "move" else _put_all(batch, plan, steps, report)
    except KeyboardInterrupt:
        journal.recover()
        raise
    return Applied(tuple(done), tuple(left))


def undo_last(journal: Journal) -> Undone:
    """Take the last plan back.

    Raises:
        JournalError: there is nothing to undo, or a file cannot be moved.
    """
    return journal.undo()


def _usable(steps: Sequence[Step]) -> tuple[list[Step], list[tuple[Path, str]]]:
    usable, left = [], []
    for step in steps:
        path = Path(step.source)
        try:
            state = path.stat()
        except OSError as error:
            left.append((path, error.strerror or "it is not there"))
            continue
        if path.is_symlink():
            left.append((path, "it is a link"))
        elif (state.st_size, state.st_mtime_ns) != (step.size, step.mtime_ns):
            left.append((path, "it has changed since the plan was made"))
        else:
            usable.append(step)
    return usable, left


def _put_all(batch: Batch, plan: Plan, steps: Sequence[Step], report: Report) -> list[tuple[Path, Path]]:
    put = batch.copy if plan.how == "copy" else batch.link
    done = []
    for number, step in enumerate(steps, 1):
        done.append((Path(step.source), put(Path(step.source), Path(step.target))))
        report(Progress(number, len(steps), plan.how))
    return done


def _move_all(batch: Batch, steps: Sequence[Step], report: Report) -> list[tuple[Path, Path]]:
    """Move files so that no name is needed before it is free; a circle of names is opened by a third name."""
    waiting = {step.source: step for step in steps}
    at = {source: Path(source) for source in waiting}
    borne = Counter(map(_key, waiting))  # names that files still have: several, where capitals tell names apart
    done: list[tuple[Path, Path]] = []
    while waiting:
        free = [source for source, step in waiting.items() if _is_free(step.target, at[source], borne)]
        for source in free:
            step = waiting.pop(source)
            done.append((Path(source), batch.move(at[source], Path(step.target))))
            borne[_key(str(at[source]))] -= 1
            report(Progress(len(done), len(steps), "move"))
        if not free:
            source, step = next(iter(waiting.items()))
            aside = Path(step.target).with_name(f".{len(done)}-{Path(step.target).name}.drumlin-aside")
            new = batch.move(at[source], aside)
            borne[_key(str(at[source]))] -= 1
            borne[_key(str(new))] += 1
            waiting[source] = waiting.pop(source)
            at[source] = new
    return done


def _is_free(target: str, at: Path, borne: Counter[str]) -> bool:
    """Whether no other file of the plan has a name."""
    return borne[_key(target)] == (_key(str(at)) == _key(target))


def _key(path: str) -> str:
    """Return a path as a file system that takes capitals for small letters sees it."""
    return path.casefold()
