"""What a synthesised hit is made of: modes that ring, bursts of noise, a click, and what the room and a circuit add.

Levels are dB against a full-scale sine before the hit is normalised; decays are seconds until a part has fallen by
60 dB; times are seconds from the onset.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    """A partial that rings and dies.

    Args:
        frequency_hz: once the sweep is over.
        level_db: at its loudest.
        decay_s: to -60 dB.
        phase: radians at the onset.
    """

    frequency_hz: float
    level_db: float
    decay_s: float
    phase: float = 0.0


@dataclass(frozen=True)
class Sweep:
    """The fall in pitch of a skin that was struck hard, or of a drum machine's oscillator.

    Args:
        semitones: how much higher all modes begin.
        time_s: until 1 / e of that is left.
    """

    semitones: float = 0.0
    time_s: float = 0.02


@dataclass(frozen=True)
class Noise:
    """A burst of noise, or several.

    Args:
        level_db: root mean square at its loudest.
        low_hz: below, it falls by 12 dB per octave.
        high_hz: above, it falls by 12 dB per octave.
        decay_s: to -60 dB.
        attack_s: until it is loudest.
        starts_s: of each burst; those before the last one decay within the time to the next.
        lines_db: deviation of the levels of its lines: 0 hisses, 10 rings as crowded modes of metal do.
    """

    level_db: float
    low_hz: float
    high_hz: float
    decay_s: float
    attack_s: float = 0.0005
    starts_s: tuple[float, ...] = (0.0,)
    lines_db: float = 0.0


@dataclass(frozen=True)
class Click:
    """The contact of stick, beater or envelope: half a sine of so many seconds."""

    level_db: float
    width_s: float


@dataclass(frozen=True)
class Around:
    """What stands around the drum.

    Args:
        drive_db: gain before a soft clipper; 0 leaves the clipper out.
        room_db: level of the room against the hit.
        room_s: its reverberation time at low frequencies; 0 leaves the room out.
        room_damping: by what power of frequency, above 200 Hz, that time falls.
    """

    drive_db: float = 0.0
    room_db: float = -20.0
    room_s: float = 0.0
    room_damping: float = 0.3


@dataclass(frozen=True)
class Hit:
    """One hit.

    Args:
        modes: partials.
        noises: bursts.
        click: of the contact, if any.
        sweep: of all modes.
        attack_s: until the modes are loudest.
        around: circuit and room.
    """

    modes: tuple[Mode, ...] = ()
    noises: tuple[Noise, ...] = ()
    click: Click | None = None
    sweep: Sweep = Sweep()
    attack_s: float = 0.0005
    around: Around = Around()
