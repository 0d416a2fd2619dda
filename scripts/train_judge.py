"""Trains the judge's two networks anew: their files and `judge.json`.

    python scripts/train_judge.py DATASET [--out FOLDER]

DATASET is one that `drumlin prepare DRUMS --profile generator` made of labelled drums, split by kit. It takes some
minutes on one core. A new judge gives new numbers: what was measured by the old one must be measured again, so this is
run once, before anything is judged.
"""

import argparse
import sys
from pathlib import Path

import torch

from drumlin.datasets import Dataset
from drumlin.progress import Progress
from drumlin.training.judge import train_judge

FOLDER = Path(__file__).resolve().parent.parent / "src/drumlin/evaluation/judge"


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--out", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # the order of sums, and so the files, must not depend on the machine's cores
    train_judge(Dataset.open(arguments.dataset), arguments.out, report=show)


def show(progress: Progress) -> None:
    """Print every hundredth step."""
    if progress.done % 100 == 0 or progress.done == progress.total:
        print(progress.message, progress.done, progress.total, dict(progress.metrics), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
