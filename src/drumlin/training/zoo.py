"""Rebuilding the zoo: every recipe trained on the same sounds, measured the same way, one result file each.

Resumable: a training continues from its checkpoint in the cache, and a finished row is not made again.
"""

import json
import os
import platform
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__
from ..datasets import Dataset, Split
from ..errors import TrainingError
from ..evaluation import compare_sounds, score_instrument, score_sounds
from ..instrument import load
from ..models import RECIPES, Recipe, parameter_count
from ..progress import Report, ignore
from ..provenance import hash_content
from .run import train, work_folder
from .settings import Accelerator, Precision, TrainSettings, identity
from .zoo_pictures import scatter_svg

ORDER = (
    "pca",
    *(f"ae-{size}-{activation}" for size in ("small", "medium", "big") for activation in ("relu", "tanh", "sigmoid")),
    *("ae-conv-16", "wavegan-16", "specgan-16", "vae-a-16", "vae-b-16", "vae-c-16"),
    *("ae-conv", "wavegan", "specgan", "vae-a", "vae-b", "vae-c"),
)
"""Cheapest first."""

REAL = "real"
"""Name of the row of the sounds themselves."""


@dataclass(frozen=True)
class ZooSettings:
    """How the zoo is rebuilt.

    Args:
        dataset: prepared by the study's profile.
        cache: checkpoints and instruments; outside of the checkout.
        pages: folder of `zoo.md` and `zoo/`.
        label: learn sounds of this label only; empty: all.
        recipes: which rows; all if empty.
        epochs: instead of the recipes'; the row says so.
        minutes: stop each training after so many; the row says so.
        accelerator: as in `TrainSettings`.
        precision: as in `TrainSettings`.
        report_test: measure on the test kits as well; once, at the end.
    """

    dataset: Path
    cache: Path
    pages: Path
    label: str = "snare"
    recipes: tuple[str, ...] = ()
    epochs: int | None = None
    minutes: float | None = None
    accelerator: Accelerator = "auto"
    precision: Precision = "auto"
    report_test: bool = False


def build_rows(settings: ZooSettings, say: Callable[[str], None], report: Report = ignore) -> None:
    """Train and measure each row that is not there yet; a row that fails is noted and the others go on."""
    dataset = Dataset.open(settings.dataset)
    (settings.pages / "zoo").mkdir(parents=True, exist_ok=True)
    settings.cache.mkdir(parents=True, exist_ok=True)
    write_row(settings.pages, REAL, _real_row(dataset, settings))
    for name in settings.recipes or ORDER:
        recipe = RECIPES[name]
        training = _training(recipe, settings)
        key = hash_content(identity(training, dataset.hash))
        known = read_row(settings.pages, name)
        if known and known.get("key") == key and _is_done(known, settings):
            say(f"{name}: done")
            continue
        say(f"{name}: training")
        try:
            row = _row(recipe, training, dataset, settings, report)
        except TrainingError as error:
            row = {"error": str(error)}
        write_row(settings.pages, name, {"key": key, **row, **_circumstances()})
        say(f"{name}: {row.get('error') or 'written'}")


def read_row(pages: Path, name: str) -> dict[str, Any] | None:
    """Return a result, or None where there is none."""
    path = pages / "zoo" / f"{name}.json"
    return json.loads(path.read_text(encoding="ascii")) if path.exists() else None


def write_row(pages: Path, name: str, row: dict[str, Any]) -> None:
    """Write a result."""
    path = pages / "zoo" / f"{name}.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(row, indent=1, sort_keys=True) + "\n", encoding="ascii")
    temporary.replace(path)


def _is_done(row: dict[str, Any], settings: ZooSettings) -> bool:
    if "error" in row or (settings.report_test and "test" not in row):
        return False
    stopped_late = settings.minutes is not None and row["minutes"] >= settings.minutes
    return row["batches"] >= row["planned"] or stopped_late


def _training(recipe: Recipe, settings: ZooSettings) -> TrainSettings:
    changed = recipe if settings.epochs is None or not recipe.epochs else _shortened(recipe, settings.epochs)
    return TrainSettings(
        changed,
        labels=(settings.label,) if settings.label else (),
        minutes=settings.minutes,
        accelerator=settings.accelerator,
        precision=settings.precision,
    )


