"""Measures what each part of the spectral autoencoder buys: equal short budgets, one seed, sounds of unseen kits.

    python scripts/ablate.py DATASET [--batches N] [--only NAME...] [--out docs/models/ablations.json]

DATASET is one that `scripts/train_default.py` prepared (its cache holds it). Each variant is fitted, learns N batches
on one thread and is measured on `valid` through the judge's window, before the first batch and after the last. Results
are added to OUT as they come; variants that stand there with the same budget are not run again.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MethodType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from drumlin.datasets import Dataset
from drumlin.evaluation.fidelity import compare_pairs
from drumlin.evaluation.window import judged_windows
from drumlin.models.model import DataFacts
from drumlin.models.recipes import recipe_named
from drumlin.models.registry import build
from drumlin.models.spectral_autoencoder import SpectralAutoencoder
from drumlin.training.data import TrainingData

RECIPE = recipe_named("spectral-ae")
CHUNK = 16
SEED = 0


def without_stroke(model: SpectralAutoencoder) -> None:
    """Leave the frames as they are: no levels of the stroke."""
    model.decoder._shaped = MethodType(lambda self, waveform, *_: waveform, model.decoder)


def without_body(model: SpectralAutoencoder) -> None:
    """Leave the low band to the frames' own tone and noise."""
    model.decoder.presence.zero_()
    model.decoder.body_window.zero_()


def with_free_body(model: SpectralAutoencoder) -> None:
    """Play the low waveform as loud as its components say, not as the picture does."""
    model.decoder.body.gains = MethodType(lambda self, real, *_: torch.ones_like(real), model.decoder.body)


@dataclass(frozen=True)
class Variant:
    """A model that lacks something.

    Args:
        settings: other sizes and choices.
        change: of the fitted model.
        has_layers: whether softer and harder strokes of the same drums are learned from.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    change: Callable[[SpectralAutoencoder], None] | None = None
    has_layers: bool = True


VARIANTS = {
    "whole": Variant(),
    "64 numbers (40 picture, 16 low, 8 stroke)": Variant({"latent": 64, "phases": 16, "strokes": 8}),
    "without the stroke": Variant(change=without_stroke),
    "without the body": Variant(change=without_body),
    "body not held to the picture": Variant(change=with_free_body),
    "without changed sounds": Variant({"augment": 0.0}),
    "without noise on the latent": Variant({"jitter": 0.0}),
    "without layers": Variant(has_layers=False),
}


def main() -> None:
    """Run what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--batches", type=int, default=400)
    parser.add_argument("--only", nargs="*", default=list(VARIANTS))
    parser.add_argument("--out", type=Path, default=Path("docs/models/ablations.json"))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    dataset = Dataset.open(arguments.dataset)
    found = json.loads(arguments.out.read_text()) if arguments.out.exists() else {}
    for name in arguments.only:
        if found.get(name, {}).get("batches") != arguments.batches:
            found[name] = {"batches": arguments.batches, **run(VARIANTS[name], dataset, arguments.batches)}
            arguments.out.write_text(json.dumps(found, indent=1, ensure_ascii=True) + "\n")
        print(name, found[name], flush=True)


def run(variant: Variant, dataset: Dataset, batches: int) -> dict[str, dict[str, float]]:
    """Return what a variant scores before and after learning."""
    recipe = replace(RECIPE, config=replace(RECIPE.config, **variant.settings))
    data = TrainingData.of(dataset, dataset.length // 256 * 256, per_kit=recipe.per_kit)
    if not variant.has_layers:
        kept = [row for row in data.train if not dataset.samples[row].path.startswith("layers/")]
        data = replace(data, train=np.array(kept, dtype=np.int64))
    model = build(recipe, DataFacts(dataset.length, dataset.sample_rate, data.classes), SEED)
    assert isinstance(model, SpectralAutoencoder)
    torch.manual_seed(SEED)
    rows = data.epoch_rows(SEED, 0)
    model.fit(data.read(rows), data.labels[rows])
    if variant.change:
        variant.change(model)
    before = measured(model, data)
    learn(model, data, batches, recipe.learning_rate)
    return {"before": before, "after": measured(model, data)}


def learn(model: SpectralAutoencoder, data: TrainingData, batches: int, learning_rate: float) -> None:
    """Take so many steps, on the schedule of a training that ends there."""
    optimiser = model.optimisers(learning_rate)["model"]
    rates = [group["lr"] * group.get("factor", 1.0) for group in optimiser.param_groups]
    model.train()
    for step in range(batches):
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * model.rate_factor(step, batches)
        rows = data.batch_rows(SEED, step, RECIPE.batch_size)
        losses = model("model", torch.from_numpy(data.read(rows)), torch.from_numpy(data.labels[rows]), step)
        optimiser.zero_grad()
        losses["loss"].backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), model.largest_step)
        optimiser.step()


def measured(model: SpectralAutoencoder, data: TrainingData) -> dict[str, float]:
    """Return how near the model comes to sounds of unseen kits."""
    model.eval()
    sounds = torch.from_numpy(data.read(data.valid))
    classes = torch.nn.functional.one_hot(torch.from_numpy(data.labels[data.valid]), len(data.classes)).float()
    with torch.no_grad():
        made = torch.cat(
            [_given_back(model, *both) for both in zip(sounds.split(CHUNK), classes.split(CHUNK), strict=True)]
        )
    real, heard = (judged_windows(list(part.numpy()), model.sample_rate) for part in (sounds, made))
    scores = compare_pairs(real, heard, model.sample_rate)
    return {
        "log_mel_db": round(float(scores.log_mel_db.mean()), 2),
        "log_mel_median_db": round(float(np.median(scores.log_mel_db)), 2),
        "attack_median_ms": round(float(np.nanmedian(scores.attack_ms)), 2),
        "low_band_median_db": round(float(np.nanmedian(scores.low_band_db)), 1),
    }


def _given_back(model: SpectralAutoencoder, sounds: Tensor, classes: Tensor) -> Tensor:
    seeds = torch.zeros(len(sounds), dtype=torch.int64)
    return model.decoder.parts(model.encoder(sounds), classes, seeds, model.n_frames)[0]


if __name__ == "__main__":
    main()
