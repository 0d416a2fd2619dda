"""Trains in a process of its own and kills it at a chosen instant."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from drumlin.datasets import Dataset
from drumlin.training import TrainSettings, checkpoint, loop, metrics, train, work_folder

from .material import tiny_recipe


def run_until_killed(dataset: Path, out: Path, fault: str, count: int) -> None:
    """Train in a process that is forked from one in which torch is there already; it must die of the fault."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    process = processes.Process(target=train_until, args=(dataset, out, fault, count))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def train_until(dataset: Path, out: Path, fault: str, count: int) -> None:
    arm(fault, count, out)
    train(Dataset.open(dataset), settings(), out)


def settings() -> TrainSettings:
    """Return a training that saves after every batch."""
    return TrainSettings(tiny_recipe(5), threads=1, precision="32", accelerator="cpu", checkpoint_every_s=0.0)


def arm(fault: str, count: int, out: Path) -> None:
    """Arrange that the process dies at the `count`-th time that it comes to an instant."""
    if fault == "batch":
        loop.Loop._learn_batch = dying(loop.Loop._learn_batch, count)  # type: ignore[method-assign]
    elif fault == "metrics":
        metrics.MetricsLog.sync = dying(metrics.MetricsLog.sync, count)  # type: ignore[method-assign]
    elif fault == "between-renames":
        checkpoint.Path.replace = dying(Path.replace, count)  # type: ignore[method-assign]
    elif fault == "half-written":
        checkpoint.save = dying(checkpoint.save, count, partial(leave_half, out))


def dying(
    function: Callable[..., Any], count: int, last_deed: Callable[[Any], None] | None = None
) -> Callable[..., Any]:
    """Return `function`, except that its `count`-th call ends the process."""
    calls = 0

    def wrapped(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count:
            if last_deed:
                last_deed(function(*arguments))
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments)

    return wrapped


def leave_half(out: Path, data: bytes) -> None:
    """Leave what a process killed while writing a checkpoint leaves."""
    (work_folder(out) / checkpoint.PARTIAL).write_bytes(data[: len(data) // 2])
