"""What a packed training is, as files that numpy reads: the recipe, the facts that its model is built for, the rows.

Beside the checkpoint, which tells how far it is, and the sounds. Fields are written as they are found, whatever they
are called, so that a training that knows more of its data is packed alike.
"""

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CheckpointError, TrainingError
from ..models import recipe_named
from ..models.model import DataFacts
from .data import Rows, TrainingData
from .settings import TrainSettings, identity

PLAN, ROWS = "plan.json", "rows.npz"
FORMAT, VERSION = "drumlin-gpu-pack", 1


@dataclass(frozen=True)
class Plan:
    """What a packed training is.

    Args:
        recipe: its name.
        facts: what the model is built for.
        data: fields of the training data, but for the waveforms.
    """

    recipe: str
    facts: DataFacts
    data: dict[str, Any]

    def training_data(self, waveforms: Rows) -> TrainingData:
        """Return the data with the waveforms that belong to them."""
        return TrainingData(waveforms=waveforms, **self.data)


def write_plan(folder: Path, recipe: str, facts: DataFacts, data: TrainingData) -> None:
    """Write the plan of a training into a folder."""
    values = {one.name: getattr(data, one.name) for one in fields(data) if one.name != "waveforms"}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    plain = {name: value for name, value in values.items() if name not in arrays}
    head = {"format": FORMAT, "version": VERSION, "recipe": recipe, "facts": asdict(facts), "data": plain}
    np.savez(folder / ROWS, allow_pickle=False, **arrays)
    (folder / PLAN).write_text(json.dumps(head, indent=1) + "\n", encoding="ascii")


def read_plan(folder: Path) -> Plan:
    """Read what `write_plan` wrote.

    Raises:
        TrainingError: the folder holds no plan, or one of another release.
    """
    try:
        head = json.loads((folder / PLAN).read_text(encoding="ascii"))
        if (head["format"], head["version"]) != (FORMAT, VERSION):
            raise ValueError(f"{head['format']} {head['version']}, {FORMAT} {VERSION} is expected")
        with (folder / ROWS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            data = _tuples(head["data"]) | dict(arrays)
        return Plan(head["recipe"], DataFacts(**_tuples(head["facts"])), data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{folder} holds no packed training ({error}): carry the whole folder over") from error


def settings_of(recipe_name: str, found: dict[str, Any]) -> TrainSettings:
    """Return the settings of the training that a checkpoint says it is.

    Args:
        recipe_name: which recipe; its numbers are those of the checkpoint.
        found: the checkpoint's identity.
    Raises:
        CheckpointError: this release would make another training of it.
    """
    recipe = recipe_named(recipe_name)
    known = {one.name for one in fields(recipe)} - {"config"}
    changes = {key: value for key, value in found.items() if key in known}
    recipe = replace(recipe, config=replace(recipe.config, **_tuples(found["config"])), **changes)
    settings = TrainSettings(recipe, seed=found["seed"], labels=tuple(found["labels"]))
    wanted = identity(settings, found["data"])
    if different := sorted(key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key)):
        raise CheckpointError(f"the checkpoint is of another training or release (different: {', '.join(different)})")
    return settings


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    """Return plain values with lists, as JSON has them, made the tuples that they were."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
