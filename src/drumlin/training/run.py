"""A training from beginning to end: open, resume or start, learn, export."""

import copy
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from lightning_fabric.strategies import DDPStrategy

from ..datasets import Dataset
from ..errors import CheckpointError, InstrumentError, TrainingError
from ..models.counts import window_length
from ..models.model import DataFacts, Model
from ..models.registry import build
from ..progress import Report, ignore
from .checkpoint import State, read_checkpoint, remove_checkpoints, unpack_random, unpack_training
from .data import TrainingData
from .export import Kept, encode_all, export_instrument
from .loop import Loop, Outcome
from .metrics import FILE_NAME
from .mine import Mine
from .precision import FULL, HALF, HalfProducts, choose_precision
from .settings import TrainSettings, identity

PRECISIONS = {"32": FULL, "bf16": HALF}


def train(
    dataset: Dataset, settings: TrainSettings, out: Path, work: Path | None = None, report: Report = ignore
) -> Outcome:
    """Learn a recipe on a data set and write the instrument; continues where an earlier run was stopped.

    Args:
        dataset: only its rows of `train` and `valid` are read.
        settings: recipe, seed, devices, limits.
        out: the instrument.
        work: folder of checkpoints, metrics and the TensorBoard log; kept. Default: `OUT.training` beside `out`.
        report: is told how far it is.
    Returns:
        What the training came to; in the second and further processes of several, without an instrument.
    Raises:
        TrainingError: the losses stopped being numbers, or there is nothing to learn from.
        CheckpointError: `work` holds another training.
        RecipeError: the recipe does not fit the data.
    """
    work = work or work_folder(out)
    work.mkdir(parents=True, exist_ok=True)
    if settings.fresh:
        remove_checkpoints(work)
        (work / FILE_NAME).unlink(missing_ok=True)
    with torch.random.fork_rng(), _quiet_neighbours(), _threads_restored():
        return _train(dataset, settings, out, work, report)


def work_folder(out: Path) -> Path:
    """Return the folder where a training keeps its checkpoints unless told otherwise."""
    return out.with_name(out.name + ".training")


def _train(dataset: Dataset, settings: TrainSettings, out: Path, work: Path, report: Report) -> Outcome:
    recipe = settings.recipe
    state, tensors = _state(settings, dataset.hash, work)
    torch.set_num_threads(state.threads)
    mine = _mine(settings, dataset)
    data = mine.data if mine else _data(settings, dataset)
    if mine:
        model = mine.model(recipe, settings.seed)
    else:
        model = build(recipe, DataFacts(dataset.length, dataset.sample_rate, data.classes), settings.seed)
        if not tensors:
            _fit(model, data, settings.seed)
    device = _device(settings)
    state.precision = state.precision or _precision(settings, model, data, device)
    optimisers = model.optimisers(recipe.learning_rate)
    fabric = _connect(settings, device, state.precision, parts=len(optimisers))
    loop = Loop(fabric, model, optimisers, data, settings, state, work, mine.replay if mine else None)
    if tensors:
        unpack_training(tensors, model, optimisers)
        own = {name.rsplit("/", 1)[0]: value for name, value in tensors.items() if _is_random_of(name, fabric)}
        unpack_random(own, fabric.device)
    else:
        torch.manual_seed(settings.seed + fabric.global_rank)

    kept = Kept()
    if mine and settings.start:
        kept = Kept(mine.company, mine.inherited(settings.start), {**mine.templates(model)})

    def export(path: Path, outcome: Outcome | None) -> None:
        facts = {"provenance": _run_facts(state), "metrics": outcome.metrics if outcome else loop.latest}
        export_instrument(path, model, dataset, data, settings, facts, kept, outcome is None)

    outcome = loop.run(report, _snapshot(settings.snapshot, export))
    if fabric.is_global_zero:
        export(out, outcome)
    return outcome


def _fit(model: Model, data: TrainingData, seed: int) -> None:
    """Let the model compute what it does not learn by gradients."""
    if type(model).fit is not Model.fit:
        rows = data.epoch_rows(seed, 0)
        model.fit(data.read(rows), data.labels[rows])
    if type(model).learn_strokes is not Model.learn_strokes and len(rows := data.strokes):
        with torch.no_grad():
            latents = encode_all(copy.deepcopy(model).eval().graphs()["encode"].module, data, rows)
        model.learn_strokes(latents, data.drums[rows], data.struck_db[rows])


