"""More like mine: what the user's sounds and the dial make of a training that starts from an instrument.

The dial goes from 0, "like the built-in", to 1, "only mine". It sets how much of each batch the start instrument goes
on playing itself, and how fast the rest is learned; at 1 nothing is replayed, and only the user's classes remain.

Shapes: M sounds, T points.
"""

import copy
import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..datasets import Dataset, Settings
from ..errors import RecipeError
from ..instrument import DEFAULT_PATH, load
from ..models.model import Model
from ..models.recipes import Recipe
from .data import TrainingData
from .export import INHERITED, Company
from .replay import Replay
from .settings import Start
from .starting import Origin, continued, open_origin, recipe_of
from .templates import Template, reused_template

UNLABELLED = "mine"
"""The class of sounds without a label."""

MOST_REPLAY = 0.75
"""Share of replayed sounds in a batch where the dial is at 0."""

LEAST_RATE, MOST_RATE = 2e-4, 1.5e-3
"""Learning rates where the dial is at 0 and at 1; between them, each step of the dial is one factor. Measured: see
docs/learning.md."""

AUGMENT = 0.5
"""How far the user's sounds are changed while it learns, see `models.augmenting`."""

TYPICAL_SOUNDS, TYPICAL_BATCHES = 200, 800
LEAST_BATCHES, MOST_BATCHES = 400, 4_000
"""Batches go with the root of the number of sounds: 800 are about five minutes on two cores that are free."""

MOST_COMPANY = 128
"""Sounds of the start that are shown on the map beside the user's."""


@dataclass(frozen=True)
class Mine:
    """All that a training from an instrument needs beside the user's sounds.

    Args:
        origin: the start.
        data: the user's sounds, under the classes of the new instrument.
        replay: what the start plays meanwhile; None where the dial is at 1.
        company: what is shown of it on the map.
        share: of each batch, that is replayed.
    """

    origin: Origin
    data: TrainingData
    replay: Replay | None
    company: Company | None
    share: float

    @classmethod
    def open(cls, start: Start, dataset: Dataset, recipe: Recipe, labels: tuple[str, ...], seed: int) -> "Mine":
        """Read the start and look at the user's sounds.

        Raises:
            TrainingError: no training can start from it.
            RecipeError: the sounds were prepared in another way than those of the start.
        """
        origin = open_origin(start.path)
        _check_preparing(origin, dataset)
        data = with_classes(TrainingData.of(dataset, origin.instrument.length, labels), origin, dataset, start.dial)
        count = replayed(recipe.batch_size, start.dial)
        if not count:
            return cls(origin, data, None, None, 0.0)
        share = count / recipe.batch_size
        replay = Replay(origin.instrument, origin.model, seed, count)
        waveforms, numbers = replay.sounds(min(MOST_COMPANY, math.ceil(len(data.train) * share / (1.0 - share))))
        company = Company(waveforms, tuple(origin.instrument.classes[number] for number in numbers))
        return cls(origin, data, replay, company, share)

    def model(self, recipe: Recipe, seed: int) -> Model:
        """Return the model to train, its classes weighed by how often each will be heard."""
        model = continued(self.origin, recipe, self.data.classes, seed)
        labels = self.data.labels[self.data.train]
        if self.company:
            heard = [self.data.classes.index(label) for label in self.company.labels]
            wanted = round(len(labels) * self.share / (1.0 - self.share))
            labels = np.concatenate([labels, np.resize(heard, wanted)])
        model.weigh(labels)
        return model

    def templates(self, model: Model) -> dict[str, Template]:
        """Return what the graphs of the start spare the export of the model's own."""
        graphs = copy.deepcopy(model).cpu().eval().graphs()
        found = {name: reused_template(self.origin.graphs[name], graph) for name, graph in graphs.items()}
        return {name: template for name, template in found.items() if template is not None}

    def inherited(self, start: Start) -> dict[str, Any]:
        """Return what the new instrument says of its start; licences and credits of the start hold for it as well."""
        instrument = self.origin.instrument
        facts = instrument.manifest.provenance
        kept = {name: facts[name] for name in INHERITED if isinstance(facts.get(name), list)}
        data = str(facts.get("data", ""))
        return {"name": instrument.name, "sha256": start.sha256, "data": data, "dial": start.dial, **kept}


def continued_recipe(start: Start, sounds: int) -> Recipe:
    """Return the plan of a training from an instrument on so many sounds.

    Raises:
        TrainingError: no training can start from it.
    """
    recipe = recipe_of(load(start.path, verify=start.path != DEFAULT_PATH))
    known = {field.name for field in fields(recipe.config)}
    changes: dict[str, Any] = {"augment": AUGMENT}
    return replace(
        recipe,
        config=replace(recipe.config, **{name: changes[name] for name in changes.keys() & known}),
        epochs=max(1, math.ceil(planned_batches(sounds) / math.ceil(max(1, sounds) / recipe.batch_size))),
        min_batches=0,
        per_kit=0,
        learning_rate=LEAST_RATE * (MOST_RATE / LEAST_RATE) ** start.dial,
    )


def preparing_for(start: Start) -> Settings:
    """Return how sounds are prepared for a training from an instrument.

    Raises:
        TrainingError: no training can start from it.
    """
    instrument = load(start.path, verify=start.path != DEFAULT_PATH)
    length_s = math.ceil(100 * instrument.length / instrument.sample_rate) / 100
    return replace(recipe_of(instrument).preparing, sample_rate=instrument.sample_rate, length_s=length_s)


def planned_batches(sounds: int) -> int:
    """Return how many batches so many sounds are worth."""
    wanted = TYPICAL_BATCHES * math.sqrt(sounds / TYPICAL_SOUNDS)
    return round(min(MOST_BATCHES, max(LEAST_BATCHES, wanted)))


def replayed(batch_size: int, dial: float) -> int:
    """Return how many sounds of a batch are replayed; at least one is the user's."""
    return min(batch_size - 1, round(MOST_REPLAY * (1.0 - dial) * batch_size))


def with_classes(data: TrainingData, origin: Origin, dataset: Dataset, dial: float) -> TrainingData:
    """Return the data under the classes of the new instrument: those of the start first, unless the dial is at 1."""
    names = [sample.label or UNLABELLED for sample in dataset.samples]
    own = sorted({names[row] for row in data.train})
    kept = origin.instrument.classes if dial < 1.0 else ()
    classes = (*kept, *(name for name in own if name not in kept))
    numbers = {name: number for number, name in enumerate(classes)}
    labels: NDArray[np.int64] = np.array([numbers.get(name, numbers[own[0]]) for name in names], dtype=np.int64)
    return replace(data, classes=classes, labels=labels)


def _check_preparing(origin: Origin, dataset: Dataset) -> None:
    instrument, settings = origin.instrument, dataset.settings
    if dataset.sample_rate != instrument.sample_rate:
        raise RecipeError(
            f"the prepared sounds have {dataset.sample_rate} Hz, {instrument.name} has {instrument.sample_rate}: "
            f"prepare them again with --sample-rate {instrument.sample_rate}"
        )
    wanted = "generator" if instrument.manifest.alignment.normalised else "study"
    if settings.profile != wanted:
        raise RecipeError(
            f"the sounds were prepared in the profile {settings.profile}, those of {instrument.name} in {wanted}: "
            f"prepare them again with --profile {wanted}"
        )
