"""A training packed into one folder for a machine with a GPU, and taken home again.

The training is begun at home: what is computed and not learned is in its first checkpoint, and an instrument of the
untrained model has been exported, so that nothing of this can fail after hours. The folder holds that checkpoint, the
sounds, a copy of this package's source and `run.py`. What comes back is a checkpoint of the same training: it is
exported, or continued, by the ordinary means.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..datasets import Dataset, write_dataset
from ..errors import CheckpointError, InstrumentError, TrainingError
from ..models.counts import window_length
from ..models.model import DataFacts
from ..progress import Report, ignore
from ..units import Array
from . import pack_run
from .checkpoint import CURRENT, read_checkpoint, remove_checkpoints
from .data import TrainingData
from .loop import Outcome
from .metrics import FILE_NAME
from .pack_plan import PLAN, read_plan, settings_of, write_plan
from .packed_sounds import write_sounds
from .run import train
from .settings import TrainSettings
from .slices import SOUNDS, TRAINING

LIMIT_BYTES = 60 * 2**20
"""A pack is smaller than that."""

RANGES_DB = (94.0, 88.0)
"""Rounding noise lies so far below a sound's loudest cell; the losses look 80 dB down. The first that fits is taken."""

SPARE = 0.97
"""Share of the room that is filled where sounds are left out: how small they will be is an estimate."""

SOURCE = Path(__file__).parent.parent
NOT_NEEDED = ("cli", "studio", "workspace", "jobs", "web", "exporting", "evaluation")
"""Wings that a slice never imports."""

HOME, DATASET, BEGUN = "home.json", "dataset", "begun.drumlin"


@dataclass(frozen=True)
class Packed:
    """What was packed.

    Args:
        folder: the pack.
        size: bytes of all its files.
        sounds: how many it holds.
        left_out: how many training sounds did not fit.
        per_kit: most training sounds of a kit; 0: all.
        range_db: how far below their loudest cell the sounds were rounded.
    """

    folder: Path
    size: int
    sounds: int
    left_out: int
    per_kit: int
    range_db: float


def make_pack(
    dataset: Dataset,
    settings: TrainSettings,
    folder: Path,
    home: Path,
    limit: int = LIMIT_BYTES,
    report: Report = ignore,
) -> Packed:
    """Pack a training; where it has been begun or continued in `home`, as far as it is.

    Args:
        dataset: only its rows of `train` and `valid` are packed.
        settings: what to learn.
        folder: the pack; replaced if it is one.
        home: keeps what is needed to take the training home: its checkpoint and where its sounds are.
        limit: bytes that the pack must stay below.
        report: is told of the beginning at home.
    Raises:
        TrainingError: the sounds do not fit, or there is nothing that a GPU could learn.
        CheckpointError: `home` holds another training.
    """
    if settings.start or not settings.recipe.epochs:
        raise TrainingError(f"{settings.recipe.name}: only what is learned from random numbers can be packed")
    begin(dataset, settings, home, report)
    packed, sizes = _written(dataset, settings, folder, home, limit)
    if packed.size >= limit:
        room = limit - (packed.size - (folder / SOUNDS).stat().st_size)
        per_kit, rows = fewer(_data(dataset, settings), sizes, SPARE * room / (folder / SOUNDS).stat().st_size)
        fewer_sounds = _subset(dataset, rows, home / DATASET)
        begin(fewer_sounds, replace(settings, fresh=True), home, report)
        packed, _ = _written(fewer_sounds, settings, folder, home, limit)
        packed = replace(packed, left_out=len(dataset) - len(fewer_sounds), per_kit=per_kit)
    if packed.size >= limit:
        raise TrainingError(
            f"{folder} has {packed.size / 2**20:.1f} MiB, less than {limit / 2**20:.1f} is expected: prepare shorter "
            "sounds, or choose a smaller model with --set"
        )
    return packed


def begin(dataset: Dataset, settings: TrainSettings, home: Path, report: Report = ignore) -> None:
    """Leave a checkpoint of a training that has learned nothing yet; one that has goes no further."""
    home.mkdir(parents=True, exist_ok=True)
    is_new = settings.fresh or read_checkpoint(_training(home)) is None
    resting = replace(settings, minutes=0.0, accelerator="cpu", precision="32" if is_new else "auto")
    try:
        train(dataset, resting, home / BEGUN, _training(home), report)
    except InstrumentError as error:
        if read_checkpoint(_training(home)) is None:
            raise TrainingError(f"the training could not be begun: {error}") from error


def take_home(result: Path, home: Path, out: Path, report: Report = ignore) -> Outcome:
    """Export the instrument of a training that was continued elsewhere, as it stands: nothing more is learned.

    Args:
        result: `result` or `training` of the pack.
        home: what `make_pack` kept.
        out: the instrument.
        report: is told how far it is.
    Raises:
        TrainingError: there is no checkpoint in `result`, or no training was packed from `home`.
        CheckpointError: the checkpoint is of another training.
    """
    kept, found = read_checkpoint(_training(home)), read_checkpoint(result)
    if kept is None or not (home / HOME).exists():
        raise TrainingError(f"no training was packed from {home}: name the folder that was given as --home")
    if found is None:
        raise TrainingError(f"{result} holds no checkpoint: name the folder `result` or `training` of the pack")
    if found[0].identity != kept[0].identity:
        raise CheckpointError(f"{result} is of another training than the one that was packed from {home}")
    facts = json.loads((home / HOME).read_text(encoding="utf-8"))
    remove_checkpoints(_training(home))
    for name in (CURRENT, FILE_NAME):
        shutil.copyfile(result / name, _training(home) / name)
    settings = replace(settings_of(facts["recipe"], found[0].identity), minutes=0.0, accelerator="cpu")
    return train(Dataset.open(facts["dataset"]), settings, out, _training(home), report)


