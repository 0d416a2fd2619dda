"""Notes to their places: the sounds of a region, added up by part or by bus, before any effect.

Shape letter: T points.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..audio import fade_curve
from ..composing.score import Part, Score, ScoreNote, ScoreRegion
from ..instrument import Instrument
from ..units import Waveform, db_to_gain, seconds_to_points
from .drums import drum_named, hit
from .kit import Kit
from .note_cache import NoteCache
from .partials import SAMPLE_RATE
from .patches import patch_named
from .voices import played

_CHOKES = {"hihat_open": ("hihat_closed", "hihat_open"), "crash": ("crash",), "ride": ()}
"""Which classes of drum silence which."""

_CHOKE_S = 0.012


@dataclass(frozen=True)
class Band:
    """What plays: an instrument, its kit, and sounds that were made before."""

    instrument: Instrument
    kit: Kit
    cache: NoteCache


@dataclass(frozen=True)
class Placed:
    """A region's sounds.

    Args:
        start: first point, in the piece.
        parts: float32 (2, T) by bus and part; the part is empty where only buses are asked for.
    """

    start: int
    parts: Mapping[tuple[str, str], Waveform]


def place_region(
    region: ScoreRegion, parts: Mapping[str, Part], band: Band, chokes_s: Mapping[int, float], limit: int, by_part: bool
) -> Placed:
    """Return the sounds of a region, from its first note until the last has ended.

    Args:
        region: of a score.
        parts: of the score, by id.
        band: who plays.
        chokes_s: from `find_chokes`.
        limit: last point of the piece.
        by_part: whether parts are kept apart.
    """
    onsets = [seconds_to_points(note.onset_s, SAMPLE_RATE) for note in region.notes]
    start = max(0, min([seconds_to_points(region.start_s, SAMPLE_RATE), *onsets]))
    ends = [
        seconds_to_points(note.onset_s + _rings_s(note, parts[note.part], band), SAMPLE_RATE) for note in region.notes
    ]
    end = min(limit, max([seconds_to_points(region.end_s, SAMPLE_RATE), *ends]))
    tracks: dict[tuple[str, str], Waveform] = {}
    for note, onset in zip(region.notes, onsets, strict=True):
        part = parts[note.part]
        key = (part.bus, part.id if by_part else "")
        if key not in tracks:
            tracks[key] = np.zeros((2, end - start), dtype=np.float32)
        sound, pan = _sound(note, part, band, (limit - onset) / SAMPLE_RATE)
        if (choke_s := chokes_s.get(id(note))) is not None:
            sound = _choked(sound, seconds_to_points(choke_s, SAMPLE_RATE) - onset)
        _add(tracks[key], onset - start, sound, _pan_gains(pan, part.gain_db))
    return Placed(start, tracks)


def find_chokes(score: Score) -> dict[int, float]:
    """Return when a note is silenced by a later one, seconds of the piece, by the note's `id`."""
    struck: dict[str, ScoreNote] = {}
    chokes: dict[int, float] = {}
    drums = [note for region in score.regions for note in region.notes if note.drum]
    for note in sorted(drums, key=lambda note: note.onset_s):
        for choked, by in _CHOKES.items():
            if note.drum in by and choked in struck and struck[choked].onset_s < note.onset_s:
                chokes[id(struck.pop(choked))] = note.onset_s
        if note.drum in _CHOKES:
            struck[note.drum] = note
    return chokes


def _sound(note: ScoreNote, part: Part, band: Band, longest_s: float) -> tuple[Waveform, float]:
    """Return a note (C, T) and where it lies; what is held beyond the piece is not made."""
    if note.drum:
        sound = hit(band.cache, band.instrument, band.kit, note.drum, note.velocity, note.repeat)
        return sound[None], min(max(part.pan + drum_named(note.drum).pan, -1.0), 1.0)
    assert note.pitch is not None
    duration_s = min(note.duration_s, longest_s)
    sound = played(band.cache, part.patch, note.pitch, note.velocity, duration_s, note.repeat)
    return sound, part.pan


def _rings_s(note: ScoreNote, part: Part, band: Band) -> float:
    if note.drum:
        return band.instrument.length / band.instrument.sample_rate
    patch = patch_named(part.patch)
    held_s = note.duration_s + patch.envelope.release_s
    return min(held_s, patch.ring_s) if patch.ring_s else held_s


def _choked(sound: Waveform, points: int) -> Waveform:
    fade = seconds_to_points(_CHOKE_S, SAMPLE_RATE)
    if points >= sound.shape[1]:
        return sound
    cut = sound[:, : points + fade].copy()
    fade = min(fade, cut.shape[1])
    cut[:, cut.shape[1] - fade :] *= fade_curve(fade)[::-1]
    return cut


def _pan_gains(pan: float, gain_db: float) -> tuple[float, float]:
    """Return the gains of left and right: of equal power wherever it lies, 1 each in the middle."""
    angle, gain = (pan + 1.0) * math.pi / 4.0, db_to_gain(gain_db) * math.sqrt(2.0)
    return gain * math.cos(angle), gain * math.sin(angle)


def _add(track: Waveform, at: int, sound: Waveform, gains: tuple[float, float]) -> None:
    first, last = max(0, -at), min(sound.shape[1], track.shape[1] - at)
    if last <= first:
        return
    left, right = (np.float32(gain) for gain in gains)
    heard = sound[0, first:last] * left
    track[0, at + first : at + last] += heard
    if len(sound) > 1 or right != left:
        heard = sound[-1, first:last] * right
    track[1, at + first : at + last] += heard


def used_drums(regions: Sequence[ScoreRegion]) -> tuple[str, ...]:
    """Return the classes of drums that are played, in order of name."""
    return tuple(sorted({note.drum for region in regions for note in region.notes if note.drum}))
