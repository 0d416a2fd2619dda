"""Reading what a job's process prints: one JSON object a line, added up to its progress.

The process may be killed while it writes: a last line without its end is left for later, a line that is no JSON
object is skipped.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .job import JobProgress

HISTORY = 200
"""Most steps of the metrics that are kept: enough for a curve on the screen."""


class EventTail:
    """Follows the events of one job."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0
        self.progress = JobProgress()

    def advance(self) -> bool:
        """Read the lines that are new; return whether the progress changed."""
        before = self.progress
        for line in self._new_lines():
            event = _parse(line)
            if event is not None:
                self.progress = add_event(self.progress, event)
        return self.progress is not before

    def _new_lines(self) -> list[bytes]:
        try:
            with self._path.open("rb") as file:
                file.seek(self._position)
                text = file.read()
        except OSError:
            return []
        whole = text[: text.rfind(b"\n") + 1]
        self._position += len(whole)
        return whole.splitlines()


def add_event(progress: JobProgress, event: Mapping[str, Any]) -> JobProgress:
    """Return the progress after an event; events of unknown names change nothing."""
    match event.get("event"):
        case "started":
            return replace(progress, error="", result={}, remaining_s=None)
        case "progress":
            return _add_step(progress, event)
        case "preview":
            return replace(progress, preview=str(event.get("instrument", "")))
        case "done":
            result = event.get("result")
            return replace(progress, result=result if isinstance(result, dict) else {}, remaining_s=0.0)
        case "error":
            return replace(progress, error=str(event.get("message", "")))
    return progress


def _add_step(progress: JobProgress, event: Mapping[str, Any]) -> JobProgress:
    given = event.get("metrics")
    metrics = {str(name): _number(value) for name, value in given.items()} if isinstance(given, dict) else {}
    done = _number(event.get("done"))
    remaining = event.get("remaining_s")
    return replace(
        progress,
        done=done,
        total=_number(event.get("total")),
        message=str(event.get("message", "")),
        metrics=metrics,
        remaining_s=None if remaining is None else _number(remaining),
        history=_thin((*progress.history, (done, metrics))) if metrics else progress.history,
    )


def _thin(
    history: tuple[tuple[float, Mapping[str, float]], ...],
) -> tuple[tuple[float, Mapping[str, float]], ...]:
    """Drop every second step when there are too many; the last one stays."""
    return history if len(history) <= HISTORY else (*history[:-1:2], history[-1])


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if math.isfinite(number) else 0.0


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
