"""Hears every sound of `train` and `valid` by an ear that learned none of its makers' kits.

    python scripts/crossvalidate_hearing.py DRUMS [--layers LAYERS] [--more MORE] [--cache FOLDER] [--folds 0 2]

Four folds over makers, not sounds: kits of one maker, room or machine are in one fold. Each fold's network learns the
permitted sounds of the other folds, and hears all sounds of its own, also those that may not be learned. Settings,
temperature and threshold of the ear are chosen here; `test` is not read. Writes `scores-NAME.npz`; run again, it
continues.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from hearing_material import Part, folder, load, material, mixed, split_rows

from drumlin.hearing.kinds import CLASSES
from drumlin.progress import Progress
from drumlin.training.hearing import HearingTraining, outputs, train_ears
from drumlin.training.hearing_files import find_temperature
from drumlin.training.hearing_sounds import HearingSounds, hearing_sounds

FOLDS: tuple[tuple[str, ...], ...] = (
    ("muldjordkit", "sonicpi-tabla", "sonicpi-hat", "stargate-microlag", "stargate-own", "hydrogen-tr808", "chrome"),
    ("frankensnare", "sonicpi-bd", "sonicpi-elec", "sonicpi-perc", "lmms"),
    ("vcsl", "fsa", "pearl", "sonicpi-menegass", "sonicpi-glitch", "sonicpi-drum", "sonicpi-ride", "sonicpi-sn", "avl"),
    ("stargate-karoryfer", "stargate-freesound", "gogodze", "olpc", "meadowlark", "hydrogen-gmrock"),
)
"""How the names of the kits in each fold begin."""


@dataclass(frozen=True)
class CrossScores:
    """What was said of each sound by a network that knew nothing of its maker.

    Args:
        scores: (M, K), as the network says them.
        labels: (M,) index of the class.
        kits: (M,) names.
        folds: (M,) number of the fold.
        paths: (M,) in the manifest.
    """

    scores: np.ndarray
    labels: np.ndarray
    kits: np.ndarray
    folds: np.ndarray
    paths: np.ndarray

    def rows(self, drums: Path) -> list[dict[str, str]]:
        """Return the rows of the manifest, in the order of the sounds."""
        known = {row["path"]: row for split in ("train", "valid") for row in split_rows(drums, split)}
        return [known[path] for path in self.paths.tolist()]

    def fair_scores(self) -> np.ndarray:
        """Return the scores (M, K) at temperatures found on the other folds."""
        found = np.empty_like(self.scores)
        for number in set(self.folds.tolist()):
            own = self.folds == number
            found[own] = self.scores[own] / find_temperature(self.scores[~own], self.labels[~own])
        return found


def read_scores(path: Path) -> CrossScores:
    """Return what a run wrote."""
    with np.load(path) as kept:
        return CrossScores(kept["scores"], kept["labels"], kept["kit"], kept["fold"], kept["path"])


def main() -> None:
    """Train a network for each fold, hear, write the scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drums", type=Path)
    parser.add_argument("--layers", type=Path)
    parser.add_argument("--more", type=Path)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/drumlin/hearing")
    parser.add_argument("--name", default="cross", help="of this run")
    parser.add_argument("--folds", type=int, nargs="+", default=range(len(FOLDS)), help="those that are held out")
    parser.add_argument(
        "--any-licence", action="store_true", help="learn also what the ear may not: tells what that would bring"
    )
    parser.add_argument("--steps", type=int, default=HearingTraining().steps)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    settings = HearingTraining(members=1, steps=arguments.steps)
    cache = arguments.cache / "any" if arguments.any_licence else arguments.cache
    parts = material(arguments.drums, arguments.layers, arguments.more, cache, show, arguments.any_licence)
    asked = [row for split in ("train", "valid") for row in split_rows(arguments.drums, split)]
    seen = heard_pictures(cache, asked)
    fold_of = np.array([fold(row["kit"]) for row in asked])
    scores = np.zeros((len(asked), len(CLASSES)), np.float32)
    for number in arguments.folds:
        held = {row["kit"] for row in asked if fold(row["kit"]) == number}
        keep = folder(cache, f"{arguments.name}-{number}")
        net = train_ears(rest(parts, held), len(CLASSES), settings, show, keep)
        own = fold_of == number
        scores[own] = outputs(net, seen.views[own])[:, -len(CLASSES) :]
    facts = {name: np.array([row[name] for row in asked]) for name in ("path", "kit", "split", "licence")}
    facts |= {"scores": scores, "labels": seen.labels, "fold": fold_of}
    run = np.isin(fold_of, list(arguments.folds))
    np.savez(cache / f"scores-{arguments.name}.npz", **{name: value[run] for name, value in facts.items()})


def fold(kit: str) -> int:
    """Return the fold of a kit of the data set; -1 for one that is in none, and always learned from."""
    if kit.startswith("fluid-"):
        return -1
    found = [number for number, names in enumerate(FOLDS) if kit.startswith(names)]
    if len(found) != 1:
        sys.exit(f"the kit {kit} is in {len(found)} folds: name it in one of FOLDS")
    return found[0]


def rest(parts: dict[str, Part], held: set[str]) -> HearingSounds:
    """Return what is learned while some kits are held out."""
    return mixed({name: part.without(held) for name, part in parts.items()})


def heard_pictures(cache: Path, rows: list[dict[str, str]]) -> HearingSounds:
    """Return the pictures of all sounds that are heard, made once."""
    path = folder(cache, "pictures") / "heard.npz"
    if not path.exists():
        made = hearing_sounds(load(rows), CLASSES, 0, 0, show)
        np.savez(path, views=made.views, labels=made.labels, weights=made.weights)
    with np.load(path) as kept:
        return HearingSounds(kept["views"], kept["labels"], kept["weights"])


def show(progress: Progress) -> None:
    """Print every hundredth step."""
    if progress.done % 100 == 0 or progress.done == progress.total:
        print(progress.message, progress.done, progress.total, dict(progress.metrics), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
