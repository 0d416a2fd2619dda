"""What each bus goes through before it meets the others, and how much room it gets.

An equaliser, a compressor, saturation, width: all but the second and third is linear. A compressor's gain is that of
the whole bus, and what saturation adds to a bus is shared out among its parts by their power: so parts sum to their
bus exactly. Shape letter: T points.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..composing.score import Bus, Sound
from ..units import Waveform, db_to_gain
from .compressor import Compressor, compression_gain, with_gain
from .equaliser import Band, equalised
from .saturation import saturated
from .stretches import add_scaled, stretches


@dataclass(frozen=True)
class BusChain:
    """How a bus is treated.

    Args:
        level_db: of the bus in the mix.
        bands: of its equaliser, before all else.
        room_db: of its share in the reverb.
        compressor: or None.
        drive: share of the region's drive that it takes.
        echo_db: of its share in the echo; None for none.
    """

    level_db: float = 0.0
    room_db: float = 0.0
    compressor: Compressor | None = None
    drive: float = 1.0
    echo_db: float | None = None
    bands: tuple[Band, ...] = ()


BUSES: dict[Bus, BusChain] = {
    "drums": BusChain(room_db=-6.0, compressor=Compressor(-18.0, 2.0, 0.012, 0.1)),
    "bass": BusChain(room_db=-24.0, compressor=Compressor(-22.0, 3.0, 0.01, 0.15)),
    "harmony": BusChain(
        compressor=Compressor(-20.0, 1.6, 0.02, 0.25),
        drive=0.5,
        echo_db=-6.0,
        bands=(Band("high_pass", 90.0), Band("bell", 320.0, -2.0, 0.8)),
    ),
    "lead": BusChain(
        room_db=-1.0,
        compressor=Compressor(-20.0, 2.0, 0.01, 0.2),
        drive=0.7,
        echo_db=0.0,
        bands=(Band("bell", 2800.0, 1.5, 0.7),),
    ),
    "texture": BusChain(room_db=3.0, drive=0.3),
}

_WIDTH_GAIN = 1.5
"""Of the difference of the channels at width 1; at the score's usual 0.6 it is about as the patches are made."""


def bus_mixed(parts: Mapping[str, Waveform], bus: Bus, sound: Sound) -> dict[str, Waveform]:
    """Return the parts of a bus (2, T) as they leave it, dry.

    Args:
        parts: by name, all of one length; changed in place.
        bus: which.
        sound: how the region is mixed.
    """
    chain = BUSES[bus]
    treated = {name: equalised(part, chain.bands) for name, part in parts.items()}
    whole = _total(treated)
    if chain.compressor is not None:
        gain = compression_gain(whole, chain.compressor)
        treated = {name: with_gain(part, gain, in_place=True) for name, part in treated.items()}
        whole = _total(treated)
    if sound.drive_db * chain.drive > 0.0:
        treated = _driven(treated, whole, sound.drive_db * chain.drive)
    return {
        name: _widened(part, _WIDTH_GAIN * sound.width, db_to_gain(chain.level_db)) for name, part in treated.items()
    }


def _total(parts: Mapping[str, Waveform]) -> Waveform:
    sounds = list(parts.values())
    return sounds[0] if len(sounds) == 1 else np.sum(sounds, axis=0)


def _driven(parts: Mapping[str, Waveform], whole: Waveform, drive_db: float) -> dict[str, Waveform]:
    """Return parts (2, T) with what their bus is driven to beyond itself; they are changed in place."""
    driven = saturated(whole, drive_db)
    added = np.subtract(driven, whole, out=None if driven is whole else driven)
    power = {name: float(np.einsum("ct,ct->", part, part)) for name, part in parts.items()}
    total = max(sum(power.values()), 1e-12)
    for name, part in parts.items():
        add_scaled(part, added, power[name] / total)
    return dict(parts)


def _widened(part: Waveform, width: float, gain: float) -> Waveform:
    """Return a part (2, T), changed in place: the difference of its channels times `width`, and all times `gain`."""
    near, far = np.float32(0.5 * gain * (1.0 + width)), np.float32(0.5 * gain * (1.0 - width))
    for stretch in stretches(part.shape[1]):
        some = part[:, stretch]
        crossed = some[::-1] * far
        some *= near
        some += crossed
    return part