def fewer(data: TrainingData, sizes: Array, share: float) -> tuple[int, NDArray[np.int64]]:
    """Return how many sounds of each kit fit into a share of the room that all take, and the rows of these.

    Those of a kit are taken evenly from its rows, where strokes of one drum stand side by side.

    Args:
        data: the rows.
        sizes: what each of `train` and then of `valid` takes.
        share: of all of it.
    Raises:
        TrainingError: not even one of each kit fits.
    """
    rows = np.concatenate([data.train, data.valid])
    largest = int(np.unique(data.kits[data.train], return_counts=True)[1].max())
    for per_kit in range(largest, 0, -1):
        kept = np.concatenate([_evenly(data, per_kit), data.valid])
        if sizes[np.isin(rows, kept)].sum() <= share * sizes.sum():
            return per_kit, kept
    raise TrainingError("not even one sound of each kit fits: prepare shorter sounds, or choose a smaller model")


def _evenly(data: TrainingData, per_kit: int) -> NDArray[np.int64]:
    kits = [data.train[data.kits[data.train] == kit] for kit in np.unique(data.kits[data.train])]
    chosen = [kit[np.linspace(0, len(kit) - 1, min(per_kit, len(kit))).round().astype(int)] for kit in kits]
    return np.sort(np.concatenate(chosen))


def _written(dataset: Dataset, settings: TrainSettings, folder: Path, home: Path, limit: int) -> tuple[Packed, Array]:
    """Write the pack with the finest sounds that fit, or the coarsest; also return what each sound takes."""
    data = _data(dataset, settings)
    _write_all_but_sounds(dataset, settings, data, folder, home)
    rows, rest = np.concatenate([data.train, data.valid]), size_of(folder)
    for range_db in RANGES_DB:
        sizes = write_sounds(folder / SOUNDS, data.waveforms, rows, range_db)
        size = rest + (folder / SOUNDS).stat().st_size
        if size < limit:
            break
    return Packed(folder, size, len(rows), 0, 0, range_db), sizes


def _write_all_but_sounds(
    dataset: Dataset, settings: TrainSettings, data: TrainingData, folder: Path, home: Path
) -> None:
    _clear(folder)
    (folder / TRAINING).mkdir()
    write_plan(folder, settings.recipe.name, DataFacts(dataset.length, dataset.sample_rate, data.classes), data)
    read_plan(folder)  # fields that JSON cannot carry show here, not on the other machine
    shutil.copyfile(_training(home) / CURRENT, folder / TRAINING / CURRENT)
    if (_training(home) / FILE_NAME).exists():
        shutil.copyfile(_training(home) / FILE_NAME, folder / TRAINING / FILE_NAME)
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE)
        if place.parts[0] not in NOT_NEEDED:
            (folder / SOURCE.name / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / SOURCE.name / place)
    shutil.copyfile(str(pack_run.__file__), folder / "run.py")
    (folder / "README.md").write_text(_readme(dataset, settings), encoding="utf-8")
    facts = {"dataset": str(dataset.folder.resolve()), "recipe": settings.recipe.name}
    (home / HOME).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _clear(folder: Path) -> None:
    """Make an empty folder of a pack or of nothing; anything else is left alone."""
    if folder.exists() and not (folder / PLAN).exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TrainingError(f"{folder} holds something that is no pack: name a new folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _subset(dataset: Dataset, rows: Sequence[int] | NDArray[np.int64], folder: Path) -> Dataset:
    """Write a data set of some rows of another: another training learns from it, and its hash tells."""
    shutil.rmtree(folder, ignore_errors=True)
    kept = np.sort(np.asarray(rows))
    return write_dataset(folder, dataset.waveforms[kept], [dataset.samples[row] for row in kept], dataset.settings)


def _data(dataset: Dataset, settings: TrainSettings) -> TrainingData:
    recipe = settings.recipe
    return TrainingData.of(dataset, window_length(recipe.config, dataset.length), settings.labels, recipe.per_kit)


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _training(home: Path) -> Path:
    return home / TRAINING


def _readme(dataset: Dataset, settings: TrainSettings) -> str:
    lines = [
        f"# A training of `{settings.recipe.name}`, packed",
        "",
        "    python run.py --minutes 8",
        "",
        "trains so long, on a GPU if torch finds one, and continues when run again. It needs Python 3.10 or later with",
        "torch and numpy, and nothing else. When it says `finished`, take the folder `result` home; `training`, if it",
        "shall end earlier. A checkpoint is written every half minute, and on Ctrl-C.",
        "",
        "The sounds in `sounds.npz`, cut, mixed to one channel and rounded, are by:",
        "",
        *(
            f"- {credit.source or 'unnamed source'}, {credit.licence or 'no licence named'}: {credit.count} sounds"
            + "".join(f"; {name} {text}" for name, text in credit.details.items())
            for credit in dataset.credits
        ),
    ]
    return "\n".join(lines) + "\n"
