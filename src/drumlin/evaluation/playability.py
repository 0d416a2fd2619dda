"""How an instrument plays: even steps over the plane, and places that sound, as one thing.

Sounds are those of the places themselves, with every control at rest. Shapes: B places, T points.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from ..instrument import Instrument
from ..units import Array, Waveform
from .continuity import LINES, STEPS, plane_continuity
from .window import WINDOW, judged_windows

Classify = Callable[[Waveform], Sequence[str]]
"""Judged windows (M, `WINDOW`) to the name of a family each; the empty name for what is none."""

SIDE = 16
"""Cells along each side of the plane."""

PER_CELL = 4
"""Places at random that are heard in each cell."""

PURE = 0.75
"""A cell is pure if such a share of its places is of one family."""

AUDIBLE_DB = -40.0
"""And audible if all of them have a peak above this, against the median of the plane."""


@dataclass(frozen=True)
class Steps:
    """Change of the sound per unit of the plane, whose side is 2.

    Args:
        median_db: median over small steps of the log-mel distance per unit.
        p95_db: 95th percentile of the same.
        ratio: the one over the other; large where the plane stands still here and jumps there.
        range_db: mean distance between the ends of the lines: 0 where nothing moves.
    """

    median_db: float
    p95_db: float
    ratio: float
    range_db: float


@dataclass(frozen=True)
class Cells:
    """What the cells of the plane hold.

    Args:
        audible: share in which every place sounds.
        pure: share in which most places are of one family.
        good: share that is both.
        as_labelled: of the pure cells, the share whose family is that of the training samples nearby; NaN where the
            instrument has no labels or `family_of` was not given.
        families: family of each cell, row by row from the bottom left, `SIDE` of them a row; empty for one that is
            not both audible and pure.
    """

    audible: float
    pure: float
    good: float
    as_labelled: float
    families: tuple[str, ...]


def plane_steps(instrument: Instrument, seed: int = 0, lines: int = LINES, steps: int = STEPS) -> Steps:
    """Walk over the plane along random lines, as `continuity.plane_continuity` does, and hear the judged length.

    Args:
        instrument: any.
        seed: of the lines.
        lines: how many walks.
        steps: steps of each, at least 1.
    """
    points = round(WINDOW * instrument.sample_rate / 44_100)

    def play(places: Array) -> Waveform:
        return sounds_at(instrument, places)[:, :points]

    walk = plane_continuity(play, instrument.sample_rate, seed, lines, steps)
    return Steps(walk.median_db, walk.jump_ratio * max(walk.median_db, 1e-6), walk.jump_ratio, walk.range_db)


def plane_cells(
    instrument: Instrument,
    classify: Classify,
    family_of: Callable[[str], str] | None = None,
    seed: int = 0,
    side: int = SIDE,
    on_row: Callable[[int, int], None] | None = None,
) -> Cells:
    """Hear `PER_CELL` random places in each cell of the plane.

    Args:
        instrument: any.
        classify: names the family of each sound.
        family_of: family of a label of the instrument, for `as_labelled`.
        seed: of the places.
        side: cells along each side.
        on_row: called after each row of cells with how many are done and `side`; what it raises ends the work.
    """
    generator = np.random.default_rng(seed)
    peaks = np.zeros((side, side, PER_CELL))
    names: list[str] = []
    for row in range(side):
        corners = np.stack([np.arange(side), np.full(side, row)], axis=-1)[:, None]  # (side, 1, 2)
        offsets = generator.uniform(0.0, 1.0, (side, PER_CELL, 2))
        sounds = sounds_at(instrument, (2.0 * (corners + offsets) / side - 1.0).reshape(-1, 2))
        peaks[row] = np.abs(sounds).max(axis=1).reshape(side, PER_CELL)
        names.extend(classify(judged_windows(sounds, instrument.sample_rate)))
        if on_row is not None:
            on_row(row + 1, side)
    usual = float(np.median(peaks))
    audible = (peaks > max(usual * 10.0 ** (AUDIBLE_DB / 20.0), 1e-6)).all(axis=2).ravel()
    grouped = [tuple(names[at : at + PER_CELL]) for at in range(0, len(names), PER_CELL)]
    majority = [_majority(group) for group in grouped]
    pure = np.array([bool(name) for name in majority])
    families = tuple(name if heard else "" for name, heard in zip(majority, audible, strict=True))
    agreement = _agreement(instrument, families, family_of, side)
    return Cells(float(audible.mean()), float(pure.mean()), float((audible & pure).mean()), agreement, families)


def sounds_at(instrument: Instrument, places: Array) -> Waveform:
    """Return what the model makes at places (B, 2), controls at rest: (B, T)."""
    latents = instrument.map(places.astype(np.float32))
    classes = instrument.classes_at(places.astype(np.float32)) if instrument.classes else None
    sounds: Waveform = instrument.decode(latents, classes=classes)
    return sounds


def _majority(names: Sequence[str]) -> str:
    """Return the family that at least `PURE` of the names are; empty if there is none."""
    name, count = Counter(names).most_common(1)[0]
    return name if count >= PURE * len(names) else ""


def _agreement(
    instrument: Instrument, families: Sequence[str], family_of: Callable[[str], str] | None, side: int
) -> float:
    if family_of is None or not any(instrument.points.labels):
        return nan
    middles = (2.0 * np.arange(side) + 1.0) / side - 1.0
    labels = [instrument.label_at(float(x), float(y)) for y in middles for x in middles]
    known = [(family, family_of(label)) for family, label in zip(families, labels, strict=True) if family and label]
    return float(np.mean([family == expected for family, expected in known])) if known else nan
