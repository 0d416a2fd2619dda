"""The pitch of a drum: its low partial, once the stroke is over.

Periodicity is of little use: the partials of a membrane are no multiples of one another (1, 1.59, 2.14, ...), and a
kick falls while it decays. What is heard as its pitch is the lowest of its strongest partials.
Shape letters: `T` points, `F` bins.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..audio.levels import peak
from ..errors import PreprocessError
from ..units import Array, Waveform, seconds_to_points
from .envelope import decay_s
from .fourier import fast_length, transform_low
from .mel import power_of
from .onset import find_onset

START_S = 0.03
"""From the onset: the stroke, and the steepest fall of a kick, are over."""

SHORTEST_S, LONGEST_S = 0.05, 0.25
"""Seconds that are looked at: as long as the hit lasts, within these."""

LOWEST_HZ, HIGHEST_HZ = 30.0, 2000.0

STRONG = 0.5
"""The lowest partial with this share of the strongest one's power (-3 dB) is the pitch.

On 70 real drums, shifted by -12 to 12 semitones, the reading follows in nine of ten of those with a confident pitch;
with weaker partials let in (-12 dB), in fewer than eight: which of them are heard changes with the length of the hit.
"""

PARTIALS = 4
"""Confidence counts the energy in so many partials."""

FAINT_DB = -50.0
"""What is left after the stroke counts in full only above this, against the peak."""

_FFT_S = 0.75  # zero-padded at least to so much: 1.3 Hz between bins
_LOBE = 1.5  # half width of a Hann window's main lobe, in bins of the unpadded segment


@dataclass(frozen=True)
class Pitch:
    """What was found.

    Args:
        hz: frequency of the low partial.
        confidence: share of the energy, after the stroke, that lies in few partials, [0, 1]; 0 where nothing is left.
    """

    hz: float
    confidence: float


def find_pitch(
    waveform: Waveform, sample_rate: int, *, lasting_s: float | None = None, onset: int | None = None
) -> Pitch:
    """Return the pitch of a hit.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz.
        lasting_s: how long it decays, if that was measured already.
        onset: index of the onset, likewise.
    Raises:
        PreprocessError: the waveform is silent.
    """
    loudest = peak(waveform)
    if loudest < 1e-9:
        raise PreprocessError("the sound is silent: it has no pitch")
    segment = _after_stroke(waveform, sample_rate, lasting_s, onset) / np.float32(loudest)
    size = fast_length(max(len(segment), seconds_to_points(_FFT_S, sample_rate)))
    padding = size / len(segment)
    windowed = segment * _window(len(segment))
    above = min(size // 2 + 1, round(HIGHEST_HZ * size / sample_rate) + round(_LOBE * padding) + 2)
    power = power_of(transform_low(windowed, size, above))
    peaks = _partials(power, sample_rate / size, padding)
    if not len(peaks):
        return Pitch(LOWEST_HZ, 0.0)
    strong = peaks[power[peaks] >= STRONG * power[peaks].max()]
    lowest = int(strong.min())
    faded = float(np.sqrt(np.square(segment).mean())) / 10.0 ** (FAINT_DB / 20.0)
    share = _share(power, peaks, padding, _total(windowed, size))
    return Pitch((lowest + _offset(power, lowest)) * sample_rate / size, share * min(1.0, faded**2))


@lru_cache(maxsize=64)
def _window(points: int) -> Array:
    return np.hanning(points).astype(np.float32)


def _after_stroke(waveform: Waveform, sample_rate: int, lasting_s: float | None, onset: int | None) -> Array:
    sound = np.asarray(waveform, np.float32)
    onset = find_onset(sound, sample_rate) if onset is None else onset
    start = onset + seconds_to_points(START_S, sample_rate)
    decay = decay_s(sound, sample_rate) if lasting_s is None else lasting_s
    lasting = min(max(decay - START_S, SHORTEST_S), LONGEST_S)
    segment = np.zeros(seconds_to_points(lasting, sample_rate), np.float32)
    found = waveform[start : start + len(segment)]
    segment[: len(found)] = found
    return segment


def _total(windowed: Array, size: int) -> float:
    """Return the sum of the power of all bins, by Parseval: most of them lie above all that is looked at."""
    ends = float(windowed.sum()) ** 2 + (
        float(windowed[::2].sum() - windowed[1::2].sum()) ** 2 if size % 2 == 0 else 0.0
    )
    return 0.5 * (size * float(windowed @ windowed) + ends)


def _partials(power: Array, bin_hz: float, padding: float) -> Array:
    """Return the bins of the strongest local peaks within the range, a lobe apart, strongest first; may be empty."""
    low, high = max(1, round(LOWEST_HZ / bin_hz)), min(len(power) - 2, round(HIGHEST_HZ / bin_hz))
    inside = np.arange(low, high + 1)
    is_peak = (power[inside] > power[inside - 1]) & (power[inside] >= power[inside + 1])
    candidates = inside[is_peak]
    chosen: list[int] = []
    for candidate in candidates[np.argsort(power[candidates])[::-1]][: 8 * PARTIALS]:
        if all(abs(candidate - other) > _LOBE * padding for other in chosen):
            chosen.append(int(candidate))
        if len(chosen) == PARTIALS:
            break
    return np.array(chosen, dtype=np.int64)


def _share(power: Array, peaks: Array, padding: float, total: float) -> float:
    """Return the share of all energy that lies in the main lobes of the peaks."""
    reach = round(_LOBE * padding)
    inside = np.zeros(len(power), dtype=bool)
    for one in peaks:
        inside[max(0, one - reach) : one + reach + 1] = True
    return min(1.0, float(power[inside].sum()) / total) if total > 0.0 else 0.0


def _offset(power: Array, peak: int) -> float:
    """Return how far the top of the parabola through the log power lies from a peak, in bins."""
    left, centre, right = np.log(power[peak - 1 : peak + 2] + 1e-30)
    bend = left - 2.0 * centre + right
    return float(0.5 * (left - right) / bend) if bend < 0.0 else 0.0
