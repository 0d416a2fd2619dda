"""What the starter ear may learn from, as pictures with their kits: shared by training and cross-validation.

Shapes: M sounds, each (2, 64, 64).
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from train_default import choose, further

from drumlin.audio.files import read_mono
from drumlin.hearing.kinds import CLASSES
from drumlin.progress import Report
from drumlin.training.hearing_sounds import HearingSounds, LabelledSound, hearing_sounds, synthetic_sounds

SEEDS = {"train": 1, "made": 2, "layers": 3, "valid": 4, "more": 5}
"""Of the variants of each part."""

VARIANTS = {"train": 5, "valid": 5, "more": 5, "layers": 0, "made": 1}
MADE_OF_EACH = 80
SHARES = {"made": 0.8, "layers": 0.3, "more": 0.25, "valid": 0.35}
"""How often each part is drawn, beside 1 for the recordings of the train split."""


@dataclass(frozen=True)
class Part:
    """Sounds of one origin: pictures, the kit of each picture, and the rows of the manifest they came from."""

    sounds: HearingSounds
    kits: np.ndarray
    rows: tuple[dict[str, str], ...]

    def without(self, kits: set[str]) -> HearingSounds:
        """Return what is of no such kit."""
        kept = ~np.isin(self.kits, sorted(kits))
        return HearingSounds(*(getattr(self.sounds, name)[kept] for name in ("views", "labels", "weights")))


def material(
    drums: Path, layers: Path | None, more: Path | None, cache: Path, report: Report, any_licence: bool = False
) -> dict[str, Part]:
    """Return all parts by name: `train`, `valid`, `layers`, `more`, `made`; test is never among them.

    Args:
        drums: folder with a manifest, as for `train_default.py`.
        layers: the same drums struck softer and harder.
        more: further kits, with a manifest of the same columns; all of it may be learned.
        cache: keeps the pictures.
        report: is told how far it is.
        any_licence: with sounds that nothing which is shipped may learn from; `cache` must then be another one.
    """
    chosen = choose(drums, any_licence=any_licence)
    rows = {split: [row for row in chosen if row["split"] == split] for split in ("train", "valid")}
    if layers:
        strokes = further(choose(layers, drums / "README.md", any_licence), chosen)
        rows["layers"] = [row for row in strokes if row["split"] == "train"]
    if more:
        rows["more"] = choose(more)
    found = {name: _part(cache, name, own, report) for name, own in rows.items()}
    return found | {"made": _made(cache, report)}


def mixed(parts: dict[str, HearingSounds]) -> HearingSounds:
    """Return all parts as one, each drawn as often as its share says."""
    whole = None
    for name, part in parts.items():
        weighed = HearingSounds(part.views, part.labels, part.weights / part.weights.sum() * SHARES.get(name, 1.0))
        whole = weighed if whole is None else whole.joined(weighed)
    assert whole is not None
    return whole


def load(rows: list[dict[str, str]]) -> list[LabelledSound]:
    """Return the sounds of some rows of a manifest."""
    decoded = [read_mono(Path(row["file"])) for row in rows]
    pairs = zip(decoded, rows, strict=True)
    return [LabelledSound(one.waveform, one.sample_rate, row["label"], row["kit"]) for one, row in pairs]


def split_rows(drums: Path, split: str) -> list[dict[str, str]]:
    """Return all rows of a split, whatever their licence: to measure, not to learn."""
    with (drums / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return [row | {"file": str(drums / row["path"])} for row in csv.DictReader(file) if row["split"] == split]


def folder(cache: Path, name: str) -> Path:
    """Return a folder of the cache, made if missing."""
    (cache / name).mkdir(parents=True, exist_ok=True)
    return cache / name


def _part(cache: Path, name: str, rows: list[dict[str, str]], report: Report) -> Part:
    sounds = _pictures(cache, name, lambda: load(rows), report)
    return Part(sounds, np.repeat([row["kit"] for row in rows], VARIANTS[name] + 1), tuple(rows))


def _made(cache: Path, report: Report) -> Part:
    sounds = _pictures(cache, "made", lambda: synthetic_sounds(MADE_OF_EACH, 7, 1.0), report)
    return Part(sounds, np.full(len(sounds.labels), "made"), ())


def _pictures(cache: Path, name: str, loaded: Callable[[], list[LabelledSound]], report: Report) -> HearingSounds:
    """Return the pictures of sounds, made once."""
    path = folder(cache, "pictures") / f"{name}-{VARIANTS[name]}.npz"
    if not path.exists():
        made = hearing_sounds(loaded(), CLASSES, VARIANTS[name], SEEDS[name], report)
        np.savez(path, views=made.views, labels=made.labels, weights=made.weights)
    with np.load(path) as kept:
        return HearingSounds(kept["views"], kept["labels"], kept["weights"])
