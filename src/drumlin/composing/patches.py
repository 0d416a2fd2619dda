"""What can play: patches of the pitched synthesiser and classes of drums, each with its General MIDI number."""

from dataclasses import dataclass

from .score import Bus


@dataclass(frozen=True)
class Patch:
    """A pitched sound: its role is the first word of its name.

    Args:
        program: the nearest General MIDI program, 0 to 127.
    """

    program: int


PATCHES: dict[str, Patch] = {
    "bass_sub": Patch(38),
    "bass_saw": Patch(39),
    "bass_pluck": Patch(33),
    "bass_fm": Patch(36),
    "bass_upright": Patch(32),
    "pad_warm": Patch(89),
    "pad_glass": Patch(92),
    "pad_strings": Patch(48),
    "pad_dark": Patch(95),
    "pad_choir": Patch(52),
    "keys_electric": Patch(4),
    "keys_piano": Patch(0),
    "keys_organ": Patch(16),
    "keys_bell": Patch(14),
    "pluck_guitar": Patch(25),
    "pluck_harp": Patch(46),
    "pluck_mute": Patch(28),
    "pluck_synth": Patch(45),
    "lead_saw": Patch(81),
    "lead_square": Patch(80),
    "lead_flute": Patch(73),
    "lead_whistle": Patch(78),
    "lead_brass": Patch(61),
    "texture_noise": Patch(122),
    "texture_drone": Patch(97),
    "texture_shimmer": Patch(98),
    "hit_boom": Patch(47),
    "hit_riser": Patch(119),
}
"""Every patch that a part may have."""

DRUM_KEYS: dict[str, int] = {
    "clap": 39,
    "cowbell": 56,
    "crash": 49,
    "hand_drum": 63,
    "hihat_closed": 42,
    "hihat_open": 46,
    "kick": 36,
    "perc_other": 75,
    "ride": 51,
    "rim": 37,
    "shaker": 70,
    "snare": 38,
    "tambourine": 54,
    "tom": 45,
}
"""Every class of drum, with its key in General MIDI's drum map."""

BUSES: dict[str, Bus] = {
    "drums": "drums",
    "bass": "bass",
    "pad": "harmony",
    "keys": "harmony",
    "pluck": "harmony",
    "lead": "lead",
    "texture": "texture",
    "hit": "texture",
}
"""The bus of each role."""

ROLES = tuple(BUSES)
"""What a part can be there for."""


def role_of(name: str) -> str:
    """Return the role of an instrument: `drums`, or the first word of a patch's name."""
    return name.partition("_")[0]


def is_instrument(name: str) -> bool:
    """Return whether there is an instrument of this name: `drums` or a patch."""
    return name == "drums" or name in PATCHES
