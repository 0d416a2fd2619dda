"""Loop or one-shot, and a loop's tempo, from the sound alone.

A loop goes on to its end, strikes more than a few times, and lasts a whole number of beats whose tempo repeats in its
strokes. What a name or a chunk says of it is a tag, not a fact. Shape letters: `T` points, `N` frames.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array, Waveform

SHORTEST_S, LONGEST_S = 0.9, 60.0

BEATS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128)
SLOWEST_BPM, FASTEST_BPM = 65.0, 185.0

FAMILIAR_BPM = 120.0
"""Between half and double, the tempo nearer to this is preferred, by as much as an octave's half."""

STROKES = 4
"""A loop has at least so many."""

LEAST_REPEAT = 0.2
"""Correlation of the strokes with themselves a beat later: below it nothing repeats."""

LEAST_END_DB = -20.0
"""The last fifth of a loop is at most so far below the whole; a one-shot's has decayed."""

_HOP_S = 0.01
_RISE_DB = 5.0


@dataclass(frozen=True)
class Loop:
    """A loop: its tempo and how clearly it repeats, 0 to 1."""

    tempo_bpm: float
    repeat: float


def find_loop(waveform: Waveform, sample_rate: int) -> Loop | None:
    """Return the loop that a sound is, or None for a one-shot.

    Args:
        waveform: mono audio, shape (T,), not silent.
        sample_rate: Hz.
    """
    duration_s = len(waveform) / sample_rate
    if not SHORTEST_S <= duration_s <= LONGEST_S:
        return None
    hop = max(1, round(_HOP_S * sample_rate))
    power = _power(waveform, hop)
    if not power.any() or not _goes_on(power):
        return None
    rises = _rises(power)
    if np.count_nonzero(rises > _RISE_DB) < STROKES:
        return None
    found = [Loop(beats * 60.0 / duration_s, _repeat(rises, len(rises) / beats)) for beats in BEATS]
    found = [loop for loop in found if SLOWEST_BPM <= loop.tempo_bpm <= FASTEST_BPM and loop.repeat >= LEAST_REPEAT]
    return max(found, key=_preference, default=None)


def _power(waveform: Waveform, hop: int) -> Array:
    """Return the power of each hop, (N,); the last, unfinished one is left out."""
    count = len(waveform) // hop
    frames = waveform[: count * hop].reshape(count, hop)
    power: Array = np.einsum("nt,nt->n", frames, frames).astype(np.float64) / hop
    return power


def _goes_on(power: Array) -> bool:
    end = power[-max(1, len(power) // 5) :].mean()
    return bool(10.0 * np.log10((end + 1e-20) / (power.mean() + 1e-20)) > LEAST_END_DB)


def _rises(power: Array) -> Array:
    """Return by how many dB each frame is louder than the two before, at least 0, (N,); faint ones count nothing."""
    level = 10.0 * np.log10(np.maximum(power, power.max() * 1e-5))
    before = np.maximum(np.concatenate([level[-1:], level[:-1]]), np.concatenate([level[-2:], level[:-2]]))
    rises: Array = np.clip(level - before, 0.0, 20.0)
    return rises


def _repeat(rises: Array, lag: float) -> float:
    """Return the circular correlation of the strokes with those a beat later, blurred by two frames."""
    smooth = np.convolve(np.concatenate([rises[-2:], rises, rises[:2]]), (0.25, 0.5, 1.0, 0.5, 0.25), "valid")
    centred = smooth - smooth.mean()
    norm = float(centred @ centred)
    later = max(float(centred @ np.roll(centred, shift)) for shift in {int(lag), int(lag) + 1})
    return later / norm if norm > 0.0 else 0.0


def _preference(loop: Loop) -> float:
    return loop.repeat - 0.2 * abs(float(np.log2(loop.tempo_bpm / FAMILIAR_BPM)))
