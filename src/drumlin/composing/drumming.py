"""Drums: a groove, varied by its energy, with fills where phrases end."""

from .band import USUAL_GROOVE
from .desk import Stroke, bar_strokes
from .meters import METERS
from .patterns import read_pattern, rung
from .planning import SHARES, Bar, Plan
from .streams import Stream

STROKE_QUARTERS = 0.25
"""Length of a drum's note: it rings as long as it does."""

KEPT_IN_FILLS = frozenset({"kick", "shaker", "tambourine", "cowbell"})
"""What goes on while hands play a fill."""

_STRAY_LEVEL = 0.45  # from the bar before a fill on its strokes grow from here
_SIXTEENTH = 0.25


def compose_drums(plan: Plan, stream: Stream) -> list[Stroke]:
    """Return the strokes of the drums of a region, as if they played throughout, in order."""
    grooves = plan.descriptor.grooves_in(plan.meter) or (USUAL_GROOVE,)
    groove = stream.pick(grooves)
    span = METERS[groove.meter].bar_quarters
    patterns = {drum: rung(ladder, plan.descriptor.energy) for drum, ladder in groove.voices.items()}
    strokes: list[Stroke] = []
    for bar in plan.bars:
        voices = _voices(bar, len(patterns))
        playing = [
            Stroke(quarter, STROKE_QUARTERS, level, None, drum)
            for place, (drum, pattern) in enumerate(patterns.items())
            for quarter, level in bar_strokes(pattern, span, bar, stream)
            if place < voices
        ]
        strokes += _choked(_filled(plan, bar, playing, stream))
        if bar.opens and bar.function == "climax" and plan.descriptor.drums.crash:
            strokes.append(Stroke(bar.start, STROKE_QUARTERS, 0.85, None, "crash"))
    return sorted(strokes, key=lambda stroke: (stroke.quarter, stroke.drum))


def _voices(bar: Bar, voices: int) -> int:
    return max(1, round(SHARES[bar.function] * voices + 0.2))


def _filled(plan: Plan, bar: Bar, strokes: list[Stroke], stream: Stream) -> list[Stroke]:
    """Return the strokes of a bar; where a phrase ends and chance or a new section wants it, its end is a fill."""
    drums = plan.descriptor.drums
    is_wanted = stream.chance(drums.fill_chance)
    if (
        not drums.fills
        or not bar.ends_phrase
        or not (is_wanted or bar.closes)
        or (bar.function == "intro" and not bar.closes)
    ):
        return strokes
    fill = stream.pick(drums.fills)
    steps = max(len(pattern) for pattern in fill.values())
    start = max(bar.end - steps * _SIXTEENTH, bar.start)
    kept = [stroke for stroke in strokes if stroke.quarter < start - 1e-6 or stroke.drum in KEPT_IN_FILLS]
    for drum, pattern in fill.items():
        first = bar.end - len(pattern) * _SIXTEENTH
        for step in read_pattern(pattern)[0]:
            quarter = first + step.place * len(pattern) * _SIXTEENTH
            growth = (quarter - start) / (bar.end - start)
            level = step.level * (_STRAY_LEVEL + (1.0 - _STRAY_LEVEL) * growth) ** 0.5
            if quarter >= start - 1e-6 and (step.is_certain or stream.chance(bar.energy)):
                kept.append(Stroke(quarter, STROKE_QUARTERS, level, None, drum))
    return kept


def _choked(strokes: list[Stroke]) -> list[Stroke]:
    """Return the strokes with no closed hi-hat under an open one, and no drum struck twice at once."""
    opened = {stroke.quarter for stroke in strokes if stroke.drum == "hihat_open"}
    seen: dict[tuple[float, str], Stroke] = {}
    for stroke in strokes:
        if not (stroke.drum == "hihat_closed" and stroke.quarter in opened):
            seen[(round(stroke.quarter, 6), stroke.drum)] = stroke
    return list(seen.values())
