"""A small data set of synthesised drums and recipes that are learned in a moment."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.drums import DRUMS

from drumlin.datasets import Dataset, Sample, Settings, Split, write_dataset
from drumlin.models import Recipe, recipe_named
from drumlin.models.configs import DenseConfig

SAMPLE_RATE = 44_100


def make_dataset(folder: Path, length: int = 1024, copies: int = 3, splits: Sequence[Split] = ()) -> Dataset:
    """Write a data set of `copies` of each drum; every fourth sound is `valid` unless `splits` says otherwise."""
    sounds = [(label, drum(seed)) for seed in range(copies) for label, drum in DRUMS.items()]
    rows, samples = [], []
    for number, (label, sound) in enumerate(sounds):
        shift = length // 4 - int(np.abs(sound).argmax())
        part = np.pad(sound, (max(0, shift), length))[max(0, -shift) :]
        rows.append(part[:length])
        split: Split = splits[number] if splits else ("valid" if number % 4 == 3 else "train")
        samples.append(Sample(f"{number}.wav", f"{number:064x}", split, label, licence="CC0-1.0", source="synthetic"))
    settings = Settings(attack_s=length / 4 / SAMPLE_RATE, length_s=length / SAMPLE_RATE)
    return write_dataset(folder, np.stack(rows).astype(np.float32), samples, settings)


def tiny_recipe(epochs: int = 4, **changes: object) -> Recipe:
    """Return a dense autoencoder of a few units."""
    recipe = replace(recipe_named("ae-medium-tanh"), config=DenseConfig((8,), 2, "tanh"), epochs=epochs, batch_size=4)
    return replace(recipe, **changes)  # type: ignore[arg-type]
