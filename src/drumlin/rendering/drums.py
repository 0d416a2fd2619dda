"""Hits of an instrument, by stroke and repeat, brought to the level at which their class sits in a mix.

A hit is decoded at a few velocities only, for what a stroke does to its colour; how loud it is follows the velocity
without steps. Levels are weighted (features/loudness.py), of the loudest tenth of a second. Shape letter: T points.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..audio import fade_out, find_tail_end, resample
from ..features.loudness import weighted
from ..instrument import Instrument, Note
from ..instrument.note import MAX_SEED
from ..units import Waveform, db_to_gain, seconds_to_points
from .kit import Kit
from .note_cache import NoteCache
from .partials import LOUD_S, SAMPLE_RATE

DYNAMICS = 1.7
"""Power of the velocity in the amplitude: half a stroke is 10 dB softer."""

_TAIL_DB, _TAIL_FADE_S = -72.0, 0.01
_QUIETEST = 1e-7


@dataclass(frozen=True)
class Drum:
    """How a class of drum sits in a kit: its weighted level, dB, its place from left, -1, to right, 1, and its repeats.

    Args:
        level_db: of a full stroke.
        pan: within the kit.
        repeats: variations of the same stroke that take turns.
    """

    level_db: float
    pan: float = 0.0
    repeats: int = 1


DRUMS: dict[str, Drum] = {
    "kick": Drum(-12.0),
    "snare": Drum(-13.5, 0.05, 2),
    "clap": Drum(-17.0, -0.1, 2),
    "rim": Drum(-18.0, 0.15),
    "hihat_closed": Drum(-21.0, 0.3, 3),
    "hihat_open": Drum(-22.0, 0.3, 2),
    "crash": Drum(-16.0, -0.4),
    "ride": Drum(-20.0, -0.35, 2),
    "tom": Drum(-14.0, -0.2),
    "hand_drum": Drum(-17.0, 0.25, 2),
    "shaker": Drum(-23.0, -0.4, 2),
    "tambourine": Drum(-22.0, 0.4, 2),
    "cowbell": Drum(-20.0, 0.35),
    "perc_other": Drum(-19.0, -0.3),
}
_OTHER = Drum(-18.0)

STROKES: tuple[float, ...] = (0.35, 0.65, 1.0)
"""Velocities at which hits are decoded."""


def drum_named(drum: str) -> Drum:
    """Return how a class sits in a kit; classes of a user's own lie in the middle."""
    return DRUMS.get(drum, _OTHER)


def hit(cache: NoteCache, instrument: Instrument, kit: Kit, drum: str, velocity: float, repeat: int) -> Waveform:
    """Return one hit, float32 (T,), at its level.

    Args:
        cache: of hits.
        instrument: that plays.
        kit: its notes; it has `drum`.
        drum: class, which gives the level.
        velocity: above 0, up to 1.
        repeat: of equal strokes.
    """
    kind, note = drum_named(drum), kit.notes[drum]
    stroke = min(STROKES, key=lambda layer: abs(math.log(layer / velocity)))
    seed = (note.seed + repeat % kind.repeats) % (MAX_SEED + 1)
    key = ("hit", instrument.sha256, kit.keys[drum], stroke, seed)
    sound = cache.get(key, lambda: unit_hit(instrument, replace(note, velocity=stroke, seed=seed)))
    gain = db_to_gain(kind.level_db) * velocity**DYNAMICS * note.velocity
    return sound * np.float32(gain)


def unit_hit(instrument: Instrument, note: Note) -> Waveform:
    """Return what an instrument plays at unit loudness, at the renderer's rate, faded where it is over, (T,)."""
    sound = resample(instrument.play(note), instrument.sample_rate, SAMPLE_RATE)
    end = max(1, find_tail_end(sound, _TAIL_DB))
    sound = fade_out(sound[: end + 1], seconds_to_points(_TAIL_FADE_S, SAMPLE_RATE))
    heard = np.square(weighted(sound[None], SAMPLE_RATE)[0], dtype=np.float64)
    window = min(len(heard), seconds_to_points(LOUD_S, SAMPLE_RATE))
    sums = np.concatenate([[0.0], np.cumsum(heard)])
    loudest = math.sqrt(float((sums[window:] - sums[:-window]).max()) / seconds_to_points(LOUD_S, SAMPLE_RATE))
    return sound * np.float32(1.0 / loudest) if loudest > _QUIETEST else np.zeros(1, dtype=np.float32)
