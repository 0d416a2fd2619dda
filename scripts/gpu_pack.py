"""Packs a training for a machine with a GPU into one folder below 60 MiB, and takes what it learned home.

    python scripts/gpu_pack.py DATA [--layers LAYERS] [--out FOLDER]      then carry FOLDER over, and there:
    python run.py --minutes 8                                            again and again, until it says `finished`
    python scripts/gpu_pack.py --finish FOLDER/result --instrument Drumlin.drumlin

DATA is a prepared data set, or the folder of drums from which `scripts/train_default.py` trains the built-in
instrument. What is needed to finish is kept in `--home`.
"""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from platformdirs import user_cache_path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Pack or finish, and say what came of it."""
    arguments = _parse()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch is imported
    from drumlin.errors import DrumlinError

    try:
        if arguments.finish:
            finish(arguments)
        else:
            pack(arguments)
    except DrumlinError as error:
        sys.exit(f"gpu_pack.py: {error}")


def pack(arguments: argparse.Namespace) -> None:
    """Write the pack."""
    from drumlin.datasets import Dataset
    from drumlin.training import TrainSettings
    from drumlin.training.pack import make_pack

    settings = TrainSettings(_recipe(arguments), seed=arguments.seed, fresh=arguments.fresh)
    dataset = Dataset.open(_prepared(arguments))
    packed = make_pack(dataset, settings, arguments.out, arguments.home)
    print(
        f"{packed.folder}  {packed.size / 2**20:.1f} MiB: {packed.sounds:,} sounds, rounded {packed.range_db:.0f} dB "
        "below their loudest"
    )
    if packed.left_out:
        print(f"left out {packed.left_out:,} sounds: at most {packed.per_kit} of a kit fit, taken evenly")
    print("carry it over, and there: python run.py --minutes 8")


def finish(arguments: argparse.Namespace) -> None:
    """Export what came back."""
    from drumlin.training.pack import take_home

    outcome = take_home(arguments.finish, arguments.home, arguments.instrument)
    print(f"{arguments.instrument}  {outcome.batches:,} of {outcome.planned:,} batches")
    if outcome.advice:
        print(f"gpu_pack.py: {outcome.advice}", file=sys.stderr)


def _recipe(arguments: argparse.Namespace):
    from drumlin.models import recipe_named

    recipe = recipe_named(arguments.recipe).with_settings(dict(pair.split("=", 1) for pair in arguments.set))
    named = ("epochs", "min_batches", "batch_size", "learning_rate")
    return replace(recipe, **{name: value for name in named if (value := getattr(arguments, name)) is not None})


def _prepared(arguments: argparse.Namespace) -> Path:
    """Return the folder of the data set: the one given, or one prepared as for the built-in instrument."""
    from drumlin.datasets import is_dataset, prepare
    from drumlin.models import recipe_named

    if is_dataset(arguments.data):
        return arguments.data
    import train_default

    rows = train_default.choose(arguments.data)
    if arguments.layers:
        rows += train_default.further(train_default.choose(arguments.layers, arguments.data / "README.md"), rows)
    chosen, folder = arguments.home / "chosen", arguments.home / "prepared"
    train_default.collect(rows, chosen)
    prepare([chosen], folder, recipe_named(arguments.recipe).preparing)
    return folder


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cache = Path(os.environ.get("DRUMLIN_CACHE") or user_cache_path("drumlin"))
    parser.add_argument("data", type=Path, nargs="?", help="a prepared data set, or a folder of drums")
    parser.add_argument("--layers", type=Path, help="the same drums struck softer and harder")
    parser.add_argument("--out", type=Path, default=ROOT / "scratch/gpu-pack", help="the pack")
    parser.add_argument("--home", type=Path, default=cache / "gpu-pack", help="what is needed to finish")
    parser.add_argument("--recipe", default="spectral-ae")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of the model")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--min-batches", type=int)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fresh", action="store_true", help="forget what is kept of another training")
    parser.add_argument("--finish", type=Path, metavar="RESULT", help="export what came back")
    parser.add_argument("--instrument", type=Path, default=Path("Drumlin.drumlin"), help="where to")
    arguments = parser.parse_args()
    if not (arguments.data or arguments.finish):
        parser.error("name DATA, or what came back with --finish")
    if wrong := [pair for pair in arguments.set if "=" not in pair]:
        parser.error(f"--set {wrong[0]}: KEY=VALUE is expected, such as width=64")
    return arguments


if __name__ == "__main__":
    main()
