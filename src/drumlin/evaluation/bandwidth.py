"""Lost bandwidth: highs that a sound should have and has not.

Two questions. Does the spectrum end at a cliff, below which there is sound and above which there is none, at a
frequency where no drum ends? And is there less above 10 kHz than real sounds of the class ever have?
Shapes: T points, F bins, M sounds.
"""

from collections.abc import Sequence

import numpy as np

from ..units import SILENCE_DB, Array, Waveform

CLIFF_DB = 30.0
"""Such a fall within `CLIFF_OCTAVES`, and nothing above, is a cliff: a drum's own highs fall by 12 to 24 per octave."""

CLIFF_OCTAVES = 1 / 4
LOWEST_CLIFF_HZ, HIGHEST_CLIFF_HZ = 2000.0, 15_000.0

HEARD_DB = -70.0
"""What lies below the cliff counts only above this, against the loudest band."""

HIGH_HZ = 10_000.0
PERCENTILE = 1.0
"""Less highs than 99 of 100 real sounds of its class is less than there should be."""

_BANDS_PER_OCTAVE = 12


def cliff_hz(waveform: Waveform, sample_rate: int) -> float | None:
    """Return the frequency at which a sound's spectrum ends at a cliff; None if it does not.

    Bands of a twelfth of an octave, their energy in dB over the whole sound: a cliff is where the mean of the quarter
    octave below is `CLIFF_DB` above the loudest band from a quarter octave on.
    """
    centres, levels = _bands(np.asarray(waveform, np.float64), sample_rate)
    gap = round(CLIFF_OCTAVES * _BANDS_PER_OCTAVE)
    top = float(levels.max(initial=SILENCE_DB))
    for index in range(gap, len(levels) - gap):
        below = float(levels[index - gap : index].mean())
        falls = below - float(levels[index + gap - 1 :].max()) > CLIFF_DB
        if falls and below > top + HEARD_DB and LOWEST_CLIFF_HZ <= centres[index] <= HIGHEST_CLIFF_HZ:
            return float(centres[index])
    return None


def highs_db(waveform: Waveform, sample_rate: int) -> float:
    """Return the energy above `HIGH_HZ` against that of the whole sound, in dB, at least `SILENCE_DB`."""
    power = np.square(np.abs(np.fft.rfft(np.asarray(waveform, np.float64))))
    total = float(power.sum())
    high = float(power[round(HIGH_HZ * len(waveform) / sample_rate) :].sum())
    return max(SILENCE_DB, 10.0 * float(np.log10(high / total))) if high > 0.0 and total > 0.0 else SILENCE_DB


def dull_share(
    highs: Sequence[float], labels: Sequence[str], real_highs: Sequence[float], real_labels: Sequence[str]
) -> float:
    """Return the share of sounds with less highs than `PERCENTILE` percent of the real ones of their label have.

    Sounds of a label that no real sound has are compared with all of them. Real sounds themselves score about 0.01.

    Args:
        highs: `highs_db` of each sound, (M,).
        labels: of each; empty for none.
        real_highs: the same of real sounds, at least one.
        real_labels: of each.
    """
    levels, names = np.asarray(real_highs, np.float64), np.asarray(real_labels)
    limits = {label: float(np.percentile(levels[names == label], PERCENTILE)) for label in set(real_labels)}
    overall = float(np.percentile(levels, PERCENTILE))
    dull = [level < limits.get(label, overall) for level, label in zip(highs, labels, strict=True)]
    return float(np.mean(dull)) if dull else 0.0


def _bands(sound: Array, sample_rate: int) -> tuple[Array, Array]:
    """Return centres in Hz and mean levels in dB of narrow bands from 500 Hz to 0.98 of half the rate; or nothing."""
    size = max(len(sound), sample_rate // 4)
    power = np.square(np.abs(np.fft.rfft(sound, size)))
    if float(power.max(initial=0.0)) <= 1e-12:
        return np.zeros(0), np.zeros(0)
    edges = np.geomspace(500.0, 0.49 * sample_rate, int(_BANDS_PER_OCTAVE * np.log2(0.49 * sample_rate / 500.0)) + 1)
    bins = np.round(edges * size / sample_rate).astype(np.int64)
    sums = np.add.reduceat(power[: bins[-1]], bins[:-1])
    levels: Array = 10.0 * np.log10(sums / np.diff(bins) + 1e-12 * float(power.max()))
    return np.sqrt(edges[1:] * edges[:-1]), levels
