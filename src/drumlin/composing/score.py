"""What is played: notes in seconds by region and part, as the composer writes them and the renderer hears them.

A score is complete: the renderer needs nothing else but an instrument for the drums. Times are seconds from the start
of the piece; pitches are MIDI numbers.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Bus = Literal["drums", "bass", "harmony", "lead", "texture"]
End = Literal["ring_out", "cut"]


class ScoreNote(NamedTuple):
    """One note.

    Args:
        part: id of the part that plays it.
        onset_s: when, from the start of the piece.
        duration_s: until it is let go; a drum rings on.
        velocity: above 0, up to 1.
        pitch: MIDI number; None for a drum.
        drum: the class of drum (`kick`, `snare`, `hihat_closed`, ...); empty for a pitched note.
        repeat: which of several equal strokes it is (round robin).
    """

    part: str
    onset_s: float
    duration_s: float
    velocity: float
    pitch: int | None = None
    drum: str = ""
    repeat: int = 0


@dataclass(frozen=True)
class Part:
    """Who plays.

    Args:
        id: unique in a score.
        role: `drums`, `bass`, `pad`, `keys`, `pluck`, `lead`, `texture`, `hit`.
        patch: name of a patch of the pitched synthesiser; empty for drums.
        bus: where it is mixed.
        gain_db: on the bus.
        pan: -1 left to 1 right.
    """

    id: str
    role: str
    patch: str = ""
    bus: Bus = "harmony"
    gain_db: float = 0.0
    pan: float = 0.0


@dataclass(frozen=True)
class Sound:
    """How a region is mixed.

    Args:
        room_s: time in which its reverb falls by 60 dB; 0 for none.
        room_db: level of the reverb.
        width: 0 mono to 1.
        drive_db: into the saturation of the buses; 0 for none.
        tilt_db: per octave around 1 kHz, of the whole mix.
        loudness_lufs: integrated, of the region.
    """

    room_s: float = 0.8
    room_db: float = -15.0
    width: float = 0.6
    drive_db: float = 0.0
    tilt_db: float = 0.0
    loudness_lufs: float = -16.0


@dataclass(frozen=True)
class ScoreRegion:
    """A stretch of the piece under one descriptor.

    Args:
        id: of the timeline's region.
        descriptor: its id; `silence` for none.
        start_s: first point.
        end_s: last point; what rings on is heard in the next region.
        end: notes ring out, or are cut at `end_s`.
        sound: how it is mixed.
        notes: in the order of their onsets.
    """

    id: str
    descriptor: str
    start_s: float
    end_s: float
    end: End = "ring_out"
    sound: Sound = field(default_factory=Sound)
    notes: tuple[ScoreNote, ...] = ()


@dataclass(frozen=True)
class Score:
    """A whole piece.

    Args:
        duration_s: of the piece; the last tails fade out here.
        seed: of everything in it that is random.
        parts: that play, by id.
        regions: in the order of time, without overlaps.
    """

    duration_s: float
    seed: int
    parts: tuple[Part, ...]
    regions: tuple[ScoreRegion, ...]
