"""The last steps: each region at its loudness, the whole below its ceiling.

What a limiter takes away is given back by turning the regions up, a few times. Shape letter: T points.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..audio import fade_curve
from ..features.loudness import gated_lufs, hop_powers, weighted
from ..units import Waveform, db_to_gain, seconds_to_points
from .limiter import limited
from .partials import SAMPLE_RATE

NEAR_LU = 0.2
"""A region so near to its target is left as it is."""

_ROUNDS = 4
_MOST_GAIN_DB = 40.0
_END_FADE_S = 0.03


@dataclass(frozen=True)
class Target:
    """The loudness of a stretch of the piece: points `start` to `end`, LUFS."""

    start: int
    end: int
    loudness_lufs: float


@dataclass(frozen=True)
class Master:
    """A finished piece.

    Args:
        waveform: (2, T).
        before_limiter: (2, T).
        gains: of the regions.
        missed_lu: target minus loudness of each region; NaN for a silent one.
    """

    waveform: Waveform
    before_limiter: Waveform
    gains: tuple[float, ...]
    missed_lu: tuple[float, ...]


def mastered(
    assemble: Callable[[Sequence[float]], Waveform],
    gains: Sequence[float],
    targets: Sequence[Target],
    ceiling_dbtp: float,
) -> Master:
    """Return a piece whose regions are as loud as they should be, below a ceiling.

    Args:
        assemble: makes the piece (2, T) of gains of its regions.
        gains: to begin with.
        targets: of the regions.
        ceiling_dbtp: true peak that is not exceeded.
    """
    for round_ in range(_ROUNDS):
        total = assemble(gains)
        waveform = limited(total, ceiling_dbtp)
        missed = missed_lu(waveform, targets)
        far = [abs(missing) > NEAR_LU for missing in missed]  # never for NaN
        if not any(far) or round_ == _ROUNDS - 1:
            break
        gains = [gain * _gain(missing) for gain, missing in zip(gains, missed, strict=True)]
    return Master(waveform, total, tuple(gains), tuple(missed))


def own_gain(region: Waveform, target: Target, origin: int) -> float:
    """Return the gain that brings a region (2, T), alone and from `origin` on, to its target; 1 for silence."""
    stretch = region[:, target.start - origin : target.end - origin]
    if not stretch.size:
        return 1.0
    return _gain(missed_lu(stretch, [Target(0, stretch.shape[1], target.loudness_lufs)])[0])


def missed_lu(waveform: Waveform, targets: Sequence[Target]) -> list[float]:
    """Return target minus loudness of each stretch of a piece (2, T), LU; NaN where there is silence."""
    heard = weighted(waveform, SAMPLE_RATE)
    measured = [gated_lufs(hop_powers(heard[:, target.start : target.end], SAMPLE_RATE)) for target in targets]
    return [
        target.loudness_lufs - loudness if math.isfinite(loudness) else math.nan
        for target, loudness in zip(targets, measured, strict=True)
    ]


def fade_end(total: Waveform, rings_from: int) -> None:
    """Bring a piece (2, T) to silence at its end, in place: what rings after the last region fades out.

    Args:
        total: the piece.
        rings_from: where the last region ends.
    """
    points = total.shape[1]
    fade = min(points, max(points - rings_from, seconds_to_points(_END_FADE_S, SAMPLE_RATE)))
    total[:, points - fade :] *= fade_curve(fade)[::-1]
    total[:, -1:] = 0.0


def _gain(missing_db: float) -> float:
    return db_to_gain(min(max(missing_db, -_MOST_GAIN_DB), _MOST_GAIN_DB)) if math.isfinite(missing_db) else 1.0
