"""Figures of the bass: roots, and how they move."""

from .desk import Desk, Stroke
from .spans import ChordSpan, chord_at
from .voicing import nearest_pitch


def whole(desk: Desk) -> list[Stroke]:
    """A root for each chord, struck again with each bar."""
    return _rooted(desk, "x...............", "x.....", 1.0)


def pulse8(desk: Desk) -> list[Stroke]:
    """Roots in eighths."""
    return _rooted(desk, "X.o.x.o.x.o.x.o.", "Xooxoo", 0.85)


def pulse4(desk: Desk) -> list[Stroke]:
    """Roots in quarters."""
    return _rooted(desk, "X...x...x...x...", "X..x..", 0.8)


def pulse16(desk: Desk) -> list[Stroke]:
    """Roots in sixteenths, the first of each beat left to the kick."""
    return _rooted(desk, ".xox.xox.xox.xox", "xooxoo", 0.8)


def offbeat(desk: Desk) -> list[Stroke]:
    """Roots between the beats."""
    return _rooted(desk, "..x...x...x...x.", "..x..x", 0.8)


def syncopated(desk: Desk) -> list[Stroke]:
    """Roots ahead of the beat."""
    return _rooted(desk, "X..x..x...x.?.o.", "X..x.o", 0.85, leaps=True)


def octaves(desk: Desk) -> list[Stroke]:
    """Root and octave in turn, in eighths."""
    strokes = _rooted(desk, "X.x.x.x.x.x.x.x.", "XxxXxx", 0.7)
    return [
        stroke._replace(pitch=_up(desk, stroke.pitch)) if round(2.0 * stroke.quarter) % 2 else stroke
        for stroke in strokes
    ]


def root_fifth(desk: Desk) -> list[Stroke]:
    """Root on the first beat, fifth in the middle of the bar."""
    strokes = []
    for bar, quarter, level in desk.rhythm("X.......x.......", "X..x.."):
        span = chord_at(desk.chords, quarter)
        is_root = quarter == bar.start or quarter == span.start
        pitch_class = (
            span.chord.root if is_root else span.chord.pitch_classes[-1 if len(span.chord.intervals) < 3 else 2]
        )
        pitch = nearest_pitch(pitch_class, desk.middle - (0 if is_root else 3), desk.low, desk.high)
        strokes.append(Stroke(quarter, 1.4, level, pitch))
    return _mono(desk, strokes)


def kicking(desk: Desk) -> list[Stroke]:
    """Roots where the kick is."""
    quarters = sorted({*desk.kicks, *(span.start for span in desk.chords)})
    return _mono(desk, [Stroke(quarter, 8.0, 0.9, _root(desk, quarter)) for quarter in quarters], 0.9)


def sub(desk: Desk) -> list[Stroke]:
    """Long low roots where the kick is, at times an octave up at the end of a bar."""
    quarters = sorted({*desk.kicks, *(span.start for span in desk.chords)})
    strokes = []
    for quarter in quarters:
        pitch = _root(desk, quarter)
        is_late = quarter - desk.plan.bar_at(quarter).start > 0.7 * desk.plan.meter.bar_quarters
        if desk.stream.chance(0.35) and is_late:
            pitch = _up(desk, pitch)
        strokes.append(Stroke(quarter, 3.0, 0.95, pitch))
    return _mono(desk, strokes, 1.0)


def walking(desk: Desk) -> list[Stroke]:
    """A line in quarters through the chord, coming to the next root by step."""
    beats = [bar.start + beat for bar in desk.plan.bars for beat in desk.plan.meter.beats if beat < bar.length - 1e-6]
    strokes: list[Stroke] = []
    before = desk.middle
    for index, quarter in enumerate(beats):
        span = chord_at(desk.chords, quarter)
        after = chord_at(desk.chords, beats[index + 1]) if index + 1 < len(beats) else span
        if quarter - span.start < 1e-6:
            pitch = nearest_pitch(span.chord.root, 0.5 * (before + desk.middle), desk.low, desk.high)
        elif after != span:
            target = nearest_pitch(after.chord.root, before, desk.low, desk.high)
            pitch = _approach(desk, target, before)
        else:
            tone = desk.stream.pick(span.chord.pitch_classes[1:])
            pitch = nearest_pitch(tone, before + desk.stream.between(-4.0, 5.0), desk.low, desk.high)
        strokes.append(Stroke(quarter, 1.0, 0.85, pitch))
        before = pitch
    return _mono(desk, strokes, 0.92)


def arpeggio(desk: Desk) -> list[Stroke]:
    """The chord broken in eighths from its root up."""
    strokes = []
    for _, quarter, level in desk.rhythm("X.x.x.x.x.x.x.x.", "Xxxxxx"):
        span = chord_at(desk.chords, quarter)
        tones = _ladder(desk, span)
        strokes.append(Stroke(quarter, 0.5, level, tones[round(2.0 * (quarter - span.start)) % len(tones)]))
    return _mono(desk, strokes, 0.9)


def pedal(desk: Desk) -> list[Stroke]:
    """The tonic under all chords."""
    pitch = nearest_pitch(desk.plan.key.pitch_class, desk.middle - 4, desk.low, desk.high)
    return _mono(desk, [Stroke(bar.start, bar.length, 0.8, pitch) for bar in desk.plan.bars], 1.0)


def _rooted(desk: Desk, simple: str, compound: str, length: float, leaps: bool = False) -> list[Stroke]:
    strokes = []
    for bar, quarter, level in desk.rhythm(simple, compound):
        pitch = _root(desk, quarter)
        if leaps and quarter - bar.start > 2.0 and desk.stream.chance(0.3):
            pitch = _up(desk, pitch)
        strokes.append(Stroke(quarter, 4.0, level, pitch))
    starts = {stroke.quarter for stroke in strokes}
    changes = [Stroke(span.start, 4.0, 0.85, _root(desk, span.start)) for span in desk.chords if length == 1.0]
    strokes += [stroke for stroke in changes if stroke.quarter not in starts]
    return _mono(desk, sorted(strokes), length)


def _root(desk: Desk, quarter: float) -> int:
    return nearest_pitch(chord_at(desk.chords, quarter).chord.root, desk.middle - 4, desk.low, desk.high)


def _up(desk: Desk, pitch: int | None) -> int:
    assert pitch is not None
    return pitch + 12 if pitch + 12 <= desk.high else pitch


def _ladder(desk: Desk, span: ChordSpan) -> list[int]:
    root = _root(desk, span.start)
    tones = [root + interval for interval in span.chord.intervals[:3]] + [root + 12]
    return [tone for tone in tones if tone <= desk.high] or [root]


def _approach(desk: Desk, target: int, before: float) -> int:
    """Return a note of the scale a step away from `target`, on the side of `before`."""
    steps = {(desk.plan.key.pitch_class + step) % 12 for step in desk.plan.key.scale.steps}
    side = 1 if before > target else -1
    near = next(target + side * distance for distance in (1, 2, 3) if (target + side * distance) % 12 in steps)
    return near if desk.low <= near <= desk.high else target


def _mono(desk: Desk, strokes: list[Stroke], length: float = 0.95) -> list[Stroke]:
    """Let each note end where the next begins, or its chord or the region does."""
    ends = [stroke.quarter for stroke in strokes[1:]] + [desk.plan.quarters]
    share = length * desk.player.spec.length
    done = []
    for stroke, end in zip(strokes, ends, strict=True):
        room = min(end, chord_at(desk.chords, stroke.quarter).end) - stroke.quarter
        if room > 1e-6:
            done.append(stroke._replace(length=min(stroke.length, room) * share))
    return done
