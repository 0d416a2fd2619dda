"""Arrangements of real loops with known sections: one loop, then another, each repeated, cut hard."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .voices import RATE, Waveform

FORMS = ("ABAC", "ABCA", "ABAB", "ABC", "ABCAB")
"""Forms of the arrangements."""

SECTION_S = (8.0, 20.0)
"""How long a section lasts, about: a loop is repeated whole times."""

Sections = tuple[tuple[float, float, str], ...]


def draw_loops(seed: int, loops: Sequence[Path]) -> list[Path]:
    """Return three different loops out of many that are sorted by tempo: neighbours if `seed` is even, else any."""
    generator = np.random.default_rng((29, seed))
    if seed % 2:
        return [loops[place] for place in generator.choice(len(loops), 3, replace=False)]
    start = int(generator.integers(len(loops) - 4))
    return [loops[start + place] for place in generator.permutation(5)[:3]]


def join(seed: int, loops: Sequence[Waveform]) -> tuple[Waveform, Sections]:
    """Return three loops at one loudness in a form and with lengths by chance, at `RATE`, and the sections."""
    generator = np.random.default_rng((31, seed))
    parts: list[np.ndarray] = []
    sections: list[tuple[float, float, str]] = []
    time_s = 0.0
    for letter in str(generator.choice(FORMS)):
        loop = loops["ABC".index(letter)]
        times = max(1, round(generator.uniform(*SECTION_S) * RATE / len(loop)))
        parts.append(np.tile(loop / max(1e-6, float(np.sqrt(np.mean(loop**2)))), times))
        sections.append((time_s, time_s + len(parts[-1]) / RATE, letter))
        time_s = sections[-1][1]
    joined = np.concatenate(parts)
    return (0.9 * joined / np.abs(joined).max()).astype(np.float32), tuple(sections)
