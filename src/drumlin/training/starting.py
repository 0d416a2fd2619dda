"""A training that starts from an instrument: its weights back in a model, its classes joined by the user's.

The weights are in the file anyway, in half precision. They are read by name, and the model must then reproduce the
pair of sounds in the file, or the training is refused. Classes that both know keep their numbers, by name; a new one
starts as the mean of those that are there.

Shapes: K classes, D latent size, T points.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from ..errors import InstrumentError, RecipeError, TrainingError
from ..instrument import DEFAULT_PATH, Instrument, load
from ..instrument.archive import CHECK, GRAPHS, read_file, unpack
from ..instrument.points import unpack_check
from ..models.model import DataFacts, Graph, Model
from ..models.recipes import RECIPES, Family, Recipe
from ..models.registry import build
from ..provenance import hash_bytes
from ..units import Array
from .graphs import graph_template
from .templates import read_weights

FAMILIES: Final[tuple[Family, ...]] = ("spectral",)
"""Models that know classes and have an encoder: those from which a training can start."""

REPRODUCED = 0.01
"""The rebuilt model may be so far from the pair in the file, of its largest value: the arithmetic differs a little."""

PROBE_SEED = 3


@dataclass(frozen=True)
class Origin:
    """An instrument from which a training starts.

    Args:
        instrument: as it plays.
        recipe: by which it was made, with its own sizes.
        model: rebuilt, at rest; never trained itself.
        graphs: of the file, by name.
    """

    instrument: Instrument
    recipe: Recipe
    model: Model
    graphs: Mapping[str, bytes]


@dataclass(frozen=True)
class Entries:
    """Which entries along an axis of a parameter belong to the classes, in their order."""

    axis: int
    rows: tuple[int, ...]


def open_origin(path: Path) -> Origin:
    """Read an instrument and rebuild the model that it was exported from.

    Raises:
        InstrumentError: the file is no instrument.
        TrainingError: it is of a family that cannot be continued, or its weights cannot be read back.
    """
    instrument = load(path, verify=path != DEFAULT_PATH)
    data = read_file(path)
    if hash_bytes(data) != instrument.sha256:
        raise InstrumentError(f"{path.name} changed while it was read: try again")
    recipe = recipe_of(instrument)
    facts = DataFacts(instrument.length, instrument.sample_rate, instrument.classes)
    model = build(recipe, facts).eval().requires_grad_(False)
    members = unpack(data)
    graphs = {name: members[GRAPHS[name]] for name in model.graphs()}
    for name, graph in model.graphs().items():
        _read_back(graph, graphs[name])
    _check(model, instrument, unpack_check(members[CHECK], instrument.manifest))
    return Origin(instrument, recipe, model, graphs)


def recipe_of(instrument: Instrument) -> Recipe:
    """Return the recipe of an instrument, with the sizes that it was made with.

    Raises:
        TrainingError: it is of a family that cannot be continued, or of another release.
    """
    possible = [recipe.name for recipe in RECIPES.values() if recipe.family in FAMILIES]
    facts = instrument.manifest.provenance
    if facts.get("family") not in FAMILIES or not instrument.has_encoder:
        raise TrainingError(
            f"{instrument.name} was made by the recipe {instrument.recipe}, from which no training can start: start "
            f"from the built-in instrument (--from default), or from one made by {', '.join(possible)}"
        )
    recipe = RECIPES.get(instrument.recipe, RECIPES[possible[0]])
    known = {field.name: field for field in fields(recipe.config)}
    config = facts.get("config")
    try:
        if not isinstance(config, dict) or not config.keys() <= known.keys():
            raise TypeError("unknown settings")
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in config.items()
        }
        return replace(recipe, config=replace(recipe.config, **values))
    except (TypeError, RecipeError) as error:
        raise _foreign(instrument) from error


def continued(origin: Origin, recipe: Recipe, classes: Sequence[str], seed: int = 0) -> Model:
    """Return a model to train: the weights of the origin, and a column for each of `classes`.

    Args:
        origin: where the weights come from.
        recipe: what is trained; its sizes are those of the origin.
        classes: of the new instrument, K.
        seed: of what the origin does not tell.
    Raises:
        RecipeError: the recipe has other sizes than the origin.
    """
    facts = DataFacts(origin.instrument.length, origin.instrument.sample_rate, tuple(classes))
    model = build(recipe, facts, seed)
    former, wanted = origin.model.state_dict(), model.state_dict()
    if former.keys() != wanted.keys():
        raise _resized(origin.instrument)
    old = class_entries(origin.model, origin.recipe, replace(facts, classes=origin.instrument.classes))
    new = class_entries(model, recipe, facts)
    for name, value in former.items():
        if name in old:
            wanted[name] = _rearranged(value, wanted[name], old[name], new[name], origin.instrument.classes, classes)
        elif wanted[name].shape == value.shape:
            wanted[name] = value
        elif name in dict(model.named_parameters()):
            raise _resized(origin.instrument)
    model.load_state_dict(wanted)
    return model


def class_entries(model: Model, recipe: Recipe, facts: DataFacts) -> dict[str, Entries]:
    """Return where the classes stand in the parameters, whatever the architecture.

    A parameter that grows along an axis with one more class has them there; and the entries that get no gradient while
    all class weights are 0 are theirs.

    Args:
        model: built from `recipe` and `facts`; left alone.
        recipe: its sizes.
        facts: its length, sample rate and classes.
    Raises:
        TrainingError: the classes cannot be told from the rest.
    """
    count = len(model.controls.classes)
    wider = build(recipe, replace(facts, classes=tuple(map(str, range(count + 1))))).state_dict()
    grown = {
        name: next(axis for axis, (a, b) in enumerate(zip(value.shape, wider[name].shape, strict=True)) if a != b)
        for name, value in model.named_parameters()
        if value.shape != wider[name].shape
    }
    entries = {}
    for name, gradient in _gradients_without_classes(model, list(grown)).items():
        idle = gradient.movedim(grown[name], 0).flatten(1).abs().amax(dim=1) == 0.0
        rows = tuple(int(row) for row in idle.nonzero().flatten())
        if len(rows) != count:
            raise TrainingError(f"{name}: {len(rows)} entries look like those of classes, {count} are expected")
        entries[name] = Entries(grown[name], rows)
    return entries


def _gradients_without_classes(model: Model, names: list[str]) -> dict[str, Tensor]:
    """Return the gradients of what is decoded at a random latent with no class at all."""
    twin = copy.deepcopy(model).eval().requires_grad_(True)
    graph, generator = twin.graphs()["decode"], torch.Generator().manual_seed(PROBE_SEED)
    inputs = {
        name: value + 0.3 * torch.randn(value.shape, generator=generator) if value.is_floating_point() else value
        for name, value in graph.inputs.items()
    }
    inputs["class"] = torch.zeros_like(graph.inputs["class"])
    parameters = dict(twin.named_parameters())
    energy = graph.module(*inputs.values()).square().sum()
    gradients = torch.autograd.grad(energy, [parameters[name] for name in names], materialize_grads=True)
    return dict(zip(names, gradients, strict=True))


def _read_back(graph: Graph, data: bytes) -> None:
    """Put the weights that a graph of the file holds into the module of the model."""
    module = graph.module
    weights = read_weights(data, module)
    missing = {name for name, value in module.state_dict().items() if value.is_floating_point()} - set(weights)
    if missing and (template := graph_template(graph)):
        weights = read_weights(data, module, template.former)
    module.load_state_dict(weights, strict=False)


def _check(model: Model, instrument: Instrument, pair: dict[str, Array]) -> None:
    """Refuse a model that does not make the sounds of its instrument."""
    wanted = {"decode": pair["waveform"], "encode": pair["encoded"]}
    for name, graph in model.graphs().items():
        feeds = [torch.from_numpy(pair[key]) if key in pair else value[:1] for key, value in graph.inputs.items()]
        with torch.no_grad():
            made = graph.module(*feeds).numpy()
        scale = max(1e-6, float(np.abs(wanted[name]).max()))
        if made.shape != wanted[name].shape or not np.abs(made - wanted[name]).max() <= REPRODUCED * scale:
            raise _foreign(instrument)


def _rearranged(
    value: Tensor, like: Tensor, old: Entries, new: Entries, had: Sequence[str], has: Sequence[str]
) -> Tensor:
    """Return a parameter with the columns of other classes."""
    source, target = value.movedim(old.axis, 0), like.movedim(new.axis, 0).clone()
    target[_others(new, len(target))] = source[_others(old, len(source))]
    mean = source[list(old.rows)].mean(dim=0)
    for row, name in zip(new.rows, has, strict=True):
        target[row] = source[old.rows[had.index(name)]] if name in had else mean
    return target.movedim(0, new.axis)


def _others(entries: Entries, count: int) -> list[int]:
    return [row for row in range(count) if row not in entries.rows]


def _resized(instrument: Instrument) -> RecipeError:
    return RecipeError(f"the sizes of the model are those of {instrument.name}: leave them out of --set")


def _foreign(instrument: Instrument) -> TrainingError:
    return TrainingError(
        f"the weights of {instrument.name} cannot be read back, another release of Drumlin made it: start from the "
        "built-in instrument (--from default), or from one made by this release"
    )
