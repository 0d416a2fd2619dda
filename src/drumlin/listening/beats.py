"""Beats: a small network says how much each frame looks like a beat, dynamic programming keeps them even.

The network sees the bands two beats back and ahead, at fractions of the local beat: a kick here, a snare one beat
later, hats between. Then, as in Ellis 2007, the best sequence is sought whose steps are near the local beat.
Shape letters: `N` frames, `P` places, `K` bands.
"""

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE
from .networks import network

PLACES = (*np.arange(-8, 9) / 4, -2 / 3, -1 / 3, 1 / 3, 2 / 3)
"""Where the network looks, in beats from the frame."""

TIGHTNESS = 60.0
"""Cost of a step that is not the local beat, times the squared log of their ratio: 10 % cost about 0.5."""

REACH = 0.25
"""A step lies within this share of the local beat."""

_LEAST_ONSET, _ROOM_S = 0.05, 0.05  # of the strongest onset; seconds before the first and after the last
_ODDS = 4.0  # largest log odds of a frame: no single frame decides


def find_beats(onsets: Array, bpm: Array, known: Array | float = 0.0) -> Array:
    """Return the beats, seconds, ascending.

    Args:
        onsets: shape (N, 5), as `Features.onsets`.
        bpm: local tempo of each frame, shape (N,).
        known: what else speaks for a beat in each frame, in log odds, shape (N,).
    """
    odds = np.clip(beat_odds(onsets, bpm), -_ODDS, _ODDS) + known
    first, last = _sounding(onsets)
    frames = first + _track(odds[first:last], 60.0 * FRAME_RATE / bpm[first:last])
    return _between_frames(frames, odds) / FRAME_RATE


def beat_odds(onsets: Array, bpm: Array) -> Array:
    """Return the log odds of a beat in each frame, shape (N,); arguments as `find_beats`."""
    size, odds = 8192, []
    for start in range(0, len(onsets), size):
        frames = np.arange(start, min(len(onsets), start + size))
        odds.append(network("beat")(beat_features(onsets, bpm, frames))[:, 0])
    return np.concatenate(odds)


def beat_features(onsets: Array, bpm: Array, frames: Array) -> Array:
    """Return what the network sees of some frames, shape (len(frames), P * K + 1), float32."""
    wide = np.maximum(onsets, np.maximum(_shifted(onsets, 1), _shifted(onsets, -1)))
    level = np.sqrt(wide)
    beat = 60.0 * FRAME_RATE / bpm[frames]
    at = np.round(frames[:, None] + beat[:, None] * np.array(PLACES)).astype(np.int64)  # (n, P)
    inside = (at >= 0) & (at < len(level))
    values = np.where(inside[..., None], level[np.clip(at, 0, len(level) - 1)], 0.0)
    octave = np.log2(bpm[frames] / 110.0)[:, None]
    features: Array = np.concatenate([values.reshape(len(frames), -1), octave], axis=1).astype(np.float32)
    return features


def _shifted(values: Array, by: int) -> Array:
    moved = np.zeros_like(values)
    if by > 0:
        moved[by:] = values[:-by]
    else:
        moved[:by] = values[-by:]
    return moved


def _sounding(onsets: Array) -> tuple[int, int]:
    """Return the frames between which something happens, with a little room: silence has no beats."""
    strength = onsets[:, :4].sum(axis=1)
    loud = np.flatnonzero(strength > _LEAST_ONSET * float(strength.max()))
    room = round(_ROOM_S * FRAME_RATE)
    return (max(0, int(loud[0]) - room), min(len(onsets), int(loud[-1]) + 1 + room)) if loud.size else (0, len(onsets))


def _track(odds: Array, beat: Array) -> Array:
    """Return the frames of the best sequence; `beat` is the local beat in frames, shape (N,)."""
    count = len(odds)
    score, back = odds.copy(), np.full(count, -1, np.int64)
    least, most = np.maximum(1, (beat * (1 - REACH)).astype(np.int64)), np.ceil(beat * (1 + REACH)).astype(np.int64)
    steps = np.arange(1, int(most.max()) + 1)
    logs = np.log(steps)
    log_beat = np.log(beat)
    for frame in range(int(least[0]), count):
        low, high = int(least[frame]), min(int(most[frame]), frame)
        if low > high:  # the first beat may be anywhere in the first step
            continue
        before = score[frame - high : frame - low + 1][::-1]  # steps low..high
        total = before - TIGHTNESS * np.square(logs[low - 1 : high] - log_beat[frame])
        best = int(total.argmax())
        score[frame] += total[best]
        back[frame] = frame - low - best
    tail = max(1, count - int(beat[-1] * (1 + REACH)))
    frame = tail + int(score[tail:].argmax()) if tail < count else int(score.argmax())
    frames = [frame]
    while back[frame] >= 0:
        frame = int(back[frame])
        frames.append(frame)
    return np.array(frames[::-1])


def _between_frames(frames: Array, odds: Array) -> Array:
    """Return the places of the parabola's top around each frame, in frames."""
    inner = (frames > 0) & (frames < len(odds) - 1)
    places = frames.astype(np.float64)
    middle = frames[inner]
    left, here, right = odds[middle - 1], odds[middle], odds[middle + 1]
    bend = left - 2 * here + right
    offset = np.where(bend < -1e-6, 0.5 * (left - right) / np.minimum(bend, -1e-6), 0.0)
    places[inner] += np.clip(offset, -0.5, 0.5)
    return places
