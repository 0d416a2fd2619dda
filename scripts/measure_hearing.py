"""Measures the starter ear, and tags taught from few examples, beside what one would use instead.

    python scripts/measure_hearing.py DRUMS [--more MORE] [--split cross|test] [--cache FOLDER] [--out FOLDER]

`cross` tells what `crossvalidate_hearing.py` wrote, beside the nearest neighbour on means of cepstral coefficients in
the same folds. `test` measures the ear that is shipped. There, all learn from the same recordings: those of `train`,
`valid` and MORE that the ear learned from. In the same table: Panotti rebuilt (`models/panotti.py`) and that nearest
neighbour, each from everything and from 12 examples per tag. A look at `test` is logged before anything is shown.
Writes `hearing-figures.md` and `.json`. Run again, it continues.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from crossvalidate_hearing import FOLDS, fold, read_scores
from hearing_material import folder, load, split_rows
from train_default import choose

from drumlin.audio.files import write_atomically
from drumlin.evaluation.confidence import calibration_interval, share_interval
from drumlin.evaluation.intervals import Interval
from drumlin.evaluation.looks import log_test_look
from drumlin.hearing import family_of, family_shares, starter_ear
from drumlin.hearing.ear import read_card, softmax
from drumlin.hearing.kinds import CLASSES, FAMILIES
from drumlin.hearing.melgram import BANDS, RATE, melgram
from drumlin.library.calibration import fit_calibrated
from drumlin.library.head import make_lesson
from drumlin.models.panotti import Panotti
from drumlin.progress import Progress
from drumlin.provenance import hash_file
from drumlin.training.hearing_rivals import mfcc_means
from drumlin.training.hearing_sounds import LabelledSound
from drumlin.training.tagger import TaggerTraining, tagger_outputs, train_tagger

DOCS = Path(__file__).resolve().parent.parent / "docs"
EXAMPLES, DRAWS = 12, 5
TITLES = {"cross": " less those of the sound's own makers", "test": ""}
FRAMES = 173
"""Of Panotti's spectrograms: 2.0 s, the longest sound."""


def main() -> None:
    """Hear all sounds with all systems, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drums", type=Path)
    parser.add_argument("--more", type=Path)
    parser.add_argument("--split", choices=("cross", "test"), default="cross")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/drumlin/hearing")
    parser.add_argument("--out", type=Path, default=DOCS)
    parser.add_argument(
        "--panotti-draws", type=int, default=DRAWS, help="lessons of 12 that Panotti learns: minutes each"
    )
    parser.add_argument("--train-panotti", action="store_true", help="make and keep its networks, look at nothing")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows = choose(arguments.drums) + (choose(arguments.more) if arguments.more else [])
    known = load(rows)
    if arguments.train_panotti:
        panottis(known, arguments)
    elif arguments.split == "cross":
        cross = read_scores(arguments.cache / "scores-cross.npz")
        asked = load(cross.rows(arguments.drums))
        heard = {"starter ear": [cross.fair_scores()], "nearest by MFCC means, all": [nearest_by_fold(known, asked)]}
        write(arguments.out, "cross", compare(heard, asked), len(known), asked)
    else:
        log_test_look(
            arguments.out, [("starter ear", read_card()["sha256"])], hash_file(arguments.drums / "manifest.csv")
        )
        asked = load(split_rows(arguments.drums, "test"))
        write(arguments.out, "test", compare(hear_with_all(known, asked, arguments), asked), len(known), asked)


def hear_with_all(
    known: list[LabelledSound], asked: list[LabelledSound], arguments: argparse.Namespace
) -> dict[str, list[np.ndarray]]:
    """Return the scores (M, K) of each system for what is asked, one array a draw."""
    known_says, asked_says = ear_says(known), ear_says(asked)
    size = known_says.shape[1] - len(CLASSES)
    labels = numbers(known)
    lessons = [few(labels, seed) for seed in range(DRAWS)]
    cepstra = [mfcc_means([one.waveform for one in sounds], RATE) for sounds in (known, asked)]
    seen = stored(asked)
    from_all, *from_few = panottis(known, arguments)
    return {
        "starter ear": [asked_says[:, size:]],
        "taught, 12 examples per tag": [
            taught(known_says[rows, :size], labels[rows], asked_says[:, :size], known_says[:, :size])
            for rows in lessons
        ],
        "nearest by MFCC means, all": [nearest(cepstra[0], labels, cepstra[1])],
        "nearest by MFCC means, 12 per tag": [nearest(cepstra[0][rows], labels[rows], cepstra[1]) for rows in lessons],
        "Panotti, all": [tagger_outputs(from_all, seen)],
        "Panotti, 12 per tag": [tagger_outputs(net, seen) for net in from_few],
    }


def nearest_by_fold(known: list[LabelledSound], asked: list[LabelledSound]) -> np.ndarray:
    """Return minus the distance to the nearest example of each class, examples of the sound's own fold left out."""
    cepstra = [mfcc_means([one.waveform for one in sounds], RATE) for sounds in (known, asked)]
    folds = [np.array([fold(one.kit) for one in sounds]) for sounds in (known, asked)]
    found = np.zeros((len(asked), len(CLASSES)))
    for number in range(len(FOLDS)):
        rest, own = folds[0] != number, folds[1] == number
        found[own] = nearest(cepstra[0][rest], numbers(known)[rest], cepstra[1][own])
    return found


