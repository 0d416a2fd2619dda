"""Key: several profiles of pitch classes, weighed together, with a confidence and the courage to say "pitchless".

Profiles: Krumhansl & Kessler 1982 (listeners' ratings), Temperley 1999 (rules), Albrecht & Shanahan 2013 (counts in a
corpus), and the tonic's triad. Their correlations with the track's pitch classes, with what the bass plays and with
where it begins and ends are the inputs of a score that is the same for all twelve tonics (transposing the music moves
the answer and nothing else); a softmax over the 24 keys gives the confidence, fitted on synthesised music. Short
stretches are also judged by the profiles themselves.
Tonic 0 is C. Shape letters: `M` frames, `S` stretches.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from ..units import Array
from .chroma import Chroma
from .networks import network
from .tempo import softmax

Mode = Literal["major", "minor"]
MODES: tuple[Mode, Mode] = ("major", "minor")
TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

Profile = tuple[tuple[float, ...], tuple[float, ...]]
"""Weights of the pitch classes from the tonic up, major and minor."""

PROFILES: dict[str, Profile] = {
    "krumhansl": (
        (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
    ),
    "temperley": (
        (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0),
        (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0),
    ),
    "albrecht": (
        (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
        (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
    ),
    "triad": ((1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0), (1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0)),
}
"""Weights of the pitch classes from the tonic up, major and minor."""

PITCHLESS = 0.5
"""Below this probability of having a key at all, there is none."""

CLARITY_SHIFT = 1.1
"""Added to the log odds of having a key: real tones are less clear than synthesised ones.

On 36 real loops and tracks (the `dev` half of `docs/listening.md`) no drum loop comes to more than -1.6 without it, and
16 of 18 files with tones to more than -0.5.
"""

FEW_PITCHES = 3.0
"""Pitch classes, counted by entropy, below which profiles say nothing: at two, the strongest alone decides."""

DRONE_ODDS = 8.0
"""How much a pitch class that sounds alone counts, in nats: 95 % between both modes."""

SHORT_S, LONG_S = 12.0, 20.0
"""Up to the one, a stretch is judged by profiles beside the network, from the other on by the network alone.

In little music a key is not yet established: where it begins and ends, which the network has learned to trust, means
little. On excerpts of own music of 5 to 15 s the profiles cost and bring nothing; on the 8 real loops of the `dev` half
they raise the weighted score from 0.54 to 0.66.
"""

NETWORK_SHARE, PROFILE_SHARE = 0.5, 6.0
"""How much the network's score and the mean correlation with the profiles count there."""

SHORT_SURENESS = 0.7
"""By which the scores of such a stretch are multiplied before they become probabilities: little was heard.

With it the true key is likeliest on 317 cuts of single instruments of composed pieces, 5 to 13 s from anywhere, on 420
excerpts of renders and on the 8 real loops. On the cuts keys were said with 0.60 without it and are with 0.49; 0.47 are
right. On the loops it was 0.63 and is 0.50, of 0.50.
"""

_EDGE_S = 3.0  # what a piece begins and ends with
_FRAME_S = 2048 / 22_050
_EVEN_PROFILES = [4, 5, 6]  # columns of `key_features`: profiles (not the triad) on frames that count alike


@dataclass(frozen=True)
class Key:
    """A key, or that there is none.

    Args:
        tonic: 0 to 11, C first; None: pitchless.
        mode: `major` or `minor`; None: pitchless.
        confidence: probability of what is said, 0 to 1.
        clarity: probability that there is a key at all, 0 to 1.
    """

    tonic: int | None
    mode: Mode | None
    confidence: float
    clarity: float

    @property
    def name(self) -> str:
        """Return `F# minor`, or `pitchless`."""
        return "pitchless" if self.tonic is None else f"{TONICS[self.tonic]} {self.mode}"


def find_key(chroma: Chroma, start_s: float = 0.0, end_s: float = np.inf) -> Key:
    """Return the key of a stretch; `key_probabilities` and `tonal_clarity` are its two halves."""
    return read_key(key_probabilities(chroma, start_s, end_s), tonal_clarity(chroma, start_s, end_s))


