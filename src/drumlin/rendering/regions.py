"""A region as it is heard alone: its buses, its room, its tilt; and how regions follow each other.

Shape letter: T points.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..composing.score import Sound
from ..units import Array, Waveform, db_to_gain, seconds_to_points
from .buses import BUSES, bus_mixed
from .echo import echoed
from .note_cache import NoteCache
from .partials import SAMPLE_RATE
from .placing import Placed
from .reverb import reverberated, room_spectrum
from .stretches import add_scaled, stretches
from .tilt import tilted

CUT_S = 0.02
"""A region that is cut falls to silence within its last 20 ms."""


@dataclass(frozen=True)
class RegionMix:
    """A region, mixed: its stems (2, T) by name, from `origin` on; it is measured from `start` to `end`, in points."""

    origin: int
    start: int
    end: int
    stems: Mapping[str, Waveform]

    @property
    def total(self) -> Waveform:
        """The sum of the stems, (2, T); (2, 0) without any."""
        sounds = list(self.stems.values())
        if not sounds:
            return np.zeros((2, 0), dtype=np.float32)
        return sounds[0] if len(sounds) == 1 else np.sum(sounds, axis=0)


def mixed_stems(
    placed: Placed, sound: Sound, cache: NoteCache, limit: int, names: str, echo_s: float = 0.0
) -> dict[str, Waveform]:
    """Return the stems of a region with their room, (2, T) by name: `names` is `none`, `bus` or `part`.

    Args:
        placed: the sounds.
        sound: how they are mixed.
        cache: of rooms.
        limit: last point of the piece.
        names: `none` gives one stem, named `mix`.
        echo_s: between echoes; 0 for none.
    """
    tail = seconds_to_points(1.1 * sound.room_s if sound.room_s else 0.0, SAMPLE_RATE)
    length = max((part.shape[1] for part in placed.parts.values()), default=0)
    length = min(length + tail, limit - placed.start)
    stems: dict[str, Waveform] = {}
    sends: dict[str, Array] = {}
    echoes: dict[str, Array] = {}
    for bus in BUSES:
        parts = {part: dry for (name, part), dry in placed.parts.items() if name == bus}
        for part, wet in (bus_mixed(parts, bus, sound) if parts else {}).items():
            stem = {"none": "mix", "bus": bus, "part": part}[names]
            _accumulate(stems, stem, wet, (2, length))
            _send(sends, stem, wet, BUSES[bus].room_db, length)
            if echo_s and (echo_db := BUSES[bus].echo_db) is not None:
                _send(echoes, stem, wet, echo_db, length)
    for stem, send in echoes.items():
        add_scaled(stems[stem], echoed(send, echo_s), db_to_gain(_ECHO_DB))
    if sound.room_s > 0.0:
        room = cache.get(("room", sound.room_s), lambda: room_spectrum(sound.room_s))
        for stem, send in sends.items():
            add_scaled(stems[stem], reverberated(send, room), db_to_gain(sound.room_db))
    return {stem: tilted(whole, sound.tilt_db) for stem, whole in stems.items()}


_ECHO_DB = -14.0


def add_region(total: Waveform, region: Waveform, origin: int, gain: float) -> None:
    """Add a region (2, T) to the piece in place, from a point on."""
    count = min(region.shape[1], total.shape[1] - origin)
    add_scaled(total[:, origin : origin + count], region[:, :count], gain)


def cut(total: Waveform, end: int) -> None:
    """Silence a piece (2, T) in place from a point on; the last 20 ms before it fall as a quarter of a cosine.

    That is the half of an equal-power crossfade that is still to be heard: the next region begins on its first note.
    """
    end = min(end, total.shape[1])
    fade = min(end, seconds_to_points(CUT_S, SAMPLE_RATE))
    total[:, end - fade : end] *= cut_curve(fade)
    total[:, end:] = 0.0


def cut_curve(points: int) -> Array:
    """Return the fall of a cut, float32 (points,); its square and that of its reverse sum to 1."""
    curve: Array = np.cos(0.5 * np.pi * (np.arange(points) + 0.5) / max(points, 1)).astype(np.float32)
    return curve


def _accumulate(sums: dict[str, Waveform], name: str, sound: Waveform, shape: tuple[int, ...]) -> None:
    if name not in sums:
        sums[name] = np.zeros(shape, dtype=np.float32)
    count = min(sound.shape[-1], shape[-1])
    sums[name][..., :count] += sound[..., :count]


def _send(sums: dict[str, Waveform], name: str, sound: Waveform, level_db: float, length: int) -> None:
    """Add the middle of a sound (2, T) to what is sent on under a name, (length,)."""
    if name not in sums:
        sums[name] = np.zeros(length, dtype=np.float32)
    gain = np.float32(db_to_gain(level_db))
    for stretch in stretches(min(sound.shape[1], length)):
        sums[name][stretch] += np.float32(0.5) * (sound[0, stretch] + sound[1, stretch]) * gain
