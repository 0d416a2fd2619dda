"""A slice of a packed training, on a machine that has torch and numpy: so many minutes of the one training loop.

The folder is made by `pack.py` and started by its `run.py`. A slice continues the checkpoint that it finds there, and
leaves one every half minute and at its end; the last one writes `result/`, which is all that has to be taken home.
"""

import argparse
import os
import shutil
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from ..errors import DrumlinError, TrainingError
from ..models.model import Model
from ..models.registry import build
from ..progress import Progress, Report, ignore
from .checkpoint import read_checkpoint, unpack_random, unpack_training, write_checkpoint
from .data import TrainingData
from .loop import Loop, Outcome
from .metrics import FILE_NAME
from .one_device import OneDevice
from .pack_plan import read_plan, settings_of
from .packed_sounds import PackedSounds
from .precision import FULL, HALF, choose_precision
from .settings import TrainSettings

SOUNDS, TRAINING, RESULT = "sounds.npz", "training", "result"
PRINT_EVERY_S = 10.0
PRECISIONS = {"32": FULL, "bf16": HALF}


def main(folder: Path, began: float, arguments: Sequence[str] | None = None) -> int:
    """Train one slice and say how far it came; returns the exit code.

    Args:
        folder: of the pack.
        began: when the process began, on `time.monotonic`'s clock.
        arguments: of the command line; the process's own if not given.
    """
    parser = argparse.ArgumentParser(prog="run.py", description="Train a slice; run it again to continue.")
    parser.add_argument(
        "--minutes", type=float, help="stop after so many minutes, counted from the start; default: end"
    )
    parser.add_argument("--device", choices=("auto", "cuda", "cpu"), default="auto")
    parser.add_argument("--precision", choices=("auto", "32", "bf16"), default="auto")
    parser.add_argument("--threads", type=int, default=0, help="of the processor; 0 leaves the choice to torch")
    given = parser.parse_args(arguments)
    try:
        device = chosen_device(given.device)
        if given.threads:
            torch.set_num_threads(given.threads)
        until = None if given.minutes is None else began + 60.0 * given.minutes
        outcome = train_slice(folder, device, given.precision, until, printing())
    except DrumlinError as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; what was learned is saved: run again to continue", flush=True)
        return 130
    print(_verdict(folder, outcome), flush=True)
    return 0


def train_slice(
    folder: Path, device: torch.device, precision: str = "auto", until: float | None = None, report: Report = ignore
) -> Outcome:
    """Continue a packed training.

    Args:
        folder: of the pack.
        device: where to compute.
        precision: `32`, `bf16`, or `auto`: what a short race finds better, once for the whole training.
        until: when to stop, on `time.monotonic`'s clock; None: at the end of the plan.
        report: is told how far it is.
    Raises:
        TrainingError: the folder is no pack, or the losses stopped being numbers.
        CheckpointError: the checkpoint is damaged, or of something else.
    """
    plan, found = read_plan(folder), read_checkpoint(folder / TRAINING)
    if found is None:
        raise TrainingError(f"{folder / TRAINING} holds no checkpoint: carry the whole folder over")
    state, tensors = found
    settings = settings_of(plan.recipe, state.identity)
    data = plan.training_data(PackedSounds.open(folder / SOUNDS))
    model = build(settings.recipe, plan.facts, settings.seed)
    if precision != "auto":
        state.precision = PRECISIONS[precision]
    elif state.step == 0:
        state.precision = _race(model, data, settings, device, tensors)
    optimisers = model.optimisers(settings.recipe.learning_rate)
    if until is not None:
        left_s = max(0.0, until - time.monotonic())
        settings = replace(settings, minutes=(state.elapsed_s + left_s) / 60.0)
    with torch.random.fork_rng(devices=_cuda(device)), warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"torch\.")
        loop = Loop(OneDevice(device, state.precision), model, optimisers, data, settings, state, folder / TRAINING)
        unpack_training(tensors, model, optimisers)
        torch.manual_seed(settings.seed + state.step)  # for a device that the checkpoint knows nothing of
        unpack_random({name.removesuffix("/0"): value for name, value in tensors.items()}, device)
        outcome = loop.run(report, lambda: None)
    if outcome.batches == outcome.planned:
        write_result(folder)
    return outcome


def chosen_device(name: str) -> torch.device:
    """Return the device of a name, made ready to compute the same each time.

    Raises:
        TrainingError: a GPU is asked for, and torch finds none.
    """
    has_gpu = torch.cuda.is_available()
    if name == "cuda" and not has_gpu:
        raise TrainingError("no GPU that torch can use: leave out --device, or say --device cpu")
    if name == "cpu" or not has_gpu:
        return torch.device("cpu")
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    return torch.device("cuda", torch.cuda.current_device())


def write_result(folder: Path) -> None:
    """Write what has to be taken home of a finished training: the checkpoint without the optimisers' state."""
    found = read_checkpoint(folder / TRAINING)
    assert found is not None  # it was written a moment ago
    (folder / RESULT).mkdir(exist_ok=True)
    kept = {name: value for name, value in found[1].items() if not name.startswith("optimiser/")}
    write_checkpoint(folder / RESULT, found[0], kept)
    shutil.copyfile(folder / TRAINING / FILE_NAME, folder / RESULT / FILE_NAME)


def _race(
    model: Model,
    data: TrainingData,
    settings: TrainSettings,
    device: torch.device,
    tensors: dict[str, torch.Tensor],
) -> str:
    """Return the precision that trains faster from the checkpoint, if its losses are alike; on a GPU only."""
    if device.type != "cuda":
        return FULL
    unpack_training(tensors, model, {})
    rows = data.batch_rows(settings.seed, 0, settings.recipe.batch_size)
    batch = (torch.from_numpy(data.read(rows)), torch.from_numpy(data.labels[rows]))
    return choose_precision(model, batch, settings.recipe.learning_rate, device)


def _cuda(device: torch.device) -> list[torch.device]:
    return [device] if device.type == "cuda" else []


def printing(every_s: float = PRINT_EVERY_S) -> Report:
    """Return what prints a line now and then, and the last one."""
    last_s = -every_s

    def say(progress: Progress) -> None:
        nonlocal last_s
        if time.monotonic() - last_s < every_s and progress.done < progress.total:
            return
        last_s = time.monotonic()
        loss = progress.metrics.get("loss")
        shown = "" if loss is None else f", loss {loss:.4f}"
        left = "" if progress.remaining_s is None else f", {progress.remaining_s / 60:.1f} min left"
        print(f"{progress.message} of {progress.total}{shown}{left}", flush=True)

    return say


def _verdict(folder: Path, outcome: Outcome) -> str:
    done = f"{outcome.batches:,} of {outcome.planned:,} batches in {outcome.elapsed_s / 60:.1f} min"
    advice = f"; {outcome.advice}" if outcome.advice else ""
    if outcome.batches < outcome.planned:
        return f"{done}{advice}: run again to continue"
    return f"{done}{advice}: finished, take {folder / RESULT} home"
