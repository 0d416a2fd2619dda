import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drumlin.errors import JobError, MissingError
from drumlin.jobs import Job, JobRunner, JobState
from drumlin.jobs.job import read_record, write_json

PATIENCE_S = 30.0

STEP = 'print(\'{"event": "progress", "done": 1, "total": 2, "message": "half"}\', flush=True); '
DONE = 'print(\'{"event": "done", "result": {"out": "x"}}\', flush=True); '
SLEEP = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the condition never held")
        time.sleep(0.01)


def settle(runner: JobRunner, job: Job) -> Job:
    wait(lambda: not runner.job(job.id).state.is_active)
    return runner.job(job.id)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "jobs"


@pytest.fixture
def runner(folder: Path) -> Iterator[JobRunner]:
    runner = JobRunner(folder, poll_s=0.02, grace_s=0.5)
    yield runner
    for job in runner.jobs():
        runner.cancel(job.id)
    wait(lambda: not any(job.state.is_active for job in runner.jobs()))
    runner.close()


def test_a_job_reports_and_ends(runner: JobRunner) -> None:
    job = settle(runner, runner.start("test", "A job", python(STEP + DONE), {"name": "x"}))
    assert (job.state, job.error, job.record.details) == (JobState.done, "", {"name": "x"})
    assert (job.progress.done, job.progress.total, job.progress.message) == (1, 2, "half")
    assert job.progress.result == {"out": "x"}


def test_a_command_may_be_made_of_the_folder_of_its_job(runner: JobRunner) -> None:
    job = settle(runner, runner.start("test", "A job", lambda place: [*python("pass"), str(place)]))
    assert job.record.argv[-1] == str(job.folder)


def test_a_failed_job_says_why(runner: JobRunner) -> None:
    job = settle(runner, runner.start("test", "A job", python("import sys; sys.exit('drumlin: no such folder')")))
    assert (job.state, job.error) == (JobState.failed, "no such folder")
    spoken = 'print(\'{"event": "error", "message": "too loud"}\'); raise SystemExit(1)'
    assert settle(runner, runner.start("test", "A job", python(spoken))).error == "too loud"
    silent = settle(runner, runner.start("test", "A job", python("raise SystemExit(4)")))
    assert "exit code 4" in silent.error


def test_a_command_that_is_not_there_fails(runner: JobRunner) -> None:
    job = settle(runner, runner.start("test", "A job", ["/no/such/command"]))
    assert job.state is JobState.failed
    assert "No such file" in job.error


def test_one_job_runs_at_a_time_and_the_others_wait_their_turn(runner: JobRunner) -> None:
    first = runner.start("test", "first", python(SLEEP))
    second = runner.start("test", "second", python(DONE))
    third = runner.start("test", "third", python(DONE))
    assert [job.state for job in (first, second, third)] == [JobState.running, JobState.queued, JobState.queued]
    runner.cancel(third.id)
    assert runner.job(third.id).state is JobState.cancelled
    runner.cancel(first.id)
    assert settle(runner, second).state is JobState.done
    assert [job.record.title for job in runner.jobs()] == ["third", "second", "first"]


def test_a_cancelled_job_may_tidy_up(runner: JobRunner) -> None:
    code = f"import time\ntry:\n    {STEP}time.sleep(60)\nexcept KeyboardInterrupt:\n    {STEP.replace('half', 'tidy')}"
    handler = "import signal; signal.signal(signal.SIGTERM, signal.default_int_handler)\n"
    job = runner.start("test", "A job", python(handler + code))
    wait(lambda: runner.job(job.id).progress.message == "half")
    assert runner.cancel(job.id).state is JobState.running
    job = settle(runner, job)
    assert job.progress.message == "tidy"


def test_a_job_that_does_not_listen_is_killed_after_the_grace(runner: JobRunner) -> None:
    job = runner.start("test", "A job", python(DEAF + STEP + SLEEP))
    wait(lambda: runner.job(job.id).progress.done == 1)
    runner.cancel(job.id)
    assert settle(runner, job).state is JobState.cancelled


