"""From strokes on the grid to notes in time: swing, lateness, the unevenness of hands, and an end for everything."""

from collections.abc import Iterable
from itertools import repeat

import numpy as np

from ..units import Array
from .desk import Stroke
from .planning import Plan
from .score import ScoreNote
from .streams import Stream

LEAST_DURATION_S = 0.03
"""Shortest note."""

LEAST_VELOCITY = 0.03
"""Softest note."""

ROUND_ROBIN = 4
"""Equal strokes of a drum in turn."""

LEVEL_PLAYED = 0.5
"""Exponent of a part's level in its velocities: half of the level, in dB, is played, the other half is mixed."""

TOUCH = 0.7
"""Exponent of a stroke's level in its velocity: instruments answer velocity with more than its share of level."""

_APART_S = 0.02  # two strokes of one drum that are nearer than this are one

_ROUNDED_S = 1e-6  # times are written down to a millionth of a second


def perform(
    plan: Plan, strokes: Iterable[Stroke], part: str, jitter_s: float, level: float, stream: Stream
) -> list[ScoreNote]:
    """Return the notes of a player, in the order of their onsets, in seconds from the start of the piece.

    Args:
        plan: of the region.
        strokes: of the player.
        part: id of the part.
        jitter_s: standard deviation of the onsets.
        level: how hard the part is played beside the others.
        stream: of the hands.
    """
    played = list(strokes)
    if not played:
        return []
    region, dynamics, bar_quarters = plan.region, plan.descriptor.dynamics, plan.meter.bar_quarters
    grid, lengths, levels, pitches, drums = zip(*played, strict=True)
    quarters = np.array(grid)  # (N,), as all that follow
    bars = np.clip((quarters / bar_quarters).astype(int), 0, len(plan.bars) - 1)
    jitter, unevenness = (stream.scattered(spread, len(played)) for spread in (jitter_s, dynamics.spread))
    onsets = _seconds(plan, _swung(plan, quarters, quarters - bars * bar_quarters))
    onsets += np.array([plan.descriptor.drums.lag_s.get(drum, 0.0) for drum in drums])
    # What begins a region begins it: there is nothing before that a hand could be early or late against.
    onsets += np.where(quarters > 0.0, jitter, 0.0)
    onsets = np.clip(onsets, 0.0, region.duration_s - LEAST_DURATION_S)
    ends = _seconds(plan, quarters + np.array(lengths))
    durations = np.maximum(ends - onsets, LEAST_DURATION_S)
    energies = np.array([bar.energy for bar in plan.bars])[bars]
    hard = dynamics.floor + (dynamics.peak - dynamics.floor) * energies
    velocities = hard * (level**LEVEL_PLAYED * np.array(levels) ** TOUCH + unevenness)
    columns = (
        np.maximum(np.round(onsets + region.start_s, 6), region.start_s).tolist(),
        np.round(durations, 6).tolist(),
        np.round(np.clip(velocities, LEAST_VELOCITY, 1.0), 4).tolist(),
    )
    notes = list(map(ScoreNote, repeat(part), *columns, pitches, drums))
    notes.sort(key=lambda note: (note.onset_s, note.pitch or 0, note.drum))
    return notes


def separate(notes: list[ScoreNote], is_mono: bool) -> list[ScoreNote]:
    """Return the notes with none that sounds into the next of its pitch, or, of a voice, into the next at all.

    Args:
        notes: of one part, by onset.
        is_mono: only one of them sounds at a time.
    """
    starts: dict[int | None, float] = {}
    kept: list[ScoreNote] = []
    for note in reversed(notes):
        _, onset_s, held_s, _, pitch, _, _ = note
        voice = None if is_mono else pitch
        room_s = starts.get(voice, onset_s + held_s) - onset_s
        if room_s < _APART_S:
            continue
        starts[voice] = onset_s
        if room_s < held_s + _ROUNDED_S and (duration_s := round(room_s, 6)) < held_s:
            note = note._replace(duration_s=duration_s)
        kept.append(note)
    return kept[::-1]


def take_turns(notes: list[ScoreNote]) -> list[ScoreNote]:
    """Return strokes of drums numbered in turn, those that nearly coincide with one of the same drum left out."""
    last_s: dict[str, float] = {}
    counts: dict[str, int] = {}
    kept = []
    for note in notes:
        if note.onset_s - last_s.get(note.drum, -1.0) < _APART_S:
            continue
        last_s[note.drum] = note.onset_s
        count = counts.get(note.drum, 0)
        counts[note.drum] = count + 1
        kept.append(
            ScoreNote(note.part, note.onset_s, note.duration_s, note.velocity, None, note.drum, count % ROUND_ROBIN)
        )
    return kept


def _seconds(plan: Plan, quarters: Array) -> Array:
    return np.interp(quarters, plan.tempo_map.quarters, plan.tempo_map.seconds)


def _swung(plan: Plan, quarters: Array, places: Array) -> Array:
    """Return quarters with every second step late: at a swing of 0.66 pairs of steps are triplets, two to one.

    Args:
        plan: of the region.
        quarters: from the start of the region, (N,).
        places: from the start of their bars, (N,).
    """
    swing = plan.descriptor.swing
    if not swing or plan.meter.beat_quarters != 1.0:
        return quarters
    pair = 8.0 / plan.descriptor.swing_step
    place = places / pair % 1.0
    # A straight line from the start of the pair to its middle, which moves, and from there to its end.
    return quarters + pair * (np.interp(place, (0.0, 0.5, 1.0), (0.0, 0.5 + 0.25 * swing, 1.0)) - place)
