"""How a decoded one-shot becomes a row: the study's way, and the generator's.

The study aligns the loudest point and changes nothing else. The generator's profile removes what a listener cannot
hear and a model need not learn: the place of the onset, polarity, offset, level, inaudible tails.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..audio.fades import fade_in, fade_out
from ..audio.levels import find_tail_end, is_silent, normalising_gain_db, peak
from ..errors import PreprocessError
from ..features.onset import find_onset
from ..units import Waveform, db_to_gain, seconds_to_points
from .align import peak_index, place, polarity, remove_rumble
from .samples import ProfileName, Settings

SHORTEST_S = 0.001
"""Anything shorter is no drum."""

LOUDEST = 1000.0
"""Peaks beyond 60 dB over full scale come from damaged files, not from sounds."""

_SETTLE_S = 0.05

_DEFAULT_LENGTH_S: dict[ProfileName, float] = {"study": 0.4, "generator": 2.0}


@dataclass(frozen=True)
class Prepared:
    """A row: `waveform` of shape (length,), where its onset and peak fall (points), the gain that was applied."""

    waveform: Waveform
    onset: int
    peak: int
    gain_db: float = 0.0


class Profile(Protocol):
    """A way to prepare."""

    @property
    def before_s(self) -> float:
        """Seconds before the onset that it needs."""
        ...

    @property
    def after_s(self) -> float:
        """Seconds after the loudest point that it needs."""
        ...

    def apply(self, waveform: Waveform, onset: int) -> Prepared:
        """Return the row of a usable sound, shape (T,), whose onset is known."""
        ...


@dataclass(frozen=True)
class StudyProfile:
    """Peak at `attack`, cut or zero-padded to `length`; both in points of `sample_rate`."""

    attack: int
    length: int
    sample_rate: int

    @property
    def before_s(self) -> float:
        """Seconds before the peak."""
        return self.attack / self.sample_rate

    @property
    def after_s(self) -> float:
        """Seconds from the peak to the end."""
        return (self.length - self.attack) / self.sample_rate

    def apply(self, waveform: Waveform, onset: int) -> Prepared:
        """Return the row; the onset is 0 where the attack is longer than the room before the peak."""
        loudest = peak_index(waveform)
        placed = place(waveform, loudest, self.attack, self.length)
        return Prepared(placed, max(0, onset - loudest + self.attack), self.attack)


@dataclass(frozen=True)
class GeneratorProfile:
    """Onset after a faded pre-roll, first half-wave up, peak at `peak_db`, tails faded, at most `length` points."""

    length: int
    sample_rate: int
    pre_roll_s: float = 0.0015
    peak_db: float = -1.0
    tail_db: float = -70.0  # relative to the peak: below the noise of most recordings
    fade_s: float = 0.02
    cut_fade_s: float = 0.1  # a sound that is still loud where it is cut needs a longer one

    @property
    def before_s(self) -> float:
        """Seconds before the onset: the high-pass settles there."""
        return _SETTLE_S

    @property
    def after_s(self) -> float:
        """Seconds from the onset to the end."""
        return self.length / self.sample_rate

    def apply(self, waveform: Waveform, onset: int) -> Prepared:
        """Return the row.

        Raises:
            PreprocessError: nothing is left above 20 Hz.
        """
        cleaned = remove_rumble(waveform, self.sample_rate)
        if peak(cleaned) < 1e-3 * peak(waveform):
            raise PreprocessError("the sound is silent above 20 Hz")
        onset, pre_roll = find_onset(cleaned, self.sample_rate), seconds_to_points(self.pre_roll_s, self.sample_rate)
        placed = fade_in(place(cleaned, onset, pre_roll, self.length), pre_roll)
        gain_db = normalising_gain_db(placed, self.peak_db)
        scaled = placed * np.float32(db_to_gain(gain_db) * polarity(placed))
        faded = self._fade(scaled, is_cut=len(cleaned) - onset + pre_roll > self.length)
        return Prepared(faded, pre_roll, peak_index(faded), gain_db)

    def _fade(self, waveform: Waveform, is_cut: bool) -> Waveform:
        fade = seconds_to_points(self.fade_s, self.sample_rate)
        end = min(find_tail_end(waveform, self.tail_db) + fade, self.length)
        still_loud = is_cut and end == self.length
        return fade_out(waveform, seconds_to_points(self.cut_fade_s, self.sample_rate) if still_loud else fade, end)


def profile_of(settings: Settings) -> Profile:
    """Return the profile that the settings name."""
    if settings.profile == "study":
        return StudyProfile(settings.attack, settings.length, settings.sample_rate)
    return GeneratorProfile(settings.length, settings.sample_rate)


def default_length_s(profile: ProfileName) -> float:
    """Return the length, in seconds, that a profile has unless told otherwise."""
    return _DEFAULT_LENGTH_S[profile]


def check_usable(waveform: Waveform, sample_rate: int) -> None:
    """Refuse sounds of which nothing can be made.

    Raises:
        PreprocessError: no numbers, silent, absurdly loud, or too short.
    """
    if len(waveform) < max(2, SHORTEST_S * sample_rate):
        raise PreprocessError(f"{len(waveform)} point(s) at {sample_rate} Hz: shorter than 1 ms, no sound")
    loudest = peak(waveform)
    if not math.isfinite(loudest):
        raise PreprocessError("the sound holds values that are no numbers (NaN or infinity)")
    if is_silent(waveform):
        raise PreprocessError("the sound is silent")
    if loudest > LOUDEST:
        raise PreprocessError(f"the peak is {loudest:.3g} times full scale: the file is damaged")