def rank_keys(chroma: Chroma, count: int = 5) -> tuple[Key, ...]:
    """Return the likeliest keys of a track, as if it had one: what to choose among where the first is wrong."""
    probabilities = key_probabilities(chroma)
    clarity = tonal_clarity(chroma)
    best = np.argsort(-probabilities, kind="stable")[:count]
    return tuple(Key(int(i) % 12, MODES[int(i) // 12], float(probabilities[i]), clarity) for i in best)


def read_key(probabilities: Array, clarity: float) -> Key:
    """Return the likeliest of 24 keys (C major to B major, C minor to B minor), or that there is none."""
    if clarity < PITCHLESS:
        return Key(None, None, 1.0 - clarity, clarity)
    best = int(probabilities.argmax())
    return Key(best % 12, MODES[best // 12], float(probabilities[best]) * clarity, clarity)


def key_probabilities(chroma: Chroma, start_s: float = 0.0, end_s: float = np.inf) -> Array:
    """Return the probabilities of the 24 keys of a stretch, if it has one, shape (24,)."""
    short = _shortness(*_frames(chroma, start_s, end_s))
    return softmax(key_scores(chroma, start_s, end_s) * (1.0 - short * (1.0 - SHORT_SURENESS)))


def key_scores(chroma: Chroma, start_s: float = 0.0, end_s: float = np.inf) -> Array:
    """Return the log odds of the 24 keys, up to a constant, shape (24,).

    Where fewer than about three pitch classes sound, there is nothing to weigh: the strongest is the tonic, of either
    mode.
    """
    features = key_features(chroma, start_s, end_s)
    begin, end = _frames(chroma, start_s, end_s)
    short = _shortness(begin, end)
    learned = (1.0 - (1.0 - NETWORK_SHARE) * short) * network("key")(features)[:, 0]
    scores = learned + short * PROFILE_SHARE * features[:, _EVEN_PROFILES].mean(axis=1)
    share = _share(chroma.whole[begin:end].mean(axis=0))
    sounding = np.exp(-np.sum(share * np.log(share + 1e-9)))
    few = float(np.clip(FEW_PITCHES - sounding, 0.0, 1.0))
    mixed: Array = (1.0 - few) * scores + few * DRONE_ODDS * np.tile(share, 2)
    return mixed


def key_features(chroma: Chroma, start_s: float = 0.0, end_s: float = np.inf) -> Array:
    """Return what each key is scored by, shape (24, I)."""
    begin, end = _frames(chroma, start_s, end_s)
    whole, bass = chroma.whole[begin:end], chroma.bass[begin:end]
    edge = max(1, round(_EDGE_S / _FRAME_S))
    even = whole / np.maximum(whole.sum(axis=1, keepdims=True), 0.05)
    pictures = (
        whole.mean(axis=0),
        even.mean(axis=0),
        np.sqrt(whole.mean(axis=0)),
        even[:edge].mean(axis=0),
        even[-edge:].mean(axis=0),
    )
    columns = [_against(profile, picture) for picture in pictures[:3] for profile in PROFILES.values()]
    columns += [_against(PROFILES["triad"], picture) for picture in pictures[3:]]
    low = _share(bass.mean(axis=0))
    first, last = _share(bass[:edge].mean(axis=0)), _share(bass[-edge:].mean(axis=0))
    columns += [_turned(part, step) for part, step in ((low, 0), (low, 7), (low, 5), (first, 0), (last, 0))]
    mean = _share(pictures[1])
    columns += [_turned(mean, step) for step in (0, 3, 4, 6, 8, 9, 10, 11)]
    is_minor = np.repeat([0.0, 1.0], 12)
    columns += [column * is_minor for column in columns[-8:]]
    columns.append(is_minor)
    return np.column_stack(columns).astype(np.float32)


def tonal_clarity(chroma: Chroma, start_s: float = 0.0, end_s: float = np.inf) -> float:
    """Return the probability that a stretch has a key, 0 to 1."""
    odds = float(network("pitched")(clarity_features(chroma, start_s, end_s))[0]) + CLARITY_SHIFT
    return float(1.0 / (1.0 + np.exp(-odds)))


def clarity_features(chroma: Chroma, start_s: float = 0.0, end_s: float = np.inf) -> Array:
    """Return what says whether there is a key, shape (I,)."""
    begin, end = _frames(chroma, start_s, end_s)
    whole, peakiness = chroma.whole[begin:end], chroma.peakiness[begin:end]
    share = _share(whole.mean(axis=0))
    entropy = -float(np.sum(share * np.log(share + 1e-9)))
    lengths = np.linalg.norm(whole, axis=1)
    sounding = lengths > 0.05 * max(1e-9, float(lengths.max(initial=0.0)))
    steady = np.sum(whole[1:] * whole[:-1], axis=1) / np.maximum(lengths[1:] * lengths[:-1], 1e-9)
    fit = max(float(_against(profile, whole.mean(axis=0)).max()) for profile in PROFILES.values())
    return np.array(
        [
            entropy,
            float(np.median(peakiness)),
            float(np.percentile(peakiness, 80)),
            float(sounding.mean()) if len(sounding) else 0.0,
            float(steady.mean()) if len(steady) else 0.0,
            fit,
            float(share.max()),
            float(np.count_nonzero(whole > 0.02) / max(1, whole.size)),
        ],
        np.float32,
    )


def _frames(chroma: Chroma, start_s: float, end_s: float) -> tuple[int, int]:
    count = len(chroma.whole)
    begin = min(count - 1, max(0, round(start_s / _FRAME_S)))
    return begin, max(begin + 1, min(count, round(min(end_s, 1e9) / _FRAME_S)))


def _shortness(begin: int, end: int) -> float:
    """Return 1 for frames that last up to `SHORT_S`, 0 from `LONG_S` on."""
    return float(np.clip((LONG_S - (end - begin) * _FRAME_S) / (LONG_S - SHORT_S), 0.0, 1.0))


def _against(profile: Profile, picture: Array) -> Array:
    """Return the correlations of a picture with a profile on each tonic, major then minor, shape (24,)."""
    centred = picture - picture.mean()
    correlations: Array = _turned_profiles(profile) @ centred / max(1e-9, float(np.linalg.norm(centred)))
    return correlations


@cache
def _turned_profiles(profile: Profile) -> Array:
    """Return a profile on each tonic, major then minor, each centred and of length 1, shape (24, 12)."""
    rows = np.array([np.roll(part, tonic) for part in profile for tonic in range(12)], np.float64)
    rows -= rows.mean(axis=1, keepdims=True)
    unit: Array = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _share(picture: Array) -> Array:
    share: Array = picture / max(1e-9, float(picture.sum()))
    return share


def _turned(share: Array, step: int) -> Array:
    """Return how much each key's degree has, `step` semitones above its tonic, shape (24,)."""
    return np.tile(np.roll(share, -step), 2)
