"""What descriptors are made of: tempi, chords, drums, parts, dynamics, the mix.

The models are the border of the dictionary: an entry that does not fit says where and why.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from .chords import COLOURS, check_token
from .figures import FIGURES
from .patches import DRUM_KEYS, is_instrument, role_of
from .patterns import check_pattern

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Signed = Annotated[float, Field(ge=-1.0, le=1.0)]
Weight = Annotated[float, Field(gt=0.0)]
Ladder = tuple[str, ...]
"""Choices from calm to busy; the energy of the descriptor says which is taken."""

CHORD_BARS = ("0.5", "1", "2", "4")
"""How long a chord may stand, in bars."""


class Record(BaseModel):
    """A table of the dictionary: unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TempoRange(Record):
    """Beats per minute that the style stands; `centre_bpm` is its usual one."""

    min_bpm: Annotated[float, Field(ge=30.0, le=300.0)]
    max_bpm: Annotated[float, Field(ge=30.0, le=300.0)]

    @model_validator(mode="after")
    def _is_range(self) -> "TempoRange":
        if not self.min_bpm < self.max_bpm:
            raise ValueError(f"{self.min_bpm} to {self.max_bpm} is no range")
        return self

    @property
    def centre_bpm(self) -> float:
        """The middle of the range."""
        return (self.min_bpm + self.max_bpm) / 2.0


class Harmony(Record):
    """Chords.

    Args:
        bright: progressions, such as `1 5 6 4`, for modes with a major third.
        dark: the same for modes with a minor third.
        bright_cadences: the last chords before a section ends.
        dark_cadences: the same for modes with a minor third.
        bars_per_chord: weights of how long a chord stands, in bars.
        colours: weights of how chords are built, by the names in `chords.COLOURS`.
        substitution: how often a chord gives way to a relative of it.
    """

    bright: tuple[str, ...] = Field(min_length=1)
    dark: tuple[str, ...] = Field(min_length=1)
    bright_cadences: tuple[str, ...] = ("4 5", "2 5", "4 1")
    dark_cadences: tuple[str, ...] = ("6 7", "4 5m", "6 5M")
    bars_per_chord: dict[str, Weight]
    colours: dict[str, Weight]
    substitution: Share = 0.0

    @field_validator("bars_per_chord")
    @classmethod
    def _are_lengths(cls, weights: dict[str, float]) -> dict[str, float]:
        if not weights or not set(weights) <= set(CHORD_BARS):
            raise ValueError(f"{', '.join(weights)}: of {', '.join(CHORD_BARS)} bars some are expected")
        return weights

    @field_validator("colours")
    @classmethod
    def _are_colours(cls, weights: dict[str, float]) -> dict[str, float]:
        if not weights or not set(weights) <= set(COLOURS):
            raise ValueError(f"{', '.join(weights)}: of {', '.join(COLOURS)} some are expected")
        return weights

    @field_validator("bright", "dark", "bright_cadences", "dark_cadences")
    @classmethod
    def _are_chords(cls, progressions: tuple[str, ...]) -> tuple[str, ...]:
        for progression in progressions:
            for token in progression.split():
                check_token(token)
        return progressions


class Groove(Record):
    """A bar or more of drums.

    Args:
        meter: that the patterns are written in.
        voices: by class of drum, in the order in which they enter: a pattern, or several from calm to busy.
    """

    meter: str = "4/4"
    voices: dict[str, str | Ladder]

    @field_validator("voices")
    @classmethod
    def _are_patterns(cls, voices: dict[str, str | Ladder]) -> dict[str, str | Ladder]:
        for drum, ladder in voices.items():
            if drum not in DRUM_KEYS:
                raise ValueError(f"{drum!r} is no class of drum: {', '.join(DRUM_KEYS)} are there")
            for pattern in (ladder,) if isinstance(ladder, str) else ladder:
                check_pattern(pattern)
        return voices


class Drums(Record):
    """How the drums play.

    Args:
        grooves: of which a region takes one that is in its meter.
        fills: patterns of sixteenths by class of drum that end a phrase, aligned at its end.
        fill_chance: how often a phrase ends with one; a section always does.
        crash: whether a section begins with a crash cymbal.
        lag_s: by class of drum, how late it strikes, in seconds; below 0 early.
    """

    grooves: tuple[Groove, ...] = ()
    fills: tuple[dict[str, str], ...] = ()
    fill_chance: Share = 0.4
    crash: bool = False
    lag_s: dict[str, Annotated[float, Field(ge=-0.04, le=0.04)]] = {}

    @field_validator("fills")
    @classmethod
    def _are_fills(cls, fills: tuple[dict[str, str], ...]) -> tuple[dict[str, str], ...]:
        for drum, pattern in (item for fill in fills for item in fill.items()):
            if drum not in DRUM_KEYS:
                raise ValueError(f"{drum!r} is no class of drum: {', '.join(DRUM_KEYS)} are there")
            check_pattern(pattern)
        return fills


class PartSpec(Record):
    """Who plays what.

    Args:
        order: when it enters: the lowest first.
        chance: how often it is there at all.
        patches: weights by patch; empty for drums.
        figure: what it plays, from calm to busy.
        low: its lowest note, a MIDI number.
        high: its highest note.
        gain_db: on its bus.
        pan: -1 left to 1 right.
        level: how hard it is played beside the others.
        length: how long its notes are held, as a share of their place.
        jitter_s: spread of its onsets.
    """

    order: Annotated[float, Field(ge=0)]
    role: Literal["drums", "bass", "pad", "keys", "pluck", "lead", "texture", "hit"]
    chance: Share = 1.0
    patches: dict[str, Weight] = {}
    figure: Ladder = ()
    low: Annotated[int, Field(ge=12, le=108)] = 48
    high: Annotated[int, Field(ge=12, le=108)] = 72
    gain_db: Annotated[float, Field(ge=-40.0, le=12.0)] = 0.0
    pan: Signed = 0.0
    level: Annotated[float, Field(gt=0.0, le=1.2)] = 1.0
    length: Annotated[float, Field(gt=0.0, le=1.0)] = 0.95
    jitter_s: Annotated[float, Field(ge=0.0, le=0.03)] = 0.004

    @model_validator(mode="after")
    def _is_playable(self) -> "PartSpec":
        if self.role != "drums" and (not self.patches or not self.figure):
            raise ValueError(f"a part of role {self.role} needs patches and a figure")
        if self.high - self.low < 11:
            raise ValueError(f"notes from {self.low} to {self.high}: an octave at least is expected")
        for patch in self.patches:
            if not is_instrument(patch) or role_of(patch) != self.role:
                raise ValueError(f"{patch!r} is no patch for {self.role}")
        for name in self.figure:
            if name not in FIGURES[self.role]:
                raise ValueError(f"{name!r} is no figure of {self.role}: {', '.join(FIGURES[self.role])} are there")
        return self


class Dynamics(Record):
    """How hard everything is played: velocity at rest and at full energy, and its spread."""

    floor: Share = 0.45
    peak: Share = 0.9
    spread: Share = 0.05


class Mix(Record):
    """How a region sounds; the meanings are those of `score.Sound`."""

    room_s: Annotated[float, Field(ge=0.0, le=8.0)] = 0.8
    room_db: Annotated[float, Field(ge=-60.0, le=0.0)] = -15.0
    width: Share = 0.6
    drive_db: Annotated[float, Field(ge=0.0, le=24.0)] = 0.0
    tilt_db: Annotated[float, Field(ge=-6.0, le=6.0)] = 0.0
    loudness_lufs: Annotated[float, Field(ge=-40.0, le=-6.0)] = -16.0
