"""What a training is asked to do, and what it is: the plan that a checkpoint must agree with."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Self

from ..errors import TrainingError
from ..instrument.archive import read_file
from ..models import Recipe
from ..provenance import hash_bytes

Accelerator = Literal["auto", "cpu", "gpu"]
Precision = Literal["auto", "32", "bf16"]


@dataclass(frozen=True)
class Start:
    """An instrument that a training starts from.

    Args:
        path: its file.
        sha256: of the file.
        dial: 0, as it is, to 1, only the user's sounds.
    Raises:
        TrainingError: the dial is out of its range.
    """

    path: Path
    sha256: str
    dial: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 <= self.dial <= 1.0:
            raise TrainingError(f"dial {self.dial}: 0 (like the instrument) to 1 (only your sounds) is expected")

    @classmethod
    def of(cls, path: Path, dial: float = 0.5) -> Self:
        """Return the start from a file as it is now.

        Raises:
            InstrumentError: the file cannot be read.
        """
        return cls(path, hash_bytes(read_file(path)), dial)


@dataclass(frozen=True)
class TrainSettings:
    """A training run.

    Args:
        recipe: model, sizes, epochs, batch size, learning rate.
        seed: of the initial weights, the order of the sounds and all noise.
        labels: learn only sounds with these labels; all if empty.
        minutes: stop after so many minutes of training, all runs of it together; None: at the end of the plan. 0
            learns nothing: a training is begun (what is computed and not learned, a first checkpoint), or exported as
            it stands.
        accelerator: where to compute.
        devices: how many devices on each machine.
        nodes: how many machines.
        precision: 32 bit, bf16 where it does, or what a probe finds faster and no worse.
        threads: of the processor; 0 leaves the choice to torch (or to the checkpoint).
        checkpoint_every_s: seconds between checkpoints.
        snapshot: where to write an instrument now and then while learning; None: nowhere.
        snapshot_every_s: seconds between snapshots.
        fresh: forget the checkpoint and start over.
        start: the instrument to start from; None: from random numbers.
    Raises:
        TrainingError: a number out of its range.
    """

    recipe: Recipe
    seed: int = 0
    labels: tuple[str, ...] = ()
    minutes: float | None = None
    accelerator: Accelerator = "auto"
    devices: int = 1
    nodes: int = 1
    precision: Precision = "auto"
    threads: int = 0
    checkpoint_every_s: float = 30.0
    snapshot: Path | None = None
    snapshot_every_s: float = 30.0
    fresh: bool = False
    start: Start | None = None

    def __post_init__(self) -> None:
        if self.minutes is not None and not self.minutes >= 0:
            raise TrainingError(f"minutes {self.minutes}: 0 or more is expected")
        if self.devices < 1 or self.nodes < 1 or self.threads < 0 or self.seed < 0:
            raise TrainingError(
                f"devices {self.devices}, nodes {self.nodes}, threads {self.threads}, seed {self.seed}: "
                "at least 1, 1, 0 and 0 are expected"
            )


def identity(settings: TrainSettings, data_hash: str) -> dict[str, Any]:
    """Return what makes two runs the same training, as plain JSON: a checkpoint of another one is refused."""
    recipe = asdict(settings.recipe)
    named = ("family", "config", "epochs", "min_batches", "batch_size", "learning_rate", "per_kit")
    kept = {key: recipe[key] for key in named}
    kept["config"] = {key: list(value) if isinstance(value, tuple) else value for key, value in kept["config"].items()}
    world = settings.devices * settings.nodes
    start = settings.start and {"instrument": settings.start.sha256, "dial": settings.start.dial}
    own = {"seed": settings.seed, "labels": list(settings.labels), "data": data_hash, "processes": world}
    return {**kept, **own, "start": start}