def ear_says(sounds: list[LabelledSound]) -> np.ndarray:
    """Return embeddings of length 1 and calibrated scores of a set of sounds, (M, D + K)."""
    heard = [starter_ear().hear([one.waveform], one.sample_rate)[0] for one in sounds]
    return np.stack([np.append(one.embedding, np.log(one.shares + 1e-9)) for one in heard])


def taught(embeddings: np.ndarray, labels: np.ndarray, asked: np.ndarray, around: np.ndarray) -> np.ndarray:
    """Return log probabilities of a head that was taught by folders."""
    lesson = make_lesson(embeddings, np.eye(len(CLASSES))[labels], CLASSES, exclusive=True)
    shares = fit_calibrated(lesson, around=around).probabilities(asked)
    return np.log(shares / shares.sum(axis=1, keepdims=True) + 1e-9)


def nearest(known: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return for each class minus the distance to its nearest example."""
    apart = np.sqrt(np.square(asked[:, None] - known[None]).sum(axis=2))
    return np.stack([-apart[:, labels == one].min(axis=1) for one in range(len(CLASSES))], axis=1)


def panottis(known: list[LabelledSound], arguments: argparse.Namespace) -> list[Panotti]:
    """Return Panotti after all recordings, and after lessons of 12 per tag; kept in the cache."""
    spectrograms, labels = stored(known), numbers(known)
    lessons = {f"{len(labels)}-all": np.arange(len(labels))}
    lessons |= {f"{len(labels)}-12-{seed}": few(labels, seed) for seed in range(arguments.panotti_draws)}
    folder(arguments.cache, "panotti")
    return [
        panotti(spectrograms[rows], labels[rows], arguments.cache / f"panotti/{name}.pt")
        for name, rows in lessons.items()
    ]


def panotti(spectrograms: np.ndarray, labels: np.ndarray, path: Path) -> Panotti:
    """Return Panotti after learning some sounds."""
    net = Panotti(1, BANDS, FRAMES, len(CLASSES))
    if not path.exists():
        keep = path.with_suffix(".training")
        trained = train_tagger(spectrograms, labels, len(CLASSES), TaggerTraining(seed=1), show_epoch, keep)
        torch.save(trained.net.state_dict(), path)
    net.load_state_dict(torch.load(path, weights_only=True))
    return net.eval()


def stored(sounds: Sequence[LabelledSound]) -> np.ndarray:
    """Return what Panotti looks at, (M, 1, F, N), as in a pack."""
    return np.stack([melgram(one.waveform[None], RATE, FRAMES) for one in sounds])


def few(labels: np.ndarray, seed: int) -> np.ndarray:
    """Return rows of 12 sounds of each class, or of all where there are fewer."""
    draw = np.random.default_rng(seed)
    return np.concatenate([draw.permutation(np.flatnonzero(labels == one))[:EXAMPLES] for one in range(len(CLASSES))])


def compare(heard: dict[str, list[np.ndarray]], asked: list[LabelledSound]) -> dict[str, dict[str, Interval]]:
    """Return figures of each system, and differences between pairs of them, with kit-bootstrap intervals."""
    labels, kits = numbers(asked), [one.kit for one in asked]
    right = {name: [right_by(scores, labels) for scores in draws] for name, draws in heard.items()}
    figures: dict[str, dict[str, Interval]] = {}
    for name, draws in right.items():
        figures[name] = {key: share_interval(np.mean([one[key] for one in draws], axis=0), kits) for key in draws[0]}
        if "nearest" not in name:
            shares = softmax(heard[name][0]).max(axis=1)
            figures[name]["calibration_error"] = calibration_interval(shares, draws[0]["top1"], kits)
    pairs = [
        ("starter ear", "all"),
        ("taught, 12 examples per tag", "12 per tag"),
        ("taught, 12 examples per tag", "all"),
    ]
    for ours, extent in pairs:
        for rival in (f"Panotti, {extent}", f"nearest by MFCC means, {extent}"):
            if ours in right and rival in right:
                draws = right[ours][: len(right[rival])] if extent == "12 per tag" else right[ours]  # the same lessons
                gain = {
                    key: np.mean([one[key] for one in draws], axis=0)
                    - np.mean([one[key] for one in right[rival]], axis=0)
                    for key in ("top1", "top3", "family")
                }
                figures[f"{ours} minus {rival}"] = {key: share_interval(value, kits) for key, value in gain.items()}
    return figures


def right_by(scores: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return which sounds are right by class, among the best three, and by family, each (M,)."""
    best = np.argsort(-scores, axis=1, kind="stable")
    families = family_shares(softmax(scores)).argmax(axis=1)
    own = np.array([list(FAMILIES).index(family_of(CLASSES[label])) for label in labels])
    return {
        "top1": (best[:, 0] == labels).astype(float),
        "top3": (best[:, :3] == labels[:, None]).any(axis=1).astype(float),
        "family": (families == own).astype(float),
    }


def write(
    out: Path, split: str, figures: dict[str, dict[str, Interval]], learned: int, asked: list[LabelledSound]
) -> None:
    """Write the figures of a split, those of the other stay."""
    path = out / "hearing-figures.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    kits = len({one.kit for one in asked})
    content = {name: {key: asdict(value) for key, value in one.items()} for name, one in figures.items()}
    kept[split] = {"learned": learned, "sounds": len(asked), "kits": kits, "systems": content}
    write_atomically(path, (json.dumps(kept, indent=1) + "\n").encode())
    write_atomically(out / "hearing-figures.md", page(kept).encode())


def page(kept: dict[str, dict[str, object]]) -> str:
    """Return all figures as tables."""
    lines = [
        "# Figures of the starter ear",
        "",
        "Written by `scripts/measure_hearing.py`; how they were taken is told in",
    ]
    lines += ["[hearing.md](hearing.md). Per cent, 95 % intervals over kits in brackets; differences are paired."]
    for split, found in kept.items():
        lines += ["", f"## {split}", ""]
        told = f"{found['sounds']} sounds of {found['kits']} kits that nobody had learned"
        lines += [f"{told}; learned from {found['learned']} recordings{TITLES[split]}."]
        lines += ["", "| system | top-1 | top-3 | family | calibration error |", "|---|---|---|---|---|"]
        for name, one in found["systems"].items():  # type: ignore[attr-defined]
            keys = ("top1", "top3", "family", "calibration_error")
            lines.append(f"| {name} | " + " | ".join(cell(one[key]) if key in one else "" for key in keys) + " |")
    return "\n".join(lines) + "\n"


def cell(interval: dict[str, float]) -> str:
    """Return an interval as per cent."""
    value, low, high = (100.0 * interval[key] for key in ("value", "low", "high"))
    return f"{value:.1f} ({low:.1f} to {high:.1f})"


def show_epoch(progress: Progress) -> None:
    """Print how far Panotti is."""
    print(progress.message, dict(progress.metrics), file=sys.stderr, flush=True)


def numbers(sounds: list[LabelledSound]) -> np.ndarray:
    """Return the number of each sound's class."""
    return np.array([CLASSES.index(one.label) for one in sounds])


if __name__ == "__main__":
    main()
