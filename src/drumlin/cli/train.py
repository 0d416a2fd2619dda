"""Commands that learn: recipes, train, learn. Training is imported inside, and needs torch."""

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from ..errors import LearningMissingError, UsageError
from .output import JsonOption, ProgressOption, ProgressStyle, print_event, print_json, progress_report, say

if TYPE_CHECKING:
    from ..datasets import Settings
    from ..models import Recipe
    from ..training import Outcome, Start, TrainSettings

NEEDED = ("torch", "lightning_fabric", "tensorboard", "onnxscript")
DEFAULT_RECIPE = "ae-medium-tanh"
DEFAULT_DIAL = 0.5

OutOption = Annotated[Path, typer.Option("--out", "-o", metavar="FILE.drumlin", help="The instrument to write.")]
EpochsOption = Annotated[int | None, typer.Option(min=1, help="Passes over the sounds; the recipe's if not given.")]
MinutesOption = Annotated[float | None, typer.Option(help="Stop after so many minutes, earlier runs counted in.")]
BatchOption = Annotated[int | None, typer.Option(min=1, help="Sounds a batch.")]
RateOption = Annotated[float | None, typer.Option(help="Learning rate.")]
SeedOption = Annotated[int, typer.Option(min=0, help="Of the first weights, the order and the noise.")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting of the model, such as dim=16.")
]
LabelOption = Annotated[list[str] | None, typer.Option("--label", help="Learn only sounds of this label; repeatable.")]
AcceleratorOption = Annotated[str, typer.Option(metavar="auto|cpu|gpu", help="Where to compute.")]
DevicesOption = Annotated[int, typer.Option(min=1, help="Devices on each machine.")]
NodesOption = Annotated[int, typer.Option(min=1, help="Machines.")]
PrecisionOption = Annotated[str, typer.Option(metavar="auto|32|bf16", help="auto: what a short race finds better.")]
ThreadsOption = Annotated[int, typer.Option(min=0, help="Threads of the processor; 0: all.")]
SnapshotOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write an instrument here now and then while learning.")
]
EveryOption = Annotated[float, typer.Option(min=1, help="Seconds between snapshots.")]
WorkOption = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Checkpoints and metrics; OUT.training if not given.")
]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="INSTRUMENT", help="Start from an instrument file, or from `default`.")
]
DialOption = Annotated[
    float | None,
    typer.Option(metavar="0..1", help="With --from: 0 stays like that instrument, 1 keeps only your sounds [0.5]."),
]
FreshOption = Annotated[bool, typer.Option("--fresh", help="Start over instead of continuing.")]


