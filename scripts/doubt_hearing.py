"""Asks which labels can be doubted, and what no ear could get right: confusions, kits, files.

    python scripts/doubt_hearing.py DRUMS [--cache FOLDER] [--out FOLDER]

Reads what `crossvalidate_hearing.py` wrote. A label is doubted where a network that knew nothing of its maker finds it
less probable than it usually finds that class, and finds another class more probable than it usually finds that one
(confident learning, Northcutt, Jiang and Chuang 2021). Where the nearest neighbour by cepstral coefficients, which has
nothing in common with the network, names the same other class, both doubt it. Writes `hearing-doubts.md`.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from crossvalidate_hearing import CrossScores, read_scores
from hearing_material import load
from measure_hearing import nearest_by_fold
from train_default import choose

from drumlin.audio.files import write_atomically
from drumlin.hearing.ear import softmax
from drumlin.hearing.kinds import CLASSES, FAMILIES, family_of, family_shares

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> None:
    """Doubt, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drums", type=Path)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/drumlin/hearing")
    parser.add_argument("--out", type=Path, default=DOCS)
    arguments = parser.parse_args()
    cross = read_scores(arguments.cache / "scores-cross.npz")
    neighbours = nearest_by_fold(load(choose(arguments.drums)), load(cross.rows(arguments.drums))).argmax(axis=1)
    shares = softmax(cross.fair_scores())
    lines = [*_confusions(cross, shares), *_kits(cross, shares), *_doubts(cross, shares, neighbours)]
    write_atomically(arguments.out / "hearing-doubts.md", ("\n".join(lines) + "\n").encode())


def doubted(shares: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the class (M,) that each sound should rather have, -1 where its label is not doubted."""
    rows = np.arange(len(labels))
    usual = np.array(
        [shares[labels == one, one].mean() if (labels == one).any() else 1.0 for one in range(len(CLASSES))]
    )
    above = np.where(shares >= usual, shares, -1.0)
    above[rows, labels] = -1.0
    is_doubted = (shares[rows, labels] < usual[labels]) & (above.max(axis=1) > 0) & (shares.argmax(axis=1) != labels)
    found: np.ndarray = np.where(is_doubted, above.argmax(axis=1), -1)
    return found


def _confusions(cross: CrossScores, shares: np.ndarray) -> Iterator[str]:
    counts = np.zeros((len(CLASSES), len(CLASSES)), int)
    np.add.at(counts, (cross.labels, shares.argmax(axis=1)), 1)
    yield from ("# Where the ear errs, and which labels can be doubted", "")
    yield "Written by `scripts/doubt_hearing.py`, from cross-validation over makers ([hearing.md](hearing.md)): each of"
    yield f"{len(shares)} sounds of `train` and `valid` was heard by a network that had learned nothing of its maker."
    yield from ("", "## Confusions", "", "Rows are labels, columns what was called.", "")
    yield "| | " + " | ".join(CLASSES) + " | right |"
    yield "|---|" + "---|" * (len(CLASSES) + 1)
    for name, row in zip(CLASSES, counts, strict=True):
        right = 100.0 * row[CLASSES.index(name)] / max(row.sum(), 1)
        yield f"| {name} | " + " | ".join(str(one) if one else "" for one in row) + f" | {right:.0f} % |"


def _kits(cross: CrossScores, shares: np.ndarray) -> Iterator[str]:
    own = np.array([list(FAMILIES).index(family_of(CLASSES[label])) for label in cross.labels])
    right = shares.argmax(axis=1) == cross.labels
    in_family = family_shares(shares).argmax(axis=1) == own
    yield from ("", "## Kits", "", "| kit | sounds | right | family right | mean confidence |", "|---|---|---|---|---|")
    for kit in sorted(set(cross.kits.tolist())):
        rows = cross.kits == kit
        figures = [100.0 * one[rows].mean() for one in (right, in_family, shares.max(axis=1))]
        yield f"| {kit} | {rows.sum()} | " + " | ".join(f"{one:.0f} %" for one in figures) + " |"


def _doubts(cross: CrossScores, shares: np.ndarray, neighbours: np.ndarray) -> Iterator[str]:
    rather = doubted(shares, cross.labels)
    both = (rather >= 0) & (neighbours == rather)
    yield from ("", "## Labels that can be doubted", "")
    alone, agreed = (f"{one.sum()} ({100 * one.mean():.0f} %)" for one in (rather >= 0, both))
    yield f"The network doubts {alone} of {len(shares)} labels; the nearest neighbour names the same other class for"
    yield f"{agreed} of them, listed below. Neither is a listener: a doubt may as well be an error of both,"
    yield "and what both cannot hear is not seen at all."
    yield from ("", "| file | label | rather | probability of the label | of the other |", "|---|---|---|---|---|")
    for row in np.flatnonzero(both)[np.argsort(-shares[both, rather[both]])]:
        label, other = cross.labels[row], rather[row]
        figures = f"{100 * shares[row, label]:.0f} % | {100 * shares[row, other]:.0f} %"
        yield f"| {cross.paths[row]} | {CLASSES[label]} | {CLASSES[other]} | {figures} |"


if __name__ == "__main__":
    main()
