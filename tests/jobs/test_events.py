import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.jobs.events import HISTORY, EventTail, add_event
from drumlin.jobs.job import JobProgress


def step(done: float, **more: Any) -> dict[str, Any]:
    return {"event": "progress", "done": done, "total": 1000, **more}


def test_progress_shows_the_last_step() -> None:
    progress = add_event(JobProgress(), step(3, message="epoch 3", metrics={"loss": 0.5}, remaining_s=40))
    assert (progress.done, progress.total, progress.message) == (3, 1000, "epoch 3")
    assert (progress.metrics, progress.remaining_s) == ({"loss": 0.5}, 40)


def test_preview_done_and_error_are_kept() -> None:
    progress = JobProgress()
    for event in (
        {"event": "preview", "instrument": "/x.drumlin"},
        {"event": "error", "message": "no"},
        {"event": "done", "result": {"out": "y"}},
    ):
        progress = add_event(progress, event)
    assert (progress.preview, progress.error, progress.result) == ("/x.drumlin", "no", {"out": "y"})


def test_a_new_run_forgets_the_error_of_the_last() -> None:
    progress = add_event(JobProgress(error="no"), {"event": "started", "run": 2})
    assert progress.error == ""


@pytest.mark.parametrize("event", [{}, {"event": "other"}, {"event": None}, {"done": 3}])
def test_unknown_events_change_nothing(event: dict[str, Any]) -> None:
    assert add_event(JobProgress(done=1), event) == JobProgress(done=1)


def test_values_that_are_no_numbers_count_as_zero() -> None:
    progress = add_event(JobProgress(), step("x", metrics={"loss": None, "other": float("nan")}))  # type: ignore[arg-type]
    assert progress.done == 0
    assert progress.metrics == {"loss": 0, "other": 0}


@given(st.integers(1, 2000))
def test_history_is_thinned_but_keeps_its_ends(count: int) -> None:
    progress = JobProgress()
    for number in range(count):
        progress = add_event(progress, step(number, metrics={"loss": 1.0}))
    done = [point for point, _ in progress.history]
    assert (done[0], done[-1]) == (0, count - 1)
    assert len(done) <= HISTORY
    assert done == sorted(done)


def test_a_line_that_is_torn_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    tail = EventTail(path)
    assert not tail.advance()
    whole = json.dumps(step(7)) + "\n"
    path.write_text(whole[:20])
    assert not tail.advance()
    path.write_text(whole)
    assert tail.advance()
    assert tail.progress.done == 7


@pytest.mark.parametrize("line", ["{", "[1]", "7", "null", "text", '{"event": "progress"', "\x00\x01"])
def test_lines_that_are_no_events_are_skipped(tmp_path: Path, line: str) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(f"{line}\n{json.dumps(step(2))}\n")
    tail = EventTail(path)
    tail.advance()
    assert tail.progress.done == 2
