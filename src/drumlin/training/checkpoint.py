"""Checkpoints that survive a kill at any instant: one safetensors file, the state as JSON in its head.

Written under another name, synced, then renamed; the previous one is kept until the next. No pickle anywhere.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from ..errors import CheckpointError
from .tensors import load, save

CURRENT, PREVIOUS, PARTIAL = "checkpoint.safetensors", "checkpoint-previous.safetensors", "checkpoint.partial"
FORMAT = 1


@dataclass
class State:
    """Where a training stands, beside its tensors.

    Args:
        identity: what training it is, see `settings.identity`.
        step: batches that are done.
        elapsed_s: seconds of training so far, all runs together.
        precision: `32-true` or `bf16-mixed`, kept over a resume; empty while unknown.
        threads: of the processor, kept over a resume.
        sums: running sums of the losses of an unfinished epoch: name to (sum, count).
    """

    identity: dict[str, Any]
    step: int = 0
    elapsed_s: float = 0.0
    precision: str = ""
    threads: int = 0
    sums: dict[str, list[float]] = field(default_factory=dict)


def write_checkpoint(folder: Path, state: State, tensors: Mapping[str, Tensor]) -> None:
    """Write a checkpoint; at every instant one whole checkpoint is in the folder, once there was one."""
    head = {"drumlin": json.dumps({"format": FORMAT, **asdict(state)}, allow_nan=False)}
    data = save({name: _plain(value) for name, value in tensors.items()}, head)
    partial, current = folder / PARTIAL, folder / CURRENT
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if current.exists():
        current.replace(folder / PREVIOUS)
    partial.replace(current)
    _sync_folder(folder)


def read_checkpoint(folder: Path) -> tuple[State, dict[str, Tensor]] | None:
    """Return the newest whole checkpoint, or None where there is none.

    Raises:
        CheckpointError: there are checkpoints, and none of them is whole.
    """
    damaged: list[str] = []
    for name in (CURRENT, PREVIOUS):
        path = folder / name
        if not path.exists():
            continue
        try:
            return _read(path)
        except (OSError, ValueError, KeyError, TypeError) as error:
            damaged.append(f"{path.name}: {error}")
    if damaged:
        raise CheckpointError(f"no whole checkpoint in {folder} ({'; '.join(damaged)}): start over with --fresh")
    return None


def remove_checkpoints(folder: Path) -> None:
    """Forget all checkpoints of a folder."""
    for name in (CURRENT, PREVIOUS, PARTIAL):
        (folder / name).unlink(missing_ok=True)


def pack_training(model: nn.Module, optimisers: Mapping[str, Optimizer]) -> dict[str, Tensor]:
    """Return parameters, buffers and the optimisers' state as named tensors."""
    tensors = {f"model/{name}": value for name, value in model.state_dict().items()}
    for turn, optimiser in optimisers.items():
        for number, entries in optimiser.state_dict()["state"].items():
            for name, value in entries.items():
                tensors[f"optimiser/{turn}/{number}/{name}"] = torch.as_tensor(value)
    return tensors


def unpack_training(tensors: Mapping[str, Tensor], model: nn.Module, optimisers: Mapping[str, Optimizer]) -> None:
    """Put back what `pack_training` took.

    Raises:
        CheckpointError: the tensors are those of another model.
    """
    own = {name.removeprefix("model/"): value for name, value in tensors.items() if name.startswith("model/")}
    try:
        model.load_state_dict(own)
    except RuntimeError as error:
        raise CheckpointError(f"the checkpoint is of another model: start over with --fresh ({error})") from error
    for turn, optimiser in optimisers.items():
        state: dict[int, dict[str, Tensor]] = {}
        for key, value in tensors.items():
            if key.startswith(f"optimiser/{turn}/"):
                _, _, number, name = key.split("/")
                state.setdefault(int(number), {})[name] = value
        optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def pack_random(device: torch.device) -> dict[str, Tensor]:
    """Return the states of torch's random generators."""
    states = {"random/cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["random/device"] = torch.cuda.get_rng_state(device)
    return states


def unpack_random(states: Mapping[str, Tensor], device: torch.device) -> None:
    """Put the generators back."""
    torch.set_rng_state(states["random/cpu"])
    if device.type == "cuda" and "random/device" in states:
        torch.cuda.set_rng_state(states["random/device"], device)


def _read(path: Path) -> tuple[State, dict[str, Tensor]]:
    tensors, texts = load(path.read_bytes())
    head = json.loads(texts["drumlin"])
    if head.pop("format") != FORMAT:
        raise ValueError(f"not of format {FORMAT}")
    return State(**head), tensors


def _plain(value: Tensor) -> Tensor:
    return value.detach().cpu().contiguous().clone()


def _sync_folder(folder: Path) -> None:
    """Make the renames durable where the system can (not on Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
