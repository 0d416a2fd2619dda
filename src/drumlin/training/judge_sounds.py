"""What the judge's networks learn from: real windows, varied as other drums and other recordings would vary them.

Each real training sound is taken as it is and in several variants: speed (pitch and length together), tilt of the
spectrum, a shorter tail, level. Shapes: M sounds, T points, V variants, K classes.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..datasets import Dataset, Sample
from ..errors import PreprocessError
from ..evaluation.window import JUDGED_RATE, WINDOW, judged_window
from ..features.attributes import measure_attributes
from ..progress import Progress, Report, ignore
from ..units import Array, Waveform, db_to_gain

SPEED = 0.1
TILT_DB = 2.5
"""Largest tilt, dB per octave around 1 kHz."""

LEVEL_DB = 6.0
FADE_S = (0.04, 0.4)
"""Time constants of a tail that is faded."""

ATTRIBUTES = 5
"""Brightness, log decay, log pitch, noisiness, log attack."""

_HEARD = 2 * WINDOW  # points of a sound that a variant may draw on: faster ones reach further
_PITCH_CONFIDENCE = 0.5


@dataclass(frozen=True)
class JudgeSounds:
    """Windows to learn from.

    Args:
        windows: (M, T) float32.
        labels: (M,) index into the classes.
        attributes: (M, 5) brightness, log decay, log pitch, noisiness, log attack; NaN where not to be trusted.
        weights: (M,) how often each is to be drawn, relative.
    """

    windows: Waveform
    labels: Array
    attributes: Array
    weights: Array


def judge_sounds(
    dataset: Dataset,
    classes: Sequence[str],
    variants: int,
    seed: int,
    describing: Callable[[Waveform], Array],
    report: Report = ignore,
) -> JudgeSounds:
    """Return every training sound of some classes as it is and in variants.

    Args:
        dataset: only its `train` is read.
        classes: labels to learn.
        variants: V, of each sound.
        seed: of the variants.
        describing: what makes the attributes of a window: `describe`, or `undescribed` where nobody learns them.
        report: is told how far it is.
    """
    rows = [row for row in dataset.indices("train") if dataset.samples[row].label in classes]
    generator = np.random.default_rng(seed)
    windows, attributes = [], []
    for done, row in enumerate(rows):
        sound = np.asarray(dataset.waveforms[row][:_HEARD])
        varied = [vary(sound, dataset.sample_rate, generator) for _ in range(variants)]
        own = [judged_window(sound, dataset.sample_rate), *varied]
        windows += own
        attributes += [describing(window) for window in own]
        report(Progress(done + 1, len(rows), "varying the sounds"))
    copies = variants + 1
    labels = np.repeat([classes.index(dataset.samples[row].label) for row in rows], copies)
    weights = np.repeat(even_weights([dataset.samples[row] for row in rows]), copies)
    return JudgeSounds(np.stack(windows), labels, np.stack(attributes), weights)


def vary(sound: Waveform, sample_rate: int, generator: np.random.Generator) -> Waveform:
    """Return a window of another drum that this one (T,) could have been."""
    speed = 1.0 + generator.uniform(-SPEED, SPEED)
    places = np.arange(0, len(sound) - 1, speed)
    varied = np.interp(places, np.arange(len(sound)), sound)
    varied = tilt(varied, sample_rate, generator.uniform(-TILT_DB, TILT_DB))
    if generator.random() < 0.5:
        start = generator.uniform(0.01, 0.2)
        late = np.maximum(np.arange(len(varied)) / sample_rate - start, 0.0)
        varied = varied * np.exp(-late / generator.uniform(*FADE_S))
    level = db_to_gain(generator.uniform(-LEVEL_DB, LEVEL_DB))
    window: Waveform = judged_window(varied.astype(np.float32), sample_rate) * np.float32(level)
    return window


def tilt(sound: Array, sample_rate: int, slope_db: float) -> Array:
    """Return a sound (T,) whose spectrum rises by `slope_db` per octave more than before, turning at 1 kHz."""
    frequencies = np.fft.rfftfreq(2 * len(sound), 1.0 / sample_rate)
    octaves = np.log2(np.clip(frequencies, 30.0, 16_000.0) / 1000.0)
    tilted = np.fft.irfft(np.fft.rfft(sound, 2 * len(sound)) * 10.0 ** (slope_db * octaves / 20.0))
    return tilted[: len(sound)]


def describe(window: Waveform) -> Array:
    """Return the attributes that the listener is to hear, (5,); NaN where there are none."""
    try:
        found = measure_attributes(window, JUDGED_RATE)
    except PreprocessError:
        return np.full(ATTRIBUTES, np.nan)
    pitch = np.log2(found.pitch_hz) if found.pitch_confidence > _PITCH_CONFIDENCE else np.nan
    log_decay, log_attack = np.log(max(found.decay_s, 1e-3)), np.log(max(found.attack_s, 1e-5))
    return np.array([found.brightness, log_decay, pitch, found.noisiness_db, log_attack])


def undescribed(window: Waveform) -> Array:
    """Return no attributes."""
    return np.full(ATTRIBUTES, np.nan)


def even_weights(samples: Sequence[Sample]) -> Array:
    """Return how often each sample is drawn, mean 1: by the roots of its class's and of its kit's numbers in the class.

    One kit may hold most snares; full balance would repeat six tambourines endlessly. The root lies between.
    """
    classes = Counter(sample.label for sample in samples)
    kits = Counter((sample.label, sample.kit) for sample in samples)
    weights = np.array([(classes[one.label] * kits[one.label, one.kit]) ** -0.5 for one in samples])
    even: Array = weights / weights.mean()
    return even
