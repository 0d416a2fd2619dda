"""What the starter ear learns from: real one-shots, their variants, and drums of the synthesiser.

A few hundred recordings of a few dozen kits do not show what the next kit will sound like. So each sound is also taken
faster, slower, gated, driven, in a room and above a noise floor (`hearing_disturbing` colours the pictures beside);
and there are drums of every class from `synthesis`, whose spread is wider than that of the recordings.
Shapes: M sounds, T points, V variants.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, rfft

from ..hearing.view import LENGTH, VIEW_RATE, cut, view
from ..progress import Progress, Report, ignore
from ..synthesis import FAMILIES, draw_hit, render
from ..units import Array, Waveform, db_to_gain

SPEED = 0.16
"""Largest change of speed, natural logarithm: pitch and length by up to 2.8 semitones."""

FLOOR_DB = (-75.0, -45.0)
"""Noise floor below the peak."""

ROOM_POINTS = 98_304
"""A sound with its room behind it fits in; a product of small primes, for the transform."""


@dataclass(frozen=True)
class LabelledSound:
    """A one-shot: mono waveform (T,), rate, class, kit (what belongs together), weight beside others of its class."""

    waveform: Waveform
    sample_rate: int
    label: str
    kit: str
    weight: float = 1.0


@dataclass(frozen=True)
class HearingSounds:
    """Pictures to learn from.

    Args:
        views: (M, 2, 64, 64) float16, 0 to 1.
        labels: (M,) index of the class.
        weights: (M,) how often each is drawn, relative.
    """

    views: Array
    labels: Array
    weights: Array

    def joined(self, other: "HearingSounds") -> "HearingSounds":
        """Return these and others."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("views", "labels", "weights"))
        return HearingSounds(*(np.concatenate(pair) for pair in pairs))


def hearing_sounds(
    sounds: Sequence[LabelledSound], classes: Sequence[str], variants: int, seed: int, report: Report = ignore
) -> HearingSounds:
    """Return sounds as they are and in variants.

    Args:
        sounds: M, each label among `classes`.
        classes: in the order of the labels' numbers.
        variants: V, of each sound, beside itself.
        seed: of the variants.
        report: is told how far it is.
    """
    generator = np.random.default_rng(seed)
    views = []
    for done, sound in enumerate(sounds):
        whole = cut(sound.waveform, sound.sample_rate)
        own = np.stack([whole, *(cut(vary(whole, generator), VIEW_RATE) for _ in range(variants))])
        views.append(view(own).astype(np.float16))
        report(Progress(done + 1, len(sounds), "varying the sounds"))
    copies = variants + 1
    labels = np.repeat([classes.index(sound.label) for sound in sounds], copies)
    weights = np.repeat(even_weights(sounds), copies)
    return HearingSounds(np.concatenate(views), labels, weights)


def synthetic_sounds(each: int, seed: int, share: float) -> list[LabelledSound]:
    """Return drums of the synthesiser, `each` of every class, each a kit of its own, weighted `share`."""
    generator = np.random.default_rng(seed)
    made = []
    for label in FAMILIES:
        for number in range(each):
            waveform = render(draw_hit(label, generator), LENGTH / VIEW_RATE, VIEW_RATE, seed=number)
            made.append(LabelledSound(waveform, VIEW_RATE, label, f"made-{number}", share))
    return made


def vary(sound: Waveform, generator: np.random.Generator) -> Waveform:
    """Return another drum that this one (T,), at `VIEW_RATE`, could have been."""
    speed = float(np.exp(generator.uniform(-SPEED, SPEED)))
    varied = np.interp(np.arange(0, len(sound) - 1, speed), np.arange(len(sound)), sound)
    if generator.random() < 0.2:
        varied = _in_a_room(varied, generator)
    if generator.random() < 0.5:
        start_s, time_s = generator.uniform(0.01, 0.3), np.exp(generator.uniform(np.log(0.02), np.log(0.5)))
        varied = varied * np.exp(-np.maximum(np.arange(len(varied)) / VIEW_RATE - start_s, 0.0) / time_s)
    if generator.random() < 0.25:
        drive = db_to_gain(generator.uniform(3.0, 18.0)) / max(float(np.abs(varied).max()), 1e-9)
        varied = np.tanh(varied * drive)
    if generator.random() < 0.3:
        noise = generator.standard_normal(len(varied)) * db_to_gain(generator.uniform(*FLOOR_DB))
        varied = varied + noise * np.abs(varied).max()
    other: Waveform = varied.astype(np.float32)
    return other


def even_weights(sounds: Sequence[LabelledSound]) -> Array:
    """Return how often each is drawn, mean 1: by the roots of its class's and of its kit's numbers in the class.

    Full balance would repeat a few tambourines endlessly, none would show little but snares. The root lies between.
    """
    classes = Counter(sound.label for sound in sounds)
    kits = Counter((sound.label, sound.kit) for sound in sounds)
    weights = np.array([one.weight * (classes[one.label] * kits[one.label, one.kit]) ** -0.5 for one in sounds])
    even: Array = weights / weights.mean()
    return even


def _in_a_room(sound: Array, generator: np.random.Generator) -> Array:
    """Return a sound (T,) with a short room behind it: noise that dies away, 4 to 20 dB below."""
    length = round(0.4 * VIEW_RATE)
    decay = np.exp(-np.arange(length) / VIEW_RATE / generator.uniform(0.02, 0.12))
    room = generator.standard_normal(length) * decay
    room *= db_to_gain(generator.uniform(-20.0, -4.0)) / np.sqrt(np.square(room).sum())
    wet = irfft(rfft(sound, ROOM_POINTS) * rfft(room, ROOM_POINTS), ROOM_POINTS)[: len(sound)]
    placed: Array = sound + wet
    return placed