def _data(settings: TrainSettings, dataset: Dataset) -> TrainingData:
    recipe = settings.recipe
    return TrainingData.of(dataset, window_length(recipe.config, dataset.length), settings.labels, recipe.per_kit)


def _mine(settings: TrainSettings, dataset: Dataset) -> Mine | None:
    """Return what a training from an instrument needs; None for one that starts from random numbers."""
    if settings.start is None:
        return None
    return Mine.open(settings.start, dataset, settings.recipe, settings.labels, settings.seed)


def _snapshot(path: Path | None, export: Callable[[Path, Outcome | None], None]) -> Callable[[], Path | None]:
    """Return what writes an instrument of the model while it learns; one that makes no sound yet is left out."""

    def write() -> Path | None:
        try:
            if path:
                export(path, None)
        except InstrumentError:
            return None
        return path

    return write


def _state(settings: TrainSettings, data_hash: str, work: Path) -> tuple[State, dict[str, torch.Tensor]]:
    """Return where the training stands and the tensors to continue from; no tensors: at its beginning."""
    wanted = identity(settings, data_hash)
    found = read_checkpoint(work)
    if found is None:
        precision = "" if settings.precision == "auto" else PRECISIONS[settings.precision]
        return State(wanted, precision=precision, threads=settings.threads or torch.get_num_threads()), {}
    state, tensors = found
    different = sorted(key for key in wanted if state.identity.get(key) != wanted[key])
    if different:
        raise CheckpointError(
            f"{work} holds another training (different: {', '.join(different)}): "
            "start over with --fresh, or name another folder with --work"
        )
    state.threads = settings.threads or min(state.threads, os.cpu_count() or 1)
    if settings.precision != "auto":
        state.precision = PRECISIONS[settings.precision]
    return state, tensors


def _run_facts(state: State) -> dict[str, Any]:
    return {"batches": state.step, "precision": state.precision}


def _device(settings: TrainSettings) -> torch.device:
    has_gpu = torch.cuda.is_available()
    if settings.accelerator == "gpu" and not has_gpu:
        raise TrainingError("no GPU that torch can use: train with --accelerator cpu, or install torch for the GPU")
    return torch.device("cuda" if has_gpu and settings.accelerator != "cpu" else "cpu")


def _precision(settings: TrainSettings, model: Model, data: TrainingData, device: torch.device) -> str:
    """Return the precision that a race finds better; several processes must agree, and take 32 bit without one.

    So does a short training that starts from an instrument: the race would take as long as it could win.
    """
    if settings.devices * settings.nodes > 1 or settings.start:
        return FULL
    rows = data.batch_rows(settings.seed, 0, settings.recipe.batch_size)
    batch = (torch.from_numpy(data.read(rows)), torch.from_numpy(data.labels[rows]))
    return choose_precision(model, batch, settings.recipe.learning_rate, device)


def _connect(settings: TrainSettings, device: torch.device, precision: str, parts: int) -> Fabric:
    if device.type == "cuda":
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True, warn_only=True)
    world = settings.devices * settings.nodes
    fabric = Fabric(
        accelerator=device.type,
        devices=settings.devices,
        num_nodes=settings.nodes,
        precision=None if precision == HALF else precision,
        plugins=HalfProducts(device) if precision == HALF else None,
        strategy=DDPStrategy(find_unused_parameters=parts > 1) if world > 1 else "auto",
    )
    fabric.launch()
    return fabric


def _is_random_of(name: str, fabric: Fabric) -> bool:
    return name.startswith("random/") and name.endswith(f"/{fabric.global_rank}")


@contextmanager
def _threads_restored() -> Iterator[None]:
    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _quiet_neighbours() -> Iterator[None]:
    """Keep advertisements and internal deprecations of the libraries underneath from the user."""
    names = ("lightning_fabric", "lightning.fabric", "lightning_fabric.utilities.rank_zero")
    levels = {name: logging.getLogger(name).level for name in names}
    try:
        for name in names:
            logging.getLogger(name).setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"(lightning_fabric|torch|tensorboard|google)\.")
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
