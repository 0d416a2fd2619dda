"""Combs: what a network leaves in a sound at the rate of its hops and strides.

Two traces are looked for, both at multiples of `sample_rate / period`. *Lines*: partials that belong to no drum, heard
as a metallic ring; transposed convolutions leave them. *Beats*: a level that flutters once per frame, heard as
roughness; overlap-add of frames that do not agree leaves it, on noise as well as on a low tone, whose sidebands then
lie one rate apart.

The sound is first made as loud at its end as at its start (its envelope divided out), so that lines are narrow and
noise is even. The height of lines is the median over the comb of level above the surroundings, less the same a third
and two thirds of the way to the next line: a partial that happens to lie on the comb is no comb.
Shapes: T points, F bins, K lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..features import envelope
from ..units import Array, Waveform, seconds_to_points

PERIODS = (4, 16, 64, 128, 256, 512)
"""Strides of transposed convolutions and hops of frames, in points."""

START_S = 0.02
"""So long after the peak the stroke is over."""

END_DB = -72.0
"""What is fainter against the peak is not looked at."""

FLOOR_DB = -80.0
"""Lines further below the strongest partial are as good as none."""

EVEN_S = 0.06
"""The envelope is taken over this: longer than any hop and than a swing of a kick, which it must not flatten."""

MIRRORED = 0.25
"""A partial this near to half the rate has its own mirror image for a neighbour: nothing can be told."""

LEAST_POINTS = 1024
"""Less than this has no spectrum to speak of."""

LINES_PER_PERIOD = 8
"""A hit that is shorter than so many periods shows no lines."""

MOST_LINES = 40
"""Lines of a band that are looked at; beyond, a comb has shown or will not."""

BEAT_LINES = 2
"""Lines of the power's spectrum: a flutter is smooth."""

BAND_HZ = 2000.0
"""Beats are looked for above this: below it, two partials of a drum beat with each other."""

REACH_S = 1.0
"""At most so much of a sound is looked at: enough for lines 1 Hz wide."""


@dataclass(frozen=True)
class Comb:
    """What was found at one rate.

    Args:
        period: points.
        lines_db: height of the lines; about 0 without a comb.
        beats_db: height of the lines of the power above `BAND_HZ`.
        sidebands_db: height of the lower of the two lines around the strongest partial.
        lines: how many lines there were; few may stand out by chance.
    """

    period: int
    lines_db: float
    beats_db: float
    sidebands_db: float
    lines: int


def find_combs(waveform: Waveform, sample_rate: int, periods: Sequence[int] = PERIODS) -> tuple[Comb, ...]:
    """Look for combs in a hit, one `Comb` per period; all 0 where too little of it is left after the stroke.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz.
        periods: points, each at least 2.
    """
    even = _even(waveform, sample_rate)
    if len(even) < LEAST_POINTS:
        return tuple(Comb(period, 0.0, 0.0, 0.0, 0) for period in periods)
    power, flutter = _power(even), _flutter(even, sample_rate)
    return tuple(_comb(period, len(even), power, flutter) for period in periods)


