"""Figures of keys and plucked strings: chords struck, broken and strummed, their voices led."""

from .desk import Desk, Stroke
from .spans import chord_at, chord_index
from .voicing import nearest_pitch, voice_chords

STRUM_QUARTERS = 0.025
"""From one string to the next."""


def block(desk: Desk) -> list[Stroke]:
    """Chords where they change and in the middle of the bar."""
    return _struck(desk, "X.......o.......", "X..o..", 3.0)


def comp(desk: Desk) -> list[Stroke]:
    """Chords off the beat, as a pianist accompanies."""
    return _struck(desk, "x..x....?.x..o..|x.....x...x.?...", "x.ox.?|x..o.x", 0.9)


def stabs(desk: Desk) -> list[Stroke]:
    """Short chords ahead of the beat."""
    return _struck(desk, "x..x..x...x..x..", "x.xx.x", 0.35)


def skank(desk: Desk) -> list[Stroke]:
    """Short chords between the beats."""
    return _struck(desk, "..x...x...x...x.", "..x..x", 0.4)


def eighths(desk: Desk) -> list[Stroke]:
    """Full chords in eighths."""
    return _struck(desk, "X.o.x.o.x.o.x.o.", "XooXoo", 0.5)


def arpeggio(desk: Desk) -> list[Stroke]:
    """Chords broken in eighths, up and down."""
    return _broken(desk, "X.o.x.o.x.o.x.o.", "XooXoo", 2.0)


def arpeggio16(desk: Desk) -> list[Stroke]:
    """Chords broken in sixteenths, up and down."""
    return _broken(desk, "XoooxoooXoooxooo", "XoooooXooooo", 4.0)


def slow_arpeggio(desk: Desk) -> list[Stroke]:
    """Chords broken in quarters, each tone ringing on."""
    return [stroke._replace(length=2.5) for stroke in _broken(desk, "X...x...x...x...", "X..x..", 1.0)]


def alberti(desk: Desk) -> list[Stroke]:
    """Lowest, highest, middle, highest: in eighths."""
    strokes = []
    for quarter, level, voices, place in _steps(desk, "X.o.x.o.x.o.x.o.", "XooXoo", 2.0):
        order = (voices[0], voices[-1], voices[len(voices) // 2], voices[-1])
        strokes.append(Stroke(quarter, 0.5, level, order[place % 4]))
    return strokes


def ostinato(desk: Desk) -> list[Stroke]:
    """A figure of the chord in sixteenths with holes, the same in each bar."""
    holes = [desk.stream.chance(0.3) for _ in range(16)]
    order = [int(desk.stream.between(0, 4)) for _ in range(16)]
    strokes = []
    for quarter, level, voices, place in _steps(desk, "XoooxoooXoooxooo", "XoooooXooooo", 4.0):
        if not holes[place % 16] or place % 16 == 0:
            strokes.append(Stroke(quarter, 0.24, level, voices[order[place % 16] % len(voices)]))
    return strokes


def riff(desk: Desk) -> list[Stroke]:
    """Root and fifth of the chord, muted, in eighths: a guitar that drives."""
    strokes = []
    for _, quarter, level in desk.rhythm("X.x.x.x.X.x.x.x.", "XxxXxx"):
        root = nearest_pitch(chord_at(desk.chords, quarter).chord.root, desk.low + 5, desk.low, desk.high)
        strokes += [Stroke(quarter, 0.42, level, pitch) for pitch in (root, root + 7) if pitch <= desk.high]
    return strokes


def strum(desk: Desk) -> list[Stroke]:
    """Chords strummed down and up."""
    voiced = _voiced(desk)
    strokes = []
    for _, quarter, level in desk.rhythm("X...x.x...x.x.x.", "X.ox.o"):
        voices = voiced[chord_index(desk.chords, quarter)]
        is_down = round(2.0 * quarter) % 2 == 0
        strings = voices if is_down else voices[::-1][:3]
        strokes += [
            Stroke(quarter + place * STRUM_QUARTERS, 0.8, level * (1.0 - 0.04 * place), pitch)
            for place, pitch in enumerate(strings)
        ]
    return strokes


def fingerpick(desk: Desk) -> list[Stroke]:
    """Thumb on the lower strings on the beats, fingers on the upper ones between them."""
    strokes = []
    for quarter, level, voices, place in _steps(desk, "x.o.x.o.x.o.x.oo", "xoxooo", 2.0):
        is_thumb = place % 2 == 0
        lower, upper = voices[: max(1, len(voices) // 2)], voices[len(voices) // 2 :]
        pitch = lower[(place // 2) % len(lower)] if is_thumb else upper[(place // 2 + 1) % len(upper)]
        strokes.append(Stroke(quarter, 1.0 if is_thumb else 0.7, level if is_thumb else 0.9 * level, pitch))
    return strokes


def chime(desk: Desk) -> list[Stroke]:
    """A few high tones of the chord, far apart."""
    voiced = _voiced(desk)
    strokes = []
    for bar in desk.plan.bars:
        for beat in desk.plan.meter.beats:
            if beat < bar.length - 0.5 and desk.stream.chance(0.2 + 0.3 * desk.plan.descriptor.energy):
                quarter = bar.start + beat + desk.stream.pick((0.0, 0.5))
                voices = voiced[chord_index(desk.chords, quarter)]
                strokes.append(Stroke(quarter, 2.0, 0.7, voices[-1 - int(2 * desk.stream.unit())]))
    return strokes


def _voiced(desk: Desk) -> list[tuple[int, ...]]:
    return voice_chords(desk.chords, desk.low, desk.high)


def _steps(
    desk: Desk, simple: str, compound: str, per_quarter: float
) -> list[tuple[float, float, tuple[int, ...], int]]:
    """Return quarter, level, voices, and which step since the chord began, for each stroke of a rhythm."""
    voiced = _voiced(desk)
    steps = []
    for _, quarter, level in desk.rhythm(simple, compound):
        index = chord_index(desk.chords, quarter)
        steps.append((quarter, level, voiced[index], round(per_quarter * (quarter - desk.chords[index].start))))
    return steps


def _struck(desk: Desk, simple: str, compound: str, length: float) -> list[Stroke]:
    voiced = _voiced(desk)
    struck = list(desk.rhythm(simple, compound))
    starts = {quarter for _, quarter, _ in struck}
    times = [(quarter, level) for _, quarter, level in struck]
    times += [(span.start, 0.8) for span in desk.chords if span.start not in starts]
    strokes = []
    for quarter, level in sorted(times):
        index = chord_index(desk.chords, quarter)
        room = desk.chords[index].end - quarter
        strokes += [Stroke(quarter, min(length, room), level, pitch) for pitch in voiced[index]]
    return strokes


def _broken(desk: Desk, simple: str, compound: str, per_quarter: float) -> list[Stroke]:
    strokes = []
    for quarter, level, voices, place in _steps(desk, simple, compound, per_quarter):
        there_and_back = voices + voices[-2:0:-1]
        strokes.append(Stroke(quarter, 1.2 / per_quarter, level, there_and_back[place % len(there_and_back)]))
    return strokes
