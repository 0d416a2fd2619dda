"""What a mouth can say about a drum, in twenty numbers; measured on a stroke exactly as on a sound of the library.

Brightness, decay, attack, noise, pitch; the shape of the spectrum in eight groups of mel bands; the shape of the
envelope in six stretches of time. Shape letters: `M` sounds, `F` traits.
"""

from collections.abc import Mapping

import numpy as np

from ..units import Array

FACTS = ("brightness", "decay_s", "attack_s", "noisiness_db", "pitch_hz", "pitch_confidence")
"""Measured facts of which traits are made; columns of the catalogue."""

_SPECTRUM_GROUPS, _ENVELOPE_GROUPS = 8, 6

NAMES = (
    *("brightness", "decay", "attack", "noisiness", "pitch", "voicing"),
    *(f"spectrum {number}" for number in range(1, _SPECTRUM_GROUPS + 1)),
    *(f"envelope {number}" for number in range(1, _ENVELOPE_GROUPS + 1)),
)
"""The traits, in the order of their columns."""

RELATIVE = ("brightness", "decay", "pitch")
"""Traits in which an imitation is meant relatively: a longer `boom` for a longer kick. With attack and noise among
them, fewer of the first ten sounds were of the class that was meant."""

_SHORTEST_DECAY_S, _SHORTEST_ATTACK_S, _MIDDLE_HZ = 0.005, 0.0005, 200.0


def measure_traits(facts: Mapping[str, Array], spectrum: Array, envelope: Array) -> Array:
    """Return the traits of sounds, (M, F) float64.

    Args:
        facts: of each name of `FACTS` an array (M,); what could not be measured is no number.
        spectrum: levels of mel bands, mean taken off, of length 1, (M, 40).
        envelope: levels of steps of time likewise, (M, 24).
    """
    sure = np.nan_to_num(facts["pitch_confidence"])
    pitch = np.log2(np.maximum(np.nan_to_num(facts["pitch_hz"], nan=_MIDDLE_HZ), 20.0) / _MIDDLE_HZ)
    columns = [
        np.nan_to_num(facts["brightness"]),
        np.log2(np.maximum(np.nan_to_num(facts["decay_s"]), _SHORTEST_DECAY_S)),
        np.log2(np.maximum(np.nan_to_num(facts["attack_s"]), _SHORTEST_ATTACK_S)),
        np.clip(np.nan_to_num(facts["noisiness_db"]), -30.0, 30.0),
        sure * pitch,
        sure,
    ]
    shapes = [_grouped(spectrum, _SPECTRUM_GROUPS), _grouped(envelope, _ENVELOPE_GROUPS)]
    traits: Array = np.concatenate([np.stack(columns, axis=1), *shapes], axis=1)
    return traits


def _grouped(levels: Array, count: int) -> Array:
    """Return means of neighbouring levels, in units of an even level, (M, count)."""
    size = levels.shape[1]
    means: Array = np.asarray(levels, np.float64).reshape(len(levels), count, size // count).mean(axis=2)
    means *= np.sqrt(size)
    return means
