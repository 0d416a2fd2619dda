"""Figures of the lead: a motif, answered, repeated and brought home.

A phrase is built of bars A A' B C: A is the motif, A' the same on the next chord, B another one, C comes to rest. On
beats stand tones of the chord, between them the scale.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from .desk import Desk, Stroke, bar_strokes
from .patterns import rung
from .spans import chord_at

if TYPE_CHECKING:
    from .planning import Bar

_RHYTHMS = (
    ("x.......x.......", "x....."),
    ("x.....x.x.......", "x..x.."),
    ("x...x.x.x...x...", "x.xx.."),
    ("x..x..x.x.x.x...", "x.xx.x"),
    ("x.xxx.x.x.xxx.x.", "xxxxxx"),
)
"""Bars of melody from calm to busy: in quarters, in threes."""

_FORM = "AABC"
_REACH = 3  # steps of the scale, to both sides of a motif's anchor


@dataclass(frozen=True)
class _Motif:
    """A bar of melody: which strokes of its rhythm are there, and how far each lies from its anchor, in steps."""

    rhythm: tuple[str, str]
    kept: tuple[bool, ...]
    contour: tuple[int, ...]


def melody(desk: Desk) -> list[Stroke]:
    """A tune over the whole phrase."""
    return _sing(desk, rest=0.15, busier=-0.2)


def fragments(desk: Desk) -> list[Stroke]:
    """A few tones now and then, in every other bar."""
    return [stroke for stroke in _sing(desk, rest=0.3) if desk.plan.bar_at(stroke.quarter).index % 2 == 0]


def long_tones(desk: Desk) -> list[Stroke]:
    """One tone of the chord for each bar, moving by step."""
    strokes = []
    before = desk.middle
    for bar in desk.plan.bars:
        pitch = _chord_tone(desk, bar.start, before + desk.stream.between(-3.0, 3.0))
        strokes.append(Stroke(bar.start, bar.length, 0.75, pitch))
        before = 0.7 * pitch + 0.3 * desk.middle
    return _mono(desk, strokes)


def riff(desk: Desk) -> list[Stroke]:
    """A busy motif that stays the same over all chords."""
    return _sing(desk, rest=0.05, busier=0.35)


def _sing(desk: Desk, rest: float, busier: float = 0.0) -> list[Stroke]:
    energy = min(max(desk.plan.descriptor.energy + busier, 0.0), 0.999)
    motifs = {name: _invent(desk, energy, rest) for name in "ABC"}
    scale = _scale(desk)
    strokes: list[Stroke] = []
    before = desk.middle
    phrase_start = 0
    for bar in desk.plan.bars:
        if bar.index and desk.plan.bars[bar.index - 1].ends_phrase:
            phrase_start = bar.index
        motif = motifs["C" if bar.closes else _FORM[(bar.index - phrase_start) % len(_FORM)]]
        line = _write(desk, bar, motif, scale, before)
        if bar.ends_phrase:
            line = [stroke for stroke in line if stroke.quarter < bar.start + 0.6 * bar.length]
        strokes += line
        if line and line[-1].pitch is not None:
            before = 0.6 * line[-1].pitch + 0.4 * desk.middle
    return _mono(desk, strokes)


def _invent(desk: Desk, energy: float, rest: float) -> _Motif:
    simple, compound = (rung(tuple(pair[place] for pair in _RHYTHMS), energy) for place in (0, 1))
    kept = tuple(index == 0 or not desk.stream.chance(rest) for index in range(16))
    contour, place = [0], 0
    for _ in range(15):
        # Mostly by step; what leads away from the anchor turns back.
        move = desk.stream.pick((-1, 1, -1, 1, -1, 1, 0, 2, -2))
        place = place + move if abs(place + move) <= _REACH else place - move
        contour.append(place)
    return _Motif((simple, compound), kept, tuple(contour))


def _write(desk: Desk, bar: "Bar", motif: _Motif, scale: tuple[int, ...], before: float) -> list[Stroke]:
    is_compound = desk.plan.meter.beat_quarters == 1.5
    text, span = (motif.rhythm[1], 3.0) if is_compound else (motif.rhythm[0], 4.0)
    near = _chord_tone(desk, bar.start, before)
    anchor = scale.index(min(scale, key=lambda pitch: (abs(pitch - near), pitch)))
    beats = desk.plan.meter.beats
    strong = {round(bar.start + beat, 3) for beat in (beats[0], beats[len(beats) // 2])}
    strokes = []
    for index, (quarter, level) in enumerate(bar_strokes(text, span, bar, desk.stream)):
        if not motif.kept[index % 16]:
            continue
        place = anchor + motif.contour[index % 16]
        place = place if 0 <= place < len(scale) else anchor - motif.contour[index % 16]
        pitch = scale[min(max(place, 0), len(scale) - 1)]
        if round(quarter, 3) in strong:
            pitch = _chord_tone(desk, quarter, pitch)
        strokes.append(Stroke(quarter, 4.0, level, pitch))
    return strokes


def _scale(desk: Desk) -> tuple[int, ...]:
    """Return the tones of the melody's scale within the range, rising."""
    key = desk.plan.key
    tones = tuple((key.pitch_class + key.scale.steps[step]) % 12 for step in key.scale.melodic)
    return _pitches(tones, desk.low, desk.high)


def _chord_tone(desk: Desk, quarter: float, target: float) -> int:
    tones = chord_at(desk.chords, quarter).chord.pitch_classes[:3]
    return min(_pitches(tones, desk.low, desk.high), key=lambda pitch: abs(pitch - target))


@lru_cache(maxsize=4096)
def _pitches(tones: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    return tuple(pitch for pitch in range(low, high + 1) if pitch % 12 in tones)


def _mono(desk: Desk, strokes: list[Stroke]) -> list[Stroke]:
    """Let each note last to the next, a bar at most; leaps beyond an octave are folded."""
    strokes = _folded(desk, strokes)
    ends = [stroke.quarter for stroke in strokes[1:]] + [desk.plan.quarters]
    longest = desk.plan.meter.bar_quarters
    return [
        stroke._replace(length=min(end - stroke.quarter, stroke.length, longest) * desk.player.spec.length)
        for stroke, end in zip(strokes, ends, strict=True)
        if end - stroke.quarter > 1e-6
    ]


def _folded(desk: Desk, strokes: list[Stroke]) -> list[Stroke]:
    folded: list[Stroke] = []
    for stroke in strokes:
        pitch = stroke.pitch or 0
        before = folded[-1].pitch if folded else None
        if before is not None and abs(pitch - before) > 12:
            nearer = pitch + 12 if pitch < before else pitch - 12
            pitch = nearer if desk.low <= nearer <= desk.high else pitch
        folded.append(stroke._replace(pitch=pitch))
    return folded
