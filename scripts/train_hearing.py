"""Trains the starter ear: permissively licensed one-shots in, `hearing/ear/` out.

    python scripts/train_hearing.py DRUMS [--layers LAYERS] [--cache FOLDER]

DRUMS and LAYERS are as for `train_default.py`, whose rules of what may be learned from hold here too. It learns from
`train`; `valid` gives temperature, threshold and the figures on the card; `test` is not read. About five minutes of
one core; run again, it continues.
"""

import argparse
import csv
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from train_default import choose, further

from drumlin.audio.files import read_mono
from drumlin.hearing.ear import softmax
from drumlin.hearing.kinds import CLASSES
from drumlin.progress import Progress
from drumlin.training.hearing import HearingTraining, outputs, train_ears
from drumlin.training.hearing_files import find_temperature, find_threshold, freeze, measure
from drumlin.training.hearing_sounds import HearingSounds, LabelledSound, hearing_sounds, synthetic_sounds

FOLDER = Path(__file__).resolve().parent.parent / "src/drumlin/hearing/ear"

SEEDS = {"train": 1, "made": 2, "layers": 3}
"""Of the variants of each part."""

VARIANTS = 5
MADE_OF_EACH = 80
MADE_SHARE, LAYERS_SHARE = 0.8, 0.3
"""How often synthesised drums and further layers are drawn, beside 1 for the recordings."""


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drums", type=Path)
    parser.add_argument("--layers", type=Path)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/drumlin/hearing")
    parser.add_argument("--out", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # the order of sums, and so the file, must not depend on the machine's cores
    rows = choose(arguments.drums)
    known = [row for row in rows if row["split"] == "train"]
    more = further(choose(arguments.layers, arguments.drums / "README.md"), rows) if arguments.layers else []
    more = [row for row in more if row["split"] == "train"]
    sounds = {
        "train": pictures(arguments.cache, "train", lambda: load(known), VARIANTS),
        "made": pictures(arguments.cache, "made", lambda: synthetic_sounds(MADE_OF_EACH, 7, 1.0), 1),
    }
    if more:
        sounds["layers"] = pictures(arguments.cache, "layers", lambda: load(more), 0)
    settings = HearingTraining()
    ears = train_ears(mixed(sounds), len(CLASSES), settings, show, folder(arguments.cache, "members"))
    facts = judged(ears, load_split(arguments.drums, "valid"))
    facts |= {"settings": asdict(settings), "sources": credits(known + more), "learned": len(known) + len(more)}
    freeze(arguments.out, ears, sounds["train"].views[:2], CLASSES, facts)
    print(facts["measured"])


def load(rows: list[dict[str, str]]) -> list[LabelledSound]:
    """Return the sounds of some rows of a manifest."""
    decoded = [read_mono(Path(row["file"])) for row in rows]
    pairs = zip(decoded, rows, strict=True)
    return [LabelledSound(one.waveform, one.sample_rate, row["label"], row["kit"]) for one, row in pairs]


def load_split(drums: Path, split: str) -> list[LabelledSound]:
    """Return all sounds of a split, whatever their licence: to measure, not to learn."""
    with (drums / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row | {"file": str(drums / row["path"])} for row in csv.DictReader(file) if row["split"] == split]
    return load(rows)


def pictures(cache: Path, name: str, loaded: Callable[[], list[LabelledSound]], variants: int) -> HearingSounds:
    """Return the pictures of sounds, made once."""
    path = folder(cache, "pictures") / f"{name}-{variants}.npz"
    if not path.exists():
        made = hearing_sounds(loaded(), CLASSES, variants, SEEDS[name], show)
        np.savez(path, views=made.views, labels=made.labels, weights=made.weights)
    with np.load(path) as kept:
        return HearingSounds(kept["views"], kept["labels"], kept["weights"])


def mixed(sounds: dict[str, HearingSounds]) -> HearingSounds:
    """Return all parts as one, each drawn as often as its share says."""
    whole = None
    for name, part in sounds.items():
        share = {"made": MADE_SHARE, "layers": LAYERS_SHARE}.get(name, 1.0)
        weighed = HearingSounds(part.views, part.labels, part.weights / part.weights.sum() * share)
        whole = weighed if whole is None else whole.joined(weighed)
    assert whole is not None
    return whole


def judged(ears: torch.nn.Module, sounds: list[LabelledSound]) -> dict[str, object]:
    """Return temperature, threshold and figures, from sounds of kits that were not learned."""
    seen = hearing_sounds(sounds, CLASSES, 0, 0)
    scores = outputs(ears, seen.views)[:, -len(CLASSES) :]
    temperature = find_temperature(scores, seen.labels)
    shares = softmax(scores / temperature)
    unsure_below = find_threshold(shares.max(axis=1), shares.argmax(axis=1) == seen.labels)
    figures = measure(shares, seen.labels, [sound.kit for sound in sounds], CLASSES)
    measured = {"split": "valid", "sounds": len(sounds), **figures}
    return {"temperature": round(temperature, 4), "unsure_below": round(unsure_below, 4), "measured": measured}


def credits(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return what was learned from whom."""
    kept = {tuple(row[name] for name in ("source", "author", "url", "licence")) for row in rows}
    return [dict(zip(("source", "author", "url", "licence"), one, strict=True)) for one in sorted(kept)]


def folder(cache: Path, name: str) -> Path:
    """Return a folder of the cache, made if missing."""
    (cache / name).mkdir(parents=True, exist_ok=True)
    return cache / name


def show(progress: Progress) -> None:
    """Print every hundredth step."""
    if progress.done % 100 == 0 or progress.done == progress.total:
        print(progress.message, progress.done, progress.total, dict(progress.metrics), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
