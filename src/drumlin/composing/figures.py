"""The registry of figures: what a part of each role can play, by the name that data gives it."""

from collections.abc import Callable, Mapping

from . import bass, chording, melody, sustaining, textures
from .desk import Desk, Stroke

Figure = Callable[[Desk], list[Stroke]]

_HELD: dict[str, Figure] = {
    "sustain": sustaining.sustain,
    "swell": sustaining.swell,
    "breathe": sustaining.breathe,
    "pulse8": sustaining.pulse8,
    "pulse16": sustaining.pulse16,
    "ostinato": sustaining.ostinato,
}
_STRUCK: dict[str, Figure] = {
    "block": chording.block,
    "comp": chording.comp,
    "stabs": chording.stabs,
    "skank": chording.skank,
    "eighths": chording.eighths,
    "slow_arpeggio": chording.slow_arpeggio,
    "arpeggio": chording.arpeggio,
    "arpeggio16": chording.arpeggio16,
    "alberti": chording.alberti,
    "ostinato": chording.ostinato,
    "riff": chording.riff,
    "strum": chording.strum,
    "fingerpick": chording.fingerpick,
    "chime": chording.chime,
}

FIGURES: Mapping[str, Mapping[str, Figure]] = {
    "drums": {},
    "bass": {
        "whole": bass.whole,
        "pulse4": bass.pulse4,
        "pulse8": bass.pulse8,
        "pulse16": bass.pulse16,
        "offbeat": bass.offbeat,
        "syncopated": bass.syncopated,
        "octaves": bass.octaves,
        "root_fifth": bass.root_fifth,
        "kicking": bass.kicking,
        "sub": bass.sub,
        "walking": bass.walking,
        "arpeggio": bass.arpeggio,
        "pedal": bass.pedal,
    },
    "pad": _HELD,
    "keys": _STRUCK,
    "pluck": _STRUCK,
    "lead": {
        "long_tones": melody.long_tones,
        "fragments": melody.fragments,
        "melody": melody.melody,
        "riff": melody.riff,
    },
    "texture": {"drone": textures.drone, "air": textures.air, "glimmer": textures.glimmer},
    "hit": {"boom": textures.boom, "booms": textures.booms, "riser": textures.riser},
}
"""Figures by role and name."""
