"""What is in a pack, as pictures: one PNG for each class, every spectrogram in it, so that nothing is sent unseen."""

from pathlib import Path

import numpy as np

from ..audio.files import write_atomically
from ..datasets.pictures import encode_png
from ..units import Array
from .packing import Pack

WIDTH = 1600
"""Pixels of a picture, about."""

_GAP = 2


def show_pack(pack: Pack, folder: Path) -> list[Path]:
    """Write a picture of each class into a folder, made if missing; their paths are returned."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, name in enumerate(pack.classes):
        path = folder / f"{number:03d}.png"  # a class may be called anything: its name is no file name
        write_atomically(path, encode_png(contact_sheet(pack.stored[pack.labels == number])))
        written.append(path)
        write_atomically(path.with_suffix(".txt"), f"{name}\n".encode("utf-8", "replace"))
    return written


def contact_sheet(stored: Array) -> Array:
    """Return all spectrograms (M, C, F, N) in rows, channels below each other, low bands below: (H, W, 3), uint8."""
    tiles = stored[..., ::-1, :].reshape(len(stored), -1, stored.shape[3])  # (M, C x F, N)
    across = max(1, min(len(tiles), WIDTH // (tiles.shape[2] + _GAP)))
    rows = -(-len(tiles) // across)
    sheet = np.zeros((rows, tiles.shape[1] + _GAP, across, tiles.shape[2] + _GAP), np.uint8)
    for place, tile in enumerate(tiles):
        sheet[place // across, : tile.shape[0], place % across, : tile.shape[1]] = 2 * np.minimum(tile, 127)
    grey = sheet.reshape(rows * sheet.shape[1], -1)
    return np.repeat(grey[..., None], 3, axis=2)
