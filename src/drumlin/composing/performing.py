"""From strokes on the grid to notes in time: swing, lateness, the unevenness of hands, and an end for everything."""

from collections.abc import Iterable

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

_APART_S = 0.02  # two strokes of one drum that are nearer than this are one


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
    region, dynamics, lag_s = plan.region, plan.descriptor.dynamics, plan.descriptor.drums.lag_s
    last_s = region.duration_s - LEAST_DURATION_S
    notes = []
    for stroke in strokes:
        bar = plan.bar_at(stroke.quarter)
        swung = _swing(plan, stroke.quarter, bar.start)
        onset_s = plan.tempo_map.second(swung) + lag_s.get(stroke.drum, 0.0)
        if swung > 0.0:
            onset_s += stream.around(jitter_s)
        onset_s = min(max(onset_s, 0.0), last_s)
        end_s = min(plan.tempo_map.second(stroke.quarter + stroke.length), region.duration_s)
        hard = dynamics.floor + (dynamics.peak - dynamics.floor) * bar.energy
        velocity = hard * stroke.level * level + stream.around(dynamics.spread)
        notes.append(
            ScoreNote(
                part,
                round(region.start_s + onset_s, 6),
                round(max(end_s - onset_s, LEAST_DURATION_S), 6),
                round(min(max(velocity, LEAST_VELOCITY), 1.0), 4),
                stroke.pitch,
                stroke.drum,
            )
        )
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
        voice = None if is_mono else note.pitch
        room_s = starts.get(voice, note.onset_s + note.duration_s) - note.onset_s
        if room_s < _APART_S:
            continue
        duration_s = min(note.duration_s, round(room_s, 6))
        kept.append(note if duration_s == note.duration_s else _shortened(note, duration_s))
        starts[voice] = note.onset_s
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


def _shortened(note: ScoreNote, duration_s: float) -> ScoreNote:
    return ScoreNote(note.part, note.onset_s, duration_s, note.velocity, note.pitch, note.drum, note.repeat)


def _swing(plan: Plan, quarter: float, bar_start: float) -> float:
    """Return a quarter with every second step late: at a swing of 0.66 pairs of steps are triplets, two to one."""
    swing = plan.descriptor.swing
    if not swing or plan.meter.beat_quarters != 1.0:
        return quarter
    step = 4.0 / plan.descriptor.swing_step
    place = (quarter - bar_start) / (2.0 * step) % 1.0
    # A straight line from the start of the pair to its middle, which moves, and from there to its end.
    middle = 0.5 + 0.25 * swing
    bent = place * middle / 0.5 if place <= 0.5 else middle + (place - 0.5) * (1.0 - middle) / 0.5
    return quarter + (bent - place) * 2.0 * step
