"""Trains the starter ear: permissively licensed one-shots in, `hearing/ear/` out.

    python scripts/train_hearing.py DRUMS [--layers LAYERS] [--more MORE] [--cache FOLDER]

DRUMS and LAYERS are as for `train_default.py`, whose rules of what may be learned from hold here too; MORE is what
`fluid_drums.py` wrote. It learns from `train` and `valid`; all that had to be chosen, temperature and threshold
included, was chosen by `crossvalidate_hearing.py`, which must have run with the same arguments before. `test` is not
read. About eight minutes of one core; run again, it continues.
"""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

import torch
from crossvalidate_hearing import CrossScores, read_scores, show
from hearing_material import folder, material, mixed

from drumlin.hearing.ear import softmax
from drumlin.hearing.kinds import CLASSES
from drumlin.training.hearing import HearingTraining, train_ears
from drumlin.training.hearing_files import find_temperature, find_threshold, freeze, measure

FOLDER = Path(__file__).resolve().parent.parent / "src/drumlin/hearing/ear"


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drums", type=Path)
    parser.add_argument("--layers", type=Path)
    parser.add_argument("--more", type=Path)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/drumlin/hearing")
    parser.add_argument("--out", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # the order of sums, and so the file, must not depend on the machine's cores
    scores = arguments.cache / "scores-cross.npz"
    if not scores.exists():
        sys.exit(f"{scores} is missing: run crossvalidate_hearing.py with the same arguments first")
    facts = judged(read_scores(scores))
    parts = material(arguments.drums, arguments.layers, arguments.more, arguments.cache, show)
    settings = HearingTraining()
    whole = mixed({name: part.sounds for name, part in parts.items()})
    ears = train_ears(whole, len(CLASSES), settings, show, folder(arguments.cache, "members"))
    rows = [row for part in parts.values() for row in part.rows]
    facts |= {"settings": asdict(settings), "sources": credits(rows), "learned": len(rows)}
    freeze(arguments.out, ears, parts["train"].sounds.views[:2], CLASSES, facts)
    print(facts["measured"])


def judged(cross: CrossScores) -> dict[str, object]:
    """Return temperature, threshold and figures, from what was heard of kits that were held out."""
    temperature = find_temperature(cross.scores, cross.labels)
    shares = softmax(cross.scores / temperature)
    unsure_below = find_threshold(shares.max(axis=1), shares.argmax(axis=1) == cross.labels)
    figures = measure(softmax(cross.fair_scores()), cross.labels, list(cross.kits), CLASSES)
    measured = {"split": "cross-validation over makers", "sounds": len(cross.labels), **figures}
    return {"temperature": round(temperature, 4), "unsure_below": round(unsure_below, 4), "measured": measured}


def credits(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return what was learned from whom."""
    kept = {tuple(row[name] for name in ("source", "author", "url", "licence")) for row in rows}
    return [dict(zip(("source", "author", "url", "licence"), one, strict=True)) for one in sorted(kept)]


if __name__ == "__main__":
    main()
