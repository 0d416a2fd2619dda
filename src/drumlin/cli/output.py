"""How commands speak: text for people, JSON for programs, progress for both, errors without a traceback."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import typer

from ..progress import Progress, Report


class ProgressStyle(StrEnum):
    """How a long command shows its progress."""

    auto = "auto"
    json = "json"
    none = "none"


JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
ProgressOption = Annotated[
    ProgressStyle, typer.Option("--progress", help="A live display, JSON lines for a program, or nothing.")
]


def print_json(content: Any) -> None:
    """Print `content` as indented JSON on standard output."""
    print(json.dumps(content, indent=2, ensure_ascii=True, allow_nan=False))


def print_event(event: str, **content: Any) -> None:
    """Print one event of a job: a JSON object on a line of its own, flushed at once."""
    print(json.dumps({"event": event, **content}, ensure_ascii=True), flush=True)


@contextmanager
def progress_report(style: ProgressStyle, title: str) -> Iterator[Report]:
    """Yield the callable that shows the progress of a long command in the style that was asked for."""
    if style is ProgressStyle.json:
        yield _print_progress
    elif style is ProgressStyle.none or not sys.stderr.isatty():
        yield lambda progress: None
    else:
        with _live_display(title) as report:
            yield report


def _print_progress(progress: Progress) -> None:
    if progress.preview:
        print_event("preview", instrument=progress.preview)
        return
    print_event(
        "progress",
        done=progress.done,
        total=progress.total,
        message=progress.message,
        metrics=dict(progress.metrics),
        remaining_s=progress.remaining_s,
    )


@contextmanager
def _live_display(title: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, TextColumn("{task.fields[note]}"), console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None, note="")

        def report(progress: Progress) -> None:
            numbers = "  ".join(f"{name} {value:.4g}" for name, value in progress.metrics.items())
            bar.update(
                task,
                completed=progress.done,
                total=progress.total or None,
                note=f"{progress.message} {numbers}".strip(),
            )

        yield report


@contextmanager
def terminate_like_interrupt() -> Iterator[None]:
    """Let SIGTERM stop the command as Ctrl-C does, so that it leaves what it wrote valid."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def say(text: str) -> None:
    """Print a line for people on standard error, so that standard output stays for results."""
    print(text, file=sys.stderr, flush=True)
