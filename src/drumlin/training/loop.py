"""The one training loop: every recipe, one CPU or many GPUs, through Lightning Fabric.

Everything that decides the parameters depends on the number of the batch alone; the clock only decides when to
report, to save, to let listen, and to stop.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.optim import Optimizer

from ..errors import TrainingError
from ..models.model import Model
from ..progress import Progress, Report
from .checkpoint import State, pack_random, pack_training, write_checkpoint
from .data import TrainingData
from .metrics import MetricsLog, read_metrics
from .replay import Replay
from .settings import TrainSettings
from .stopping import asked_to_stop

REPORT_EVERY_S = 0.5
WATCHES = 100
"""The valid sounds are looked at so many times in a training."""

HEALTH_SOUNDS = 64
AGREE_EVERY = 10
"""Several processes ask the first one whether to stop or save every so many batches."""

COLLAPSED_SPREAD = 0.02
COLLAPSE_AFTER = 0.1
"""Share of the plan after which sounds that all come out alike are called a collapse."""

BLOWN_UP = 5.0
"""A loss so many times the least one of the training has blown up; those of adversaries may."""


@dataclass(frozen=True)
class Outcome:
    """What a training came to.

    Args:
        batches: batches that were learned from.
        planned: batches of the whole plan.
        elapsed_s: seconds of training, all runs together.
        metrics: the last losses and numbers of health.
        advice: what to do about it, if it went wrong; else empty.
        is_leader: this is the one process, or the first of several, which writes the instrument.
    """

    batches: int
    planned: int
    elapsed_s: float
    metrics: dict[str, float]
    advice: str = ""
    is_leader: bool = True


class Loop:
    """A training under way: holds the model, the files and the connection to the devices.

    The connection is Fabric, or what does the same for one device with torch alone, `OneDevice`.
    """

    def __init__(
        self,
        fabric: Fabric,
        model: Model,
        optimisers: dict[str, Optimizer],
        data: TrainingData,
        settings: TrainSettings,
        state: State,
        folder: Path,
        replay: Replay | None = None,
    ) -> None:
        self.fabric, self.model, self.data = fabric, model, data
        self.settings, self.state, self.folder = settings, state, folder
        self.recipe, self.replay = settings.recipe, replay
        self.own_size = self.recipe.batch_size - (replay.count if replay else 0)
        self.per_epoch = data.batches_per_epoch(self.own_size)
        self.planned = whole_epochs(self.recipe.planned_batches(data.sounds_per_epoch), self.per_epoch)
        self.watch_every = max(1, self.planned // self.per_epoch // WATCHES)
        if optimisers:
            self.wrapped, *wrapped = fabric.setup(model, *optimisers.values())
            self.optimisers = dict(zip(optimisers, wrapped, strict=True))
        else:
            self.wrapped, self.optimisers = fabric.to_device(model), {}
        self.plain_optimisers = optimisers
        self.sums = {
            name: (torch.tensor(total, dtype=torch.float64), int(count)) for name, (total, count) in state.sums.items()
        }
        self.latest: dict[str, float] = {}
        self.least_loss = math.inf
        for row in read_metrics(folder):
            self.latest |= {name: value for name, value in row.items() if name not in ("step", "epoch")}
            self.least_loss = min(self.least_loss, row.get("loss", math.inf))
        self.advice = ""

    def run(self, report: Report, snapshot: Callable[[], Path | None]) -> Outcome:
        """Train to the end of the plan or of the minutes, and leave a checkpoint.

        Args:
            report: is told how far it is.
            snapshot: writes an instrument of the model as it is and returns its path, or None.
        Raises:
            TrainingError: a loss is no number any more.
            KeyboardInterrupt: a signal asked to stop; what was learned is saved.
        """
        log = MetricsLog(self.folder, self.state.step) if self.fabric.is_global_zero else None
        clock = _Clock(self.state.elapsed_s, self.state.step)
        try:
            if self.state.step == 0:
                self._save(log)
            with asked_to_stop() as is_asked:
                self._train(log, clock, report, snapshot, is_asked)
                self._save(log)
                if self._agree_now(is_asked()):
                    raise KeyboardInterrupt
        finally:
            if log:
                log.close()
        leader = self.fabric.is_global_zero
        return Outcome(self.state.step, self.planned, self.state.elapsed_s, self.latest, self.advice, leader)

    def _train(
        self,
        log: MetricsLog | None,
        clock: "_Clock",
        report: Report,
        snapshot: Callable[[], Path | None],
        is_asked: Callable[[], bool],
    ) -> None:
        if self.settings.start and self.state.step == 0:
            self._show(report, snapshot)  # what the start makes of the sounds can be heard at once
        saved, shown, reported = (_Timer() for _ in range(3))
        while self.state.step < self.planned and not self._agree(self._is_late() or is_asked()):
            self._learn_batch()
            self.state.step += 1
            self.state.elapsed_s = clock.elapsed_s()
            if self.state.step % self.per_epoch == 0:
                self._finish_epoch(log)
            if self._agree(saved.is_due(self.settings.checkpoint_every_s)):
                self._save(log)
            if not self.fabric.is_global_zero:
                continue
            if reported.is_due(REPORT_EVERY_S) or self.state.step == self.planned:
                report(self._progress(clock))
            if self.settings.snapshot and shown.is_due(self.settings.snapshot_every_s):
                self._show(report, snapshot)
                shown.restart()

    def _show(self, report: Report, snapshot: Callable[[], Path | None]) -> None:
        if self.settings.snapshot and self.fabric.is_global_zero:
            with self.at_rest():
                path = snapshot()
            report(Progress(*self._done(), preview=str(path or "")))

    def _learn_batch(self) -> None:
        step, recipe = self.state.step, self.recipe
        waveform, label = self._batch(step)
        for turn in self.model.turns(step):
            optimiser = self.optimisers[turn]
            for group in optimiser.param_groups:
                factor = group.get("factor", 1.0) * self.model.rate_factor(step, self.planned)
                group["lr"] = recipe.learning_rate * factor
            self.wrapped.zero_grad(set_to_none=True)
            losses = self.wrapped(turn, waveform, label, step)
            self._check(losses["loss"])
            self.fabric.backward(losses["loss"])
            if self.model.largest_step:
                self.fabric.clip_gradients(self.model, optimiser, max_norm=self.model.largest_step)
            optimiser.step()
            prefix = "" if len(self.optimisers) == 1 else f"{turn}_"
            self._add({f"{prefix}{name}": value for name, value in losses.items()})

    def _batch(self, step: int) -> tuple[Tensor, Tensor]:
        fabric = self.fabric
        rows = self.data.batch_rows(self.settings.seed, step, self.own_size, fabric.global_rank, fabric.world_size)
        own = self.load(rows)
        if self.replay is None:
            return own
        played = fabric.to_device(self.replay.batch(step, fabric.global_rank))
        return torch.cat([own[0], played[0]]), torch.cat([own[1], played[1]])

    def load(self, rows: Any) -> tuple[Tensor, Tensor]:
        """Return waveforms (B, T) and labels (B,) of some rows, on the device."""
        waveform = torch.from_numpy(self.data.read(rows))
        return self.fabric.to_device((waveform, torch.from_numpy(self.data.labels[rows])))  # type: ignore[no-any-return]

    def _check(self, loss: Tensor) -> None:
        """Raise once the loss is no number; on a GPU only now and then, as looking at it makes the device wait."""
        if (loss.device.type == "cpu" or self.state.step % AGREE_EVERY == 0) and not bool(torch.isfinite(loss)):
            self._diverged()

    def _diverged(self) -> None:
        rate = self.recipe.learning_rate
        raise TrainingError(
            f"{self.recipe.name}: the loss is no number after {self.state.step} batches: start over with --fresh and "
            f"a lower learning rate (--learning-rate {rate / 10:g}, now {rate:g}), or with --precision 32"
        )

    def _add(self, losses: dict[str, Tensor]) -> None:
        for name, value in losses.items():
            total, count = self.sums.get(name, (torch.zeros((), dtype=torch.float64), 0))
            self.sums[name] = (total.to(value.device) + value.detach(), count + 1)

    def _means(self) -> dict[str, float]:
        return {name: float(total) / count for name, (total, count) in self.sums.items()}

    def _finish_epoch(self, log: MetricsLog | None) -> None:
        row = self._means()
        self.sums = {}
        self.least_loss = min(self.least_loss, row.get("loss", math.inf))
        epoch = self._epoch()
        if epoch % self.watch_every == 0 or self.state.step == self.planned:
            row |= self.watch()
            self._judge(row)
        if not all(math.isfinite(value) for value in row.values()):
            self._diverged()
        self.latest |= row
        if log:
            log.write({"step": self.state.step, "epoch": epoch, **row})

    def watch(self) -> dict[str, float]:
        """Return the losses on the valid sounds, where a model has such, and the numbers of health."""
        with self.at_rest(), torch.no_grad():
            rows = self.data.valid if len(self.data.valid) else self.data.train
            waveform, label = self.load(rows[:HEALTH_SOUNDS])
            numbers = self.model.health(waveform, label)
            if len(self.data.valid) and len(self.optimisers) == 1:
                losses = self.model("model", waveform, label, self.state.step)
                numbers |= {f"valid_{name}": float(value) for name, value in losses.items()}
        return numbers

    def _judge(self, row: dict[str, float]) -> None:
        is_late = self.state.step >= COLLAPSE_AFTER * self.planned
        times, rate = row.get("loss", 0.0) / self.least_loss, self.recipe.learning_rate
        self.advice = ""
        if times > BLOWN_UP:
            self.advice = (
                f"blown up: the loss is {times:.0f} times its least; start over with --fresh and a lower learning rate "
                f"(--learning-rate {rate / 3:.1g}, now {rate:g})"
            )
        elif is_late and row.get("spread", 1.0) < COLLAPSED_SPREAD:
            self.advice = (
                f"collapsed: all sounds come out alike (spread {row['spread']:.3g}); try another seed, a lower "
                "learning rate, a smaller KL weight (--set kl_weight=...), or more sounds"
            )

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Hold the model in evaluation mode, and put all random states back afterwards."""
        device = self.fabric.device
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            self.model.eval()
            try:
                yield
            finally:
                self.model.train()

    def _save(self, log: MetricsLog | None) -> None:
        tensors = self._random_states()
        if log is None:
            return
        self.state.sums = {name: [float(total), count] for name, (total, count) in self.sums.items()}
        log.sync()
        write_checkpoint(self.folder, self.state, tensors | pack_training(self.model, self.plain_optimisers))

    def _random_states(self) -> dict[str, Tensor]:
        """Return the generators' states of all processes, under the number of each."""
        states = pack_random(self.fabric.device)
        if self.fabric.world_size == 1:
            return {f"{name}/0": value for name, value in states.items()}
        gathered: dict[str, Any] = self.fabric.all_gather(states)
        return {f"{name}/{rank}": value for name, values in gathered.items() for rank, value in enumerate(values)}

    def _is_late(self) -> bool:
        minutes = self.settings.minutes
        return minutes is not None and self.state.elapsed_s >= 60.0 * minutes

    def _agree(self, answer: bool) -> bool:
        return (self.fabric.world_size == 1 or self.state.step % AGREE_EVERY == 0) and self._agree_now(answer)

    def _agree_now(self, answer: bool) -> bool:
        return answer if self.fabric.world_size == 1 else bool(self.fabric.broadcast(answer))

    def _epoch(self) -> int:
        return self.state.step // self.per_epoch

    def _progress(self, clock: "_Clock") -> Progress:
        remaining_s = clock.remaining_s(self.state.step, self.planned)
        if self.settings.minutes is not None:
            remaining_s = min(remaining_s, max(0.0, 60.0 * self.settings.minutes - self.state.elapsed_s))
        numbers = self.latest | self._means()
        message = f"epoch {self._epoch()}" + (f", {self.advice}" if self.advice else "")
        return Progress(*self._done(), message, numbers, remaining_s)

    def _done(self) -> tuple[int, int]:
        """Return how far it is and how far it goes: in epochs, or from an instrument, which takes few, in batches."""
        if self.settings.start:
            return self.state.step, self.planned
        return self._epoch(), self.planned // self.per_epoch


def whole_epochs(batches: int, per_epoch: int) -> int:
    """Return `batches` rounded up to whole epochs."""
    return -(-batches // per_epoch) * per_epoch


class _Clock:
    """Seconds of training over all runs, and the pace of this one."""

    def __init__(self, before_s: float, step: int) -> None:
        self._start, self._before_s, self._step = time.monotonic(), before_s, step

    def elapsed_s(self) -> float:
        return self._before_s + time.monotonic() - self._start

    def remaining_s(self, step: int, planned: int) -> float:
        return (planned - step) * (time.monotonic() - self._start) / max(1, step - self._step)


class _Timer:
    """Tells whether an interval has passed, and starts the next one when it has."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def is_due(self, interval_s: float) -> bool:
        now = time.monotonic()
        if now - self._last < interval_s:
            return False
        self._last = now
        return True

    def restart(self) -> None:
        """Count the interval from now on: what was due took its time."""
        self._last = time.monotonic()
