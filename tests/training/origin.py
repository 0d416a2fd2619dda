"""A small spectral instrument to start trainings from, and the user's sounds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.drums import DRUMS

from drumlin.datasets import Dataset, Sample, Settings, write_dataset
from drumlin.models import Recipe, recipe_named
from drumlin.models.configs import SpectralConfig
from drumlin.training import Start, TrainSettings, train

RATE, LENGTH = 44_100, 40 * 256
PREPARING = Settings(profile="generator", length_s=LENGTH / RATE)
SMALL = SpectralConfig(latent=6, phases=2, strokes=2, width=16, n_blocks=2, n_bands=16)


def make_sounds(folder: Path, labels: list[str], settings: Settings = PREPARING) -> Dataset:
    """Write a data set with a sound for each label; labels that are no drums sound like kicks."""
    rows, samples = [], []
    for number, label in enumerate(labels):
        sound = DRUMS.get(label, DRUMS["kick"])(number)[:LENGTH]
        rows.append(np.pad(sound, (66, LENGTH - len(sound)))[:LENGTH])
        licence = "CC0-1.0" if label else "CC-BY-4.0"
        samples.append(Sample(f"{number}.wav", f"{number:064x}", "train", label, licence=licence, source="own"))
    return write_dataset(folder, np.stack(rows).astype(np.float32), samples, settings)


def small_recipe(**changes: object) -> Recipe:
    """Return the spectral recipe with few numbers, for two batches."""
    return replace(recipe_named("spectral-ae"), config=SMALL, epochs=1, min_batches=0, batch_size=4, **changes)  # type: ignore[arg-type]


def plain(recipe: Recipe, start: Start | None = None, **changes: object) -> TrainSettings:
    """Return settings for one thread of a processor."""
    settings = TrainSettings(recipe, threads=1, precision="32", accelerator="cpu", start=start)
    return replace(settings, **changes)  # type: ignore[arg-type]


def make_origin(folder: Path) -> Path:
    """Train the small instrument on kicks and snares, and return its file."""
    dataset = make_sounds(folder / "data", ["kick", "snare"] * 4)
    out = folder / "Small.drumlin"
    train(dataset, plain(small_recipe(learning_rate=3e-3)), out)
    return out
