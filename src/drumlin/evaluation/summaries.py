"""Means, medians and shares over sounds of several kits, each with the interval that other kits would give.

Shapes: M sounds, R resamples.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ..units import Array
from .intervals import around, resample_kits, wilson


def mean_over_kits(values: Array, kits: Sequence[str], resamples: int, seed: int = 0) -> dict[str, float] | None:
    """Return the mean of values (M,) with its interval as JSON content; NaN is left out, None if nothing remains."""
    known, weights = _known(values, kits, resamples, seed)
    if not len(known):
        return None
    draws = (weights @ known) / weights.sum(axis=1)
    return asdict(around(float(known.mean()), draws))


def quantile_over_kits(
    values: Array, kits: Sequence[str], resamples: int, share: float = 0.5, seed: int = 0
) -> dict[str, float] | None:
    """Return a quantile of values (M,), the median by default, as `mean_over_kits` does the mean."""
    known, weights = _known(values, kits, resamples, seed)
    if not len(known):
        return None
    order = np.argsort(known)
    reached = np.cumsum(weights[:, order], axis=1) >= share * weights.sum(axis=1)[:, None]
    draws = known[order][reached.argmax(axis=1)]
    return asdict(around(float(np.quantile(known, share)), draws))


def share_of(hits: int, count: int) -> dict[str, float]:
    """Return a share with its Wilson interval as JSON content."""
    return asdict(wilson(hits, count))


def one_kit_each(count: int) -> list[str]:
    """Return kits for sounds that have none: of a system whose sounds owe nothing to each other."""
    return [""] * count


def plain(content: Any) -> Any:
    """Return JSON content with numpy's numbers as Python's, and what is no number as None."""
    if isinstance(content, dict):
        return {str(key): plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple | np.ndarray):
        return [plain(value) for value in content]
    if isinstance(content, np.generic):
        content = content.item()
    return None if isinstance(content, float) and not np.isfinite(content) else content


def _known(values: Array, kits: Sequence[str], resamples: int, seed: int) -> tuple[Array, Array]:
    """Return the values that are numbers, and the weights (R, M') of their resamples."""
    values = np.asarray(values, np.float64)
    there = np.flatnonzero(np.isfinite(values))
    if not len(there):
        return values[there], np.zeros((resamples, 0))
    return values[there], resample_kits([kits[int(at)] for at in there], resamples, np.random.default_rng(seed))
