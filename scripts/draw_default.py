"""Draws sixteen random hits of each main class of the built-in instrument beside sixteen real ones of unseen kits.

    python scripts/draw_default.py DATASET [--instrument FILE]

DATASET is prepared from recordings with a `valid` split; the picture goes to `docs/models/flagship-hits.png`. A row is
a class; real hits stand left, drawn ones right. Nothing is chosen.
"""

import argparse
from pathlib import Path

import numpy as np

from drumlin import default_instrument, load
from drumlin.audio import write_atomically
from drumlin.datasets import Dataset
from drumlin.datasets.pictures import beside, encode_png
from drumlin.evaluation.drawing import draw, real_set
from drumlin.evaluation.gallery import TILES, draw_tiles
from drumlin.evaluation.window import judged_windows
from drumlin.units import Array

PICTURE = Path(__file__).resolve().parent.parent / "docs/models/flagship-hits.png"
CLASSES = ("kick", "snare", "hihat_closed", "hihat_open", "tom", "clap", "crash", "ride")
SEED = 0
COLOUR_STEP = 24
"""Few colours make a small file."""


def main() -> None:
    """Draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--instrument", type=Path)
    arguments = parser.parse_args()
    instrument = load(arguments.instrument) if arguments.instrument else default_instrument()
    dataset = Dataset.open(arguments.dataset)
    rows: list[Array] = []
    for name in CLASSES:
        real = real_set(dataset, "valid", [name]).windows
        chosen = np.sort(np.random.default_rng(SEED).permutation(len(real))[:TILES])
        made = draw(instrument, [name] * TILES, SEED).waveforms
        pair = beside(_full(draw_tiles(real[chosen])), draw_tiles(judged_windows(made, instrument.sample_rate)))
        rows += [pair, np.full((12, pair.shape[1], 3), 18, np.uint8)]
    write_atomically(PICTURE, encode_png(np.concatenate(rows[:-1]) // COLOUR_STEP * COLOUR_STEP))


def _full(tiles: Array) -> Array:
    """Return a picture of fewer than sixteen hits in the size of a full one."""
    height = draw_tiles(np.zeros((TILES, 1024), np.float32)).shape[0]
    return np.concatenate([tiles, np.full((height - tiles.shape[0], tiles.shape[1], 3), 18, np.uint8)])


if __name__ == "__main__":
    main()