def line_height_db(power: Array, spacing: float, count: int = MOST_LINES) -> float:
    """Return how far a comb stands out of a power spectrum (F,), in dB.

    The median level of the lines above their surroundings, less the larger of the same a third and two thirds on.

    Args:
        power: power spectrum.
        spacing: bins between two lines.
        count: lines looked at, spread over the spectrum; the comb is looked for in its lower part and in all of it.
    """
    last = int((len(power) - 2) / spacing)
    numbers = np.arange(1, last + 1)
    if not len(numbers):
        return 0.0
    sets = {len(chosen): chosen for chosen in (numbers[:count], numbers[:: max(1, len(numbers) // count)])}
    return max(_stand_out(power, spacing, chosen) for chosen in sets.values())


def _comb(period: int, points: int, power: Array, flutter: Array) -> Comb:
    """Return what two spectra of so many points show at one rate."""
    if points < LINES_PER_PERIOD * period:
        return Comb(period, 0.0, 0.0, 0.0, 0)
    spacing = points / period  # bins
    lines = min(MOST_LINES, (period - 1) // 2)
    return Comb(period, line_height_db(power, spacing), _beats(flutter, spacing), _sidebands(power, spacing), lines)


def _flutter(even: Array, sample_rate: int) -> Array:
    """Return the power spectrum of the power above `BAND_HZ`."""
    high = np.square(_high(even, sample_rate))
    return _power(high - high.mean())


def _beats(flutter: Array, spacing: float) -> float:
    """Return how far the first lines stand out of the spectrum of the power."""
    numbers = np.arange(1, BEAT_LINES + 1)
    numbers = numbers[numbers * spacing < len(flutter) // 2]  # above, the power of a band is no flutter
    return float(_levels(flutter, numbers * spacing, spacing).max()) if len(numbers) else 0.0


def _sidebands(power: Array, spacing: float) -> float:
    """Return how far both neighbours of the strongest partial stand out, more than what lies off the comb does."""
    peak = float(power.argmax())
    if abs(2.0 * peak - spacing) < MIRRORED * spacing:
        return 0.0
    heights = []
    for distance in (1.0, 2 / 3, 4 / 3):
        lines = np.abs(peak + np.array([-distance, distance]) * spacing)
        heights.append(float(_levels(power, lines, spacing).min()) if lines.max() < len(power) - 2 else 0.0)
    return heights[0] - max(heights[1:])


def _stand_out(power: Array, spacing: float, numbers: Array) -> float:
    heights = [_levels(power, (numbers + shift) * spacing, spacing) for shift in (0.0, 1 / 3, 2 / 3)]
    on, *off = (float(np.median(height)) for height in heights)
    return on - max(off)


def _levels(power: Array, lines: Array, spacing: float) -> Array:
    """Return the level at each line over the median of what lies within a sixth of the spacing, in dB, shape (K,)."""
    reach = max(3, min(60, int(spacing / 6)))
    places = np.round(lines).astype(np.int64).clip(1, len(power) - 2)
    around = (places[:, None] + np.arange(-reach, reach + 1)).clip(0, len(power) - 1)
    nearby = np.median(power[around], axis=1)
    top = power[places[:, None] + np.arange(-1, 2)].max(axis=1)
    levels: Array = 10.0 * np.log10((top + 1e-20) / (nearby + 1e-20))
    return levels


def _even(waveform: Waveform, sample_rate: int) -> Array:
    """Return a hit after its stroke, its envelope divided out; empty where nothing is left."""
    sound = np.asarray(waveform, np.float64)
    level = envelope(waveform, sample_rate, EVEN_S) if len(sound) else sound
    top = float(level.max(initial=0.0))
    loud = np.flatnonzero(level > top * 10.0 ** (END_DB / 20.0)) if top > 1e-9 else np.zeros(0, np.int64)
    if not loud.size:
        return np.zeros(0)
    start = int(level.argmax()) + seconds_to_points(START_S, sample_rate)
    end = min(int(loud[-1]) + 1, start + seconds_to_points(REACH_S, sample_rate))
    even: Array = sound[start:end] / np.maximum(level[start:end], top * 10.0 ** (END_DB / 20.0))
    return even


def _high(sound: Array, sample_rate: int) -> Array:
    """Return what lies above `BAND_HZ`."""
    spectrum = np.fft.rfft(sound)
    spectrum[: round(BAND_HZ * len(sound) / sample_rate)] = 0.0
    high: Array = np.fft.irfft(spectrum, len(sound))
    return high


def _power(sound: Array) -> Array:
    """Return the power spectrum, with a floor under what is not heard beside the loudest partial."""
    power = np.square(np.abs(np.fft.rfft(sound * np.hanning(len(sound)))))
    floored: Array = power + max(float(power.max()) * 10.0 ** (FLOOR_DB / 10.0), 1e-20)
    return floored
