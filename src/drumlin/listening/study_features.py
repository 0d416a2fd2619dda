"""The study's 21 numbers of a window: three of cepstrum, three principal components, fifteen of spectrum and time.

Which fifteen, and of what the components were, the study does not say; these are the usual ones. Components need data
to be found in, so the levels of which they are made come along and `StudySystem` finds them. Only for comparison.
Shape letters: `W` windows, `B` mel bands.
"""

from collections.abc import Sequence

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE, N_MELS, Features, mel_centres_hz
from .beatwise import onset_densities

STUDY_NAMES: tuple[str, ...] = (
    "mfcc_1",
    "mfcc_2",
    "mfcc_3",
    "centroid",
    "centroid_spread",
    "bandwidth",
    "flatness",
    "rolloff",
    "contrast",
    "flux",
    "level",
    "level_spread",
    "onset_strength",
    "onset_rate",
    "tempo",
    "pitch_entropy",
    "pitch_peak",
    "tonic",
)
"""The numbers that a window has by itself."""

N_COMPONENTS = 3
"""Principal components of the mean levels of the mel bands, found in the windows that are learned from."""

_FLOOR = 1e-6
_ROLLOFF = 0.85
_FRAME_S = 2048 / 22_050


def study_numbers(features: Features, spans_s: Sequence[tuple[float, float]], bpm: Sequence[float] | Array) -> Array:
    """Return the 18 numbers of each window, and the mean levels of its mel bands: shape (W, 18 + B), float32."""
    rows = [_window(features, span_s, float(tempo)) for span_s, tempo in zip(spans_s, bpm, strict=True)]
    return np.array(rows, np.float32).reshape(len(rows), len(STUDY_NAMES) + N_MELS)


def _window(features: Features, span_s: tuple[float, float], bpm: float) -> list[float]:
    begin = min(features.frame_count - 3, max(0, round(span_s[0] * FRAME_RATE)))
    end = max(begin + 3, min(features.frame_count, round(span_s[1] * FRAME_RATE)))
    power = features.mel[begin:end] + np.float32(_FLOOR)
    levels = np.log10(power)
    size = levels.shape[1]
    mean_levels = levels.mean(axis=0)
    cosines = np.cos(np.pi * (np.arange(size) + 0.5)[:, None] * np.arange(1, 4) / size)
    total = power.sum(axis=1)
    centres = np.log2(mel_centres_hz() / 1000.0)
    centroid = power @ centres / total
    width = np.sqrt(np.maximum(power @ np.square(centres) / total - np.square(centroid), 0.0))
    rolloff = (np.cumsum(power, axis=1) < _ROLLOFF * total[:, None]).sum(axis=1)
    level = 10.0 * np.log10(total)
    onsets = features.onsets[begin:end]
    first = min(len(features.chroma.whole) - 1, round(span_s[0] / _FRAME_S))
    last = max(first + 1, round(span_s[1] / _FRAME_S))
    share = features.chroma.whole[first:last].mean(axis=0)
    share = share / max(1e-9, float(share.sum()))
    values = [
        *(mean_levels @ cosines / size),
        centroid.mean(),
        centroid.std(),
        width.mean(),
        (levels.mean(axis=1) - np.log10(power.mean(axis=1))).mean(),
        rolloff.mean(),
        (levels.max(axis=1) - np.median(levels, axis=1)).mean(),
        np.maximum(np.diff(levels, axis=0), 0.0).mean(),
        level.mean(),
        level.std(),
        onsets[:, :4].mean(),
        sum(onset_densities(onsets)),
        bpm,
        -np.sum(share * np.log(share + 1e-9)),
        share.max(),
        share.argmax(),
    ]
    return [*map(float, values), *map(float, mean_levels)]
