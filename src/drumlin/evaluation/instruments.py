"""All measures of one instrument, on its raw output: what the network says, with nothing repaired.

Shapes: M sounds, B places, T points.
"""

from dataclasses import asdict, dataclass

import numpy as np

from ..instrument import Instrument
from ..units import Array, Waveform
from .clicks import count_clicks
from .continuity import plane_continuity
from .noise import noise_floor_db, stair_share, tail_line_db
from .reconstruction import compare_sounds

PLACES = 128
"""Places, drawn evenly over the plane, whose sounds are judged."""

SEED = 0


@dataclass(frozen=True)
class SoundScores:
    """Defects of a set of sounds.

    Args:
        clicks_start: share that begins with a step.
        clicks_end: share that is cut off.
        clicks_inside: clicks inside, per sound.
        noise_floor_db: median level of the last tenth, against the peak.
        line_db: median height of the lines of the network's strides.
        stairs: median share of energy in jumps from point to point.
    """

    clicks_start: float
    clicks_end: float
    clicks_inside: float
    noise_floor_db: float
    line_db: float
    stairs: float


def score_sounds(waveforms: Waveform, sample_rate: int) -> SoundScores:
    """Judge sounds of shape (M, T) by themselves."""
    clicks = count_clicks(waveforms, sample_rate)
    return SoundScores(
        clicks["start"],
        clicks["end"],
        clicks["inside"],
        float(np.median([noise_floor_db(sound) for sound in waveforms])),
        float(np.median([tail_line_db(sound) for sound in waveforms])),
        float(np.median([stair_share(sound) for sound in waveforms])),
    )


def score_instrument(instrument: Instrument, real: Waveform) -> dict[str, float]:
    """Return every number of an instrument by name.

    Args:
        instrument: any, with or without an encoder.
        real: sounds that it has not learned, prepared, (M, T'), T' at least its length; M at least 1.
    """

    def play(places: Array) -> Waveform:
        sounds: Waveform = instrument.decode(instrument.map(places.astype(np.float32)))
        return sounds

    target = np.ascontiguousarray(real[:, : instrument.length])
    made = rebuild(instrument, target)
    match = compare_sounds(target, made, instrument.sample_rate)
    sounds = play(np.random.default_rng(SEED).uniform(-1.0, 1.0, (PLACES, 2)))
    walk = plane_continuity(play, instrument.sample_rate, SEED)
    return {
        "log_mel_db": match.log_mel_db,
        "log_mel_p90_db": match.log_mel_p90_db,
        "variance": match.variance,
        **asdict(score_sounds(sounds, instrument.sample_rate)),
        "step_db": walk.median_db,
        "jump_ratio": walk.jump_ratio,
        "range_db": walk.range_db,
    }


def rebuild(instrument: Instrument, sounds: Waveform) -> Waveform:
    """Return what an instrument makes of prepared sounds (M, T): through its encoder, or at the best place found."""
    if instrument.has_encoder:
        made: Waveform = instrument.decode(instrument.encode(sounds))
        return made
    notes = [instrument.locate(sound, instrument.sample_rate).note for sound in sounds]
    return np.stack([instrument.raw(note) for note in notes])