def _shortened(recipe: Recipe, epochs: int) -> Recipe:
    return Recipe(**{**vars(recipe), "epochs": epochs, "min_batches": 0})


def _row(
    recipe: Recipe, training: TrainSettings, dataset: Dataset, settings: ZooSettings, report: Report
) -> dict[str, Any]:
    path = settings.cache / f"{recipe.name}.drumlin"
    outcome = train(dataset, training, path, work_folder(path), report)
    instrument = load(path)
    started = time.monotonic()
    row: dict[str, Any] = {
        "parameters": parameter_count(recipe.config, dataset.length),
        "batches": outcome.batches,
        "planned": outcome.planned,
        "study_batches": recipe.planned_batches(len(_rows(dataset, settings, "train"))),
        "minutes": outcome.elapsed_s / 60.0,
        "training": outcome.metrics,
        "advice": outcome.advice,
        "precision": instrument.manifest.provenance.get("precision", ""),
        "valid": score_instrument(instrument, _sounds(dataset, settings, "valid")),
    }
    if settings.report_test:
        row["test"] = score_instrument(instrument, _sounds(dataset, settings, "test"))
    row["measured_s"] = time.monotonic() - started
    if instrument.has_encoder:
        points = instrument.points
        kits = {sample: number for number, sample in enumerate(_kits(dataset, settings))}
        colours = [kits[dataset.samples[index].kit] for index in _rows(dataset, settings, "train")]
        row["clusters"] = cluster_share(points.places)
        picture = scatter_svg(points.places, colours, f"{recipe.name}: {len(points)} training sounds on the plane")
        (settings.pages / "zoo" / f"{recipe.name}.svg").write_text(picture, encoding="ascii")
    return row


def cluster_share(places: Any) -> float:
    """Return how crowded sounds (M, 2) stand on the plane: the share of empty cells beyond what chance leaves empty.

    0: as even as random places; 1: all in one cell.
    """
    count, side = len(places), max(2, int(np.sqrt(len(places))))
    cells = np.minimum(((np.asarray(places) + 1.0) / 2.0 * side).astype(int), side - 1)
    used = len({tuple(cell) for cell in cells.tolist()})
    expected = side * side * (1.0 - (1.0 - 1.0 / side**2) ** count)
    return float(np.clip((expected - used) / max(expected - 1.0, 1e-9), 0.0, 1.0))


def _real_row(dataset: Dataset, settings: ZooSettings) -> dict[str, Any]:
    sounds, learned = _sounds(dataset, settings, "valid"), _sounds(dataset, settings, "train")
    guess = compare_sounds(sounds, np.broadcast_to(learned.mean(axis=0), sounds.shape), dataset.sample_rate)
    return {
        "valid": asdict(score_sounds(learned, dataset.sample_rate)),  # defects: of the sounds that models imitate
        "mean_sound_log_mel_db": guess.log_mel_db,
        "train_sounds": len(_rows(dataset, settings, "train")),
        "valid_sounds": len(sounds),
        "data": dataset.hash,
        **_circumstances(),
    }


def _rows(dataset: Dataset, settings: ZooSettings, split: Split) -> list[int]:
    rows = dataset.indices(split)
    return [int(row) for row in rows if not settings.label or dataset.samples[row].label == settings.label]


def _sounds(dataset: Dataset, settings: ZooSettings, split: Split) -> Any:
    rows = _rows(dataset, settings, split)
    if not rows:
        raise TrainingError(f"{dataset.folder} has no {settings.label} in {split}: prepare a folder with more kits")
    return np.array(dataset.waveforms[rows])


def _kits(dataset: Dataset, settings: ZooSettings) -> list[str]:
    return sorted({dataset.samples[row].kit for row in _rows(dataset, settings, "train")})


def _circumstances() -> dict[str, Any]:
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    found = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return {
        "commit": found.stdout.strip() or f"release {__version__}",
        "date": datetime.now(UTC).date().isoformat(),
        "load": [round(value, 2) for value in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
    }