def test_a_killed_job_is_interrupted_and_can_be_resumed(runner: JobRunner, tmp_path: Path) -> None:
    code = f"import os, pathlib\np = pathlib.Path({str(tmp_path / 'seen')!r})\n"
    code += "if p.exists():\n    raise SystemExit\np.touch()\nos.kill(os.getpid(), 9)"
    job = settle(runner, runner.start("test", "A job", python(code)))
    assert job.state is JobState.interrupted
    job = settle(runner, runner.resume(job.id))
    assert (job.state, job.record.run) == (JobState.done, 2)


def test_only_a_job_that_stopped_can_be_resumed(runner: JobRunner) -> None:
    job = settle(runner, runner.start("test", "A job", python(DONE)))
    with pytest.raises(JobError, match="done"):
        runner.resume(job.id)


def test_a_command_whose_keeper_was_killed_still_counts_as_running(runner: JobRunner) -> None:
    job = runner.start("test", "A job", python(STEP + SLEEP))
    wait(lambda: runner.job(job.id).progress.done == 1)
    os.kill(runner.job(job.id).record.pid, signal.SIGKILL)
    time.sleep(0.2)
    assert runner.job(job.id).state is JobState.running
    runner.cancel(job.id)
    assert settle(runner, job).state is JobState.cancelled


def test_a_killed_keeper_and_command_leave_an_interrupted_job(runner: JobRunner) -> None:
    job = runner.start("test", "A job", python(STEP + SLEEP))
    wait(lambda: runner.job(job.id).progress.done == 1)
    os.killpg(runner.job(job.id).record.pid, signal.SIGKILL)
    assert settle(runner, job).state is JobState.interrupted


