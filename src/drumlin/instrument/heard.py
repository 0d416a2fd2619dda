"""What is heard of a model's output, and a dropped sound laid beside it as if it had been played there.

Shape letters: B sounds, T points.
"""

from typing import TYPE_CHECKING

import numpy as np

from ..datasets import align
from ..features import log_mel_distance_db
from ..units import Waveform, seconds_to_points
from . import voice

if TYPE_CHECKING:
    from .instrument import Instrument

SILENCE_S = 0.005
"""More digital silence than this before a sound is none of the instrument's."""

LEVEL = np.float32(30.0)
"""Root of the energy that sounds are brought to: that of a loud hit."""


def as_played(instrument: "Instrument", waveform: Waveform, sample_rate: int) -> Waveform:
    """Return a sound as it would lie in the instrument's output had it been played there, (T,).

    Args:
        instrument: the instrument.
        waveform: mono, as dropped.
        sample_rate: its rate, Hz.
    """
    from ..audio import resample

    own = resample(np.asarray(waveform, np.float32), sample_rate, instrument.sample_rate)
    if instrument.manifest.alignment.kind == "peak":
        return _peak_placed(instrument, own)
    start = seconds_to_points(instrument.manifest.play_start_s, instrument.sample_rate)
    return align.place(own, _silent_points(own, instrument.sample_rate), start, instrument.length)


def distance_db(instrument: "Instrument", raw: Waveform, played: Waveform) -> float:
    """Return how far a sound as played (T,) is from an output of the model (T,), both brought to one level."""
    made, wanted = levelled(np.stack([heard(instrument, raw[None])[0], played]))
    return log_mel_distance_db(made, wanted, instrument.sample_rate)


def heard(instrument: "Instrument", sounds: Waveform) -> Waveform:
    """Return what is played of outputs of the model (B, T), where `as_played` would put it, (B, T)."""
    start = seconds_to_points(instrument.manifest.play_start_s, instrument.sample_rate)
    kept = np.nan_to_num(sounds)
    kept[:, :start] = 0.0
    if instrument.manifest.alignment.kind == "peak":
        cut = [voice.drop_lead(sound[start:], instrument.sample_rate) for sound in kept]
        kept = np.stack([_peak_placed(instrument, sound) for sound in cut])
    return kept


def levelled(sounds: Waveform) -> Waveform:
    """Return sounds (B, T) at one level: that of a file is nobody's choice."""
    levels = np.linalg.norm(sounds, axis=1, keepdims=True)
    brought: Waveform = sounds * (LEVEL / np.maximum(levels, np.float32(1e-9)))
    return brought


def _silent_points(sound: Waveform, sample_rate: int) -> int:
    """Return how many points of digital silence were put before a sound: not its first point, and no few."""
    points = int(np.argmax(np.abs(sound) > 0)) - 1
    return points if points > seconds_to_points(SILENCE_S, sample_rate) else 0


def _peak_placed(instrument: "Instrument", sound: Waveform) -> Waveform:
    """Return a sound with its peak where the training samples have theirs, (T,): its lead is left out when played."""
    position = seconds_to_points(instrument.manifest.alignment.position_s, instrument.sample_rate)
    return align.place(sound, align.peak_index(sound), position, instrument.length)