def recipes(as_json: JsonOption = False) -> None:
    """List what can be learned, with the number of parameters at the lengths of the study."""
    from ..models import RECIPES, parameter_count
    from ..models.recipes import STUDY_LENGTH

    rows = [
        {
            "name": recipe.name,
            "parameters": parameter_count(recipe.config, STUDY_LENGTH),
            "epochs": recipe.epochs,
            "laptop": recipe.laptop,
            "description": recipe.description,
        }
        for recipe in RECIPES.values()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print(f"{row['name']:20} {row['parameters']:>12,}  {row['description']}")


def train(
    recipe: Annotated[str, typer.Argument(help="A name out of `drumlin recipes`; left out with --from.")],
    out: OutOption,
    dataset: Annotated[Path | None, typer.Argument(help="A folder made by `drumlin prepare`.")] = None,
    from_: FromOption = None,
    dial: DialOption = None,
    epochs: EpochsOption = None,
    minutes: MinutesOption = None,
    batch_size: BatchOption = None,
    learning_rate: RateOption = None,
    seed: SeedOption = 0,
    set_: SetOption = None,
    label: LabelOption = None,
    accelerator: AcceleratorOption = "auto",
    devices: DevicesOption = 1,
    nodes: NodesOption = 1,
    precision: PrecisionOption = "auto",
    threads: ThreadsOption = 0,
    snapshot: SnapshotOption = None,
    snapshot_every: EveryOption = 30.0,
    work: WorkOption = None,
    fresh: FreshOption = False,
    progress: ProgressOption = ProgressStyle.auto,
    as_json: JsonOption = False,
) -> None:
    """Learn a recipe on a data set and write an instrument; run it again to continue where it was stopped."""
    recipe_name, folder = (recipe, dataset) if dataset or not from_ else (None, Path(recipe))
    if folder is None:
        raise UsageError(f"train {recipe}: a data set is missing; give it after the recipe, or start with --from")
    start = _start(from_, dial, recipe_name)
    if start is None:
        chosen = _changed(_named(recipe), epochs, batch_size, learning_rate, set_)
        require_learning()
    else:
        chosen = _changed(_plan(start, folder, label or []), epochs, batch_size, learning_rate, set_)
    settings = _settings(
        recipe=chosen,
        start=start,
        seed=seed,
        labels=tuple(label or ()),
        minutes=minutes,
        accelerator=_choice("accelerator", accelerator, ("auto", "cpu", "gpu")),
        devices=devices,
        nodes=nodes,
        precision=_choice("precision", precision, ("auto", "32", "bf16")),
        threads=threads,
        snapshot=snapshot,
        snapshot_every_s=snapshot_every,
        fresh=fresh,
    )
    outcome = _train(settings, folder, out, work, progress)
    _present(outcome, chosen, out, progress, as_json)


def learn(
    folder: Annotated[Path, typer.Argument(help="A folder of one-shots.")],
    out: OutOption,
    recipe: Annotated[
        str | None, typer.Option(help=f"A name out of `drumlin recipes` [{DEFAULT_RECIPE}]; left out with --from.")
    ] = None,
    from_: FromOption = None,
    dial: DialOption = None,
    minutes: MinutesOption = None,
    epochs: EpochsOption = None,
    set_: SetOption = None,
    seed: SeedOption = 0,
    work: WorkOption = None,
    snapshot: SnapshotOption = None,
    snapshot_every: EveryOption = 15.0,
    fresh: FreshOption = False,
    progress: ProgressOption = ProgressStyle.auto,
    as_json: JsonOption = False,
) -> None:
    """Prepare a folder and learn it, in one go; run it again to continue where it was stopped."""
    start = _start(from_, dial, recipe)
    if start is None:
        chosen = _changed(_named(recipe or DEFAULT_RECIPE), epochs, None, None, set_)
        require_learning()
    place = work or out.with_name(out.name + ".training")
    prepared = _prepare(folder, place / "dataset", _preparing(start) if start else chosen.preparing, progress)
    if start is not None:
        chosen = _changed(_plan(start, prepared, []), epochs, None, None, set_)
    settings = _settings(
        recipe=chosen,
        start=start,
        seed=seed,
        minutes=minutes,
        snapshot=snapshot,
        snapshot_every_s=snapshot_every,
        fresh=fresh,
    )
    outcome = _train(settings, prepared, out, place, progress)
    _present(outcome, chosen, out, progress, as_json)


def require_learning() -> None:
    """Refuse to go on where torch and its company are not installed.

    Raises:
        LearningMissingError: something is missing.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise LearningMissingError(
            f"learning needs {', '.join(missing)}, which is not installed: run `drumlin add-learning` (about 800 MB)"
        )


def _named(name: str) -> "Recipe":
    from ..models import recipe_named

    return recipe_named(name)


def _changed(
    recipe: "Recipe",
    epochs: int | None,
    batch_size: int | None,
    learning_rate: float | None,
    settings: list[str] | None,
) -> "Recipe":
    """Return a recipe with what the command line says instead."""
    recipe = recipe.with_settings(_pairs(settings or []))
    changes: dict[str, Any] = {
        key: value
        for key, value in {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate}.items()
        if value is not None
    }
    return replace(recipe, **changes)


def _start(source: str | None, dial: float | None, recipe: str | None) -> "Start | None":
    """Return what `--from` and `--dial` say, or None.

    Raises:
        UsageError: they do not fit together, or not with a recipe.
    """
    if source is None:
        if dial is not None:
            raise UsageError("--dial says how far to go from an instrument: name it with --from, or `--from default`")
        return None
    if recipe is not None:
        raise UsageError(f"--from {source} brings its own recipe: leave out {recipe}")
    require_learning()
    from ..instrument import DEFAULT_PATH
    from ..training import Start

    path = DEFAULT_PATH if source == "default" else Path(source)
    return Start.of(path, DEFAULT_DIAL if dial is None else dial)


def _preparing(start: "Start") -> "Settings":
    from ..training import preparing_for

    return preparing_for(start)


def _plan(start: "Start", dataset: Path, labels: list[str]) -> "Recipe":
    """Return the recipe of a training from an instrument: it depends on how many sounds there are."""
    from ..datasets import Dataset
    from ..training import continued_recipe

    samples = Dataset.open(dataset).samples
    chosen = [one for one in samples if one.split == "train" and (not labels or one.label in labels)]
    return continued_recipe(start, len(chosen))


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--set {text}: KEY=VALUE is expected, such as dim=16")
        pairs[key.strip()] = value.strip()
    return pairs


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise UsageError(f"--{name} {value}: {', '.join(allowed)} are there")
    return value


def _settings(**values: Any) -> "TrainSettings":
    from ..training import TrainSettings

    return TrainSettings(**values)


def _prepare(folder: Path, into: Path, settings: "Settings", progress: ProgressStyle) -> Path:
    from ..datasets import prepare

    with progress_report(progress, "preparing") as report:
        prepare([folder], into, settings, report=report)
    return into


def _train(
    settings: "TrainSettings", dataset: Path, out: Path, work: Path | None, progress: ProgressStyle
) -> "Outcome":
    from ..datasets import Dataset
    from ..training import train as run

    with progress_report(progress, settings.recipe.name) as report:
        return run(Dataset.open(dataset), settings, out, work, report)


def _present(outcome: "Outcome", recipe: "Recipe", out: Path, progress: ProgressStyle, as_json: bool) -> None:
    if not outcome.is_leader:
        return
    result = {
        "instrument": str(out),
        "recipe": recipe.name,
        "batches": outcome.batches,
        "planned": outcome.planned,
        "minutes": outcome.elapsed_s / 60.0,
        "metrics": outcome.metrics,
        "advice": outcome.advice,
    }
    if progress is ProgressStyle.json:
        print_event("done", result=cast(dict[str, Any], result))
    elif as_json:
        print_json(result)
    else:
        print(f"{out}  {recipe.name}, {outcome.batches:,} batches in {outcome.elapsed_s / 60:.1f} min")
    if outcome.advice:
        say(f"drumlin: {outcome.advice}")
