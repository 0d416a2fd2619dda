"""What a patch is: engines side by side, an envelope, and how it answers to keys and strokes."""

from dataclasses import dataclass

from .additive import Additive
from .ensemble import Ensemble
from .modulated import FrequencyModulation
from .noise import Noise
from .plucked import String
from .subtractive import Subtractive
from .sweep import Sweep
from .vibrato import Vibrato

Engine = Additive | Ensemble | FrequencyModulation | Noise | String | Subtractive | Sweep


@dataclass(frozen=True)
class Envelope:
    """The course of a note's level.

    Args:
        attack_s: from silence to full, along half a cosine.
        decay_s: time constant of the fall to `sustain`; 0 for none.
        sustain: what is left of the level after it, 0 to 1.
        release_s: from letting go to silence.
    """

    attack_s: float = 0.003
    decay_s: float = 0.0
    sustain: float = 1.0
    release_s: float = 0.1


@dataclass(frozen=True)
class Patch:
    """A pitched instrument.

    Args:
        layers: engines with their levels, dB beside unit loudness.
        envelope: of the whole.
        level_db: weighted level of a full stroke at middle C.
        key_db: per octave above middle C, added to it.
        dynamics: power of the velocity in the amplitude.
        strokes: timbres between soft and hard that are kept apart.
        lowest, highest: MIDI numbers; notes beyond are moved by octaves.
        ring_s: the longest that it is heard however long it is held; 0 for one that sustains.
        vibrato: or None.
        variations: of equal strokes, that take turns.
        rises: is made for its very length, since it goes somewhere.
    """

    layers: tuple[tuple[Engine, float], ...]
    envelope: Envelope = Envelope()
    level_db: float = -20.0
    key_db: float = 0.0
    dynamics: float = 1.5
    strokes: int = 4
    lowest: int = 24
    highest: int = 100
    ring_s: float = 0.0
    vibrato: Vibrato | None = None
    variations: int = 1
    rises: bool = False
