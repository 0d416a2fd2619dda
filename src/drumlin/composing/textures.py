"""Figures of textures and hits: what lies under the music and what marks its sections."""

from .desk import Desk, Stroke
from .spans import chord_at
from .voicing import nearest_pitch


def drone(desk: Desk) -> list[Stroke]:
    """Tonic and fifth through each phrase."""
    root = nearest_pitch(desk.plan.key.pitch_class, desk.low + 6, desk.low, desk.high)
    pitches = [root, root + 7] if root + 7 <= desk.high and desk.plan.key.scale.steps[4] == 7 else [root]
    return [Stroke(start, end - start, 0.7, pitch) for start, end in _phrases(desk) for pitch in pitches]


def air(desk: Desk) -> list[Stroke]:
    """One tone through each phrase: of noise, its pitch is its colour."""
    pitch = nearest_pitch(desk.plan.key.pitch_class, desk.middle, desk.low, desk.high)
    return [Stroke(start, end - start, 0.6, pitch) for start, end in _phrases(desk)]


def glimmer(desk: Desk) -> list[Stroke]:
    """High tones of the chord that come and go."""
    strokes = []
    for bar in desk.plan.bars:
        if desk.stream.chance(0.45 + 0.4 * desk.plan.descriptor.energy):
            quarter = bar.start + desk.stream.pick([beat for beat in desk.plan.meter.beats if beat < bar.length - 1e-6])
            tone = desk.stream.pick(chord_at(desk.chords, quarter).chord.pitch_classes)
            pitch = nearest_pitch(tone, desk.middle + desk.stream.between(-5.0, 5.0), desk.low, desk.high)
            strokes.append(Stroke(quarter, min(3.0, bar.end - quarter), 0.6, pitch))
    return strokes


def boom(desk: Desk) -> list[Stroke]:
    """A low stroke where a section begins."""
    pitch = nearest_pitch(desk.plan.key.pitch_class, desk.low + 6, desk.low, desk.high)
    return [Stroke(bar.start, min(4.0, bar.length), 0.95, pitch) for bar in desk.plan.bars if bar.opens]


def booms(desk: Desk) -> list[Stroke]:
    """A low stroke in every second bar."""
    pitch = nearest_pitch(desk.plan.key.pitch_class, desk.low + 6, desk.low, desk.high)
    return [
        Stroke(bar.start, min(4.0, bar.length), 0.95 if bar.opens else 0.75, pitch)
        for bar in desk.plan.bars
        if bar.opens or bar.index % 2 == 0
    ]


def riser(desk: Desk) -> list[Stroke]:
    """A rise through the last bar of a section."""
    pitch = nearest_pitch(desk.plan.key.pitch_class, desk.middle, desk.low, desk.high)
    return [Stroke(bar.start, bar.length, 0.8, pitch) for bar in desk.plan.bars if bar.closes]


def _phrases(desk: Desk) -> list[tuple[float, float]]:
    starts = [bar.start for bar in desk.plan.bars if not bar.index or desk.plan.bars[bar.index - 1].ends_phrase]
    return list(zip(starts, [*starts[1:], desk.plan.quarters], strict=True))