def test_a_job_survives_its_server_and_is_adopted_by_the_next(folder: Path, tmp_path: Path) -> None:
    flag = tmp_path / "go"
    code = f"{STEP}import os, time\nwhile not os.path.exists({str(flag)!r}): time.sleep(0.02)\n{DONE}"
    start = f"""
import sys, time
from pathlib import Path
from drumlin.jobs import JobRunner
runner = JobRunner(Path({str(folder)!r}), poll_s=0.02)
job = runner.start("test", "A job", {python(code)!r})
waiting = runner.start("test", "Next", {python(DONE)!r})
while runner.job(job.id).progress.done != 1: time.sleep(0.02)
print(job.id, waiting.id, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        job_id, waiting_id = server.stdout.readline().split()
        server.kill()
    runner = JobRunner(folder, poll_s=0.02)
    assert runner.job(job_id).state is JobState.running
    assert runner.job(job_id).progress.message == "half"
    flag.touch()
    assert settle(runner, runner.job(job_id)).progress.result == {"out": "x"}
    assert settle(runner, runner.job(waiting_id)).state is JobState.done
    runner.close()


def test_what_ended_or_vanished_while_no_server_ran_is_settled_by_the_next(folder: Path) -> None:
    runner = JobRunner(folder, poll_s=0.02)
    ended, vanished = (settle(runner, runner.start("test", "A job", python(DONE))) for _ in range(2))
    runner.close()
    for job in (ended, vanished):
        record = json.loads((job.folder / "job.json").read_text())
        write_json(job.folder / "job.json", {**record, "state": "running"})
    (vanished.folder / "exit.json").unlink()
    runner = JobRunner(folder, poll_s=0.02)
    assert settle(runner, ended).state is JobState.done
    assert settle(runner, vanished).state is JobState.interrupted
    runner.close()


def test_after_a_restart_what_was_interrupted_goes_first_then_in_the_order_of_coming(folder: Path) -> None:
    order = folder.parent / "order"
    note = python("import sys; print(sys.argv[1], file=open(sys.argv[2], 'a'))")
    runner = JobRunner(folder, poll_s=0.02)
    names = ("first", "second", "third")
    jobs = [settle(runner, runner.start("test", name, [*note, name, str(order)])) for name in names]
    runner.close()
    order.unlink()
    for job, state in zip(jobs, ("running", "queued", "queued"), strict=True):
        record = json.loads((job.folder / "job.json").read_text())
        write_json(job.folder / "job.json", {**record, "state": state})
        (job.folder / "exit.json").unlink()
    runner = JobRunner(folder, poll_s=0.02, runs=2)
    assert [settle(runner, job).state for job in jobs] == [JobState.done] * 3
    runner.close()
    assert order.read_text().split() == list(names)


def test_a_job_is_not_begun_again_for_ever(folder: Path) -> None:
    runner = JobRunner(folder, poll_s=0.02, runs=3)
    killed = python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    job = settle(runner, runner.start("test", "A job", killed))
    assert (job.state, job.record.run) == (JobState.interrupted, 3)
    runner.close()


def test_broken_job_folders_are_passed_over(folder: Path) -> None:
    for name, text in {"a": "{", "b": "[]", "c": '{"state": "odd"}', "d": None}.items():
        (folder / name).mkdir(parents=True)
        if text is not None:
            (folder / name / "job.json").write_text(text)
    runner = JobRunner(folder)
    assert runner.jobs() == []
    runner.close()


def test_a_torn_line_of_the_last_run_does_not_spoil_the_next(runner: JobRunner) -> None:
    torn = 'import os; os.write(1, b\'{"event": "prog\'); os.kill(os.getpid(), 9)'
    job = settle(runner, runner.start("test", "A job", python(torn)))
    lines = job.folder / "events.jsonl"
    assert lines.read_bytes().endswith(b'"prog')
    settle(runner, runner.resume(job.id))
    assert b'"prog\n{"event": "started", "run": 2}' in lines.read_bytes()


def test_listeners_hear_of_every_change(runner: JobRunner) -> None:
    heard: list[JobState] = []
    unsubscribe = runner.subscribe(lambda job: heard.append(job.state))
    settle(runner, runner.start("test", "A job", python(DONE)))
    assert heard[0] is JobState.running
    assert heard[-1] is JobState.done
    unsubscribe()
    settle(runner, runner.start("test", "A job", python(DONE)))
    assert heard.count(JobState.done) == 1


def test_what_only_resuming_needs_goes_when_the_job_is_done(runner: JobRunner) -> None:
    make = "import pathlib, sys; p = pathlib.Path(sys.argv[1]) / 'work'; p.mkdir(); (p / 'x').touch()"
    job = settle(runner, runner.start("test", "A job", lambda place: [*python(make), str(place)]))
    assert not (job.folder / "work").exists()
    kept = settle(runner, runner.start("test", "A job", lambda place: [*python(make + "; sys.exit(1)"), str(place)]))
    assert (kept.folder / "work/x").exists()


def test_a_removed_job_is_gone_with_its_folder(runner: JobRunner) -> None:
    job = runner.start("test", "A job", python(SLEEP))
    with pytest.raises(JobError, match="cancel it first"):
        runner.remove(job.id)
    runner.cancel(job.id)
    runner.remove(settle(runner, job).id)
    assert not job.folder.exists()
    with pytest.raises(MissingError, match="no job"):
        runner.job(job.id)


def test_old_jobs_are_removed_at_start(folder: Path) -> None:
    runner = JobRunner(folder, poll_s=0.02)
    jobs = [settle(runner, runner.start("test", str(number), python("pass"))) for number in range(3)]
    runner.close()
    runner = JobRunner(folder, keep=1)
    assert [job.id for job in runner.jobs()] == [jobs[-1].id]
    assert not jobs[0].folder.exists()
    runner.close()


def test_the_record_on_disk_is_the_one_in_memory(runner: JobRunner) -> None:
    job = settle(runner, runner.start("test", "A jöb", python(DONE), {"name": "ä"}))
    assert read_record(job.folder) == job.record
