"""Figures of pads: chords held, their voices led."""

from .desk import Desk, Stroke
from .spans import ChordSpan, chord_index
from .voicing import voice_chords


def sustain(desk: Desk) -> list[Stroke]:
    """Each chord held as long as it stands."""
    return [Stroke(span.start, span.length, 0.8, pitch) for span, voices in _voiced(desk) for pitch in voices]


def swell(desk: Desk) -> list[Stroke]:
    """Chords whose voices come in one after the other, from below."""
    strokes = []
    for span, voices in _voiced(desk):
        step = min(0.5, span.length / (2.0 * len(voices)))
        for place, pitch in enumerate(voices):
            strokes.append(Stroke(span.start + place * step, span.length - place * step, 0.62 + 0.05 * place, pitch))
    return strokes


def breathe(desk: Desk) -> list[Stroke]:
    """Chords struck anew with each bar and let go before it ends."""
    strokes = []
    for span, voices in _voiced(desk):
        bars = [bar for bar in desk.plan.bars if bar.start < span.end - 1e-6 and bar.end > span.start + 1e-6]
        for bar in bars:
            start, end = max(bar.start, span.start), min(bar.end, span.end)
            strokes += [Stroke(start, 0.85 * (end - start), 0.75, pitch) for pitch in voices]
    return strokes


def pulse8(desk: Desk) -> list[Stroke]:
    """Chords in short eighths, accents where beats are."""
    return _pulsed(desk, "X.o.x.o.x.o.x.o.", "XooXoo", 0.4)


def pulse16(desk: Desk) -> list[Stroke]:
    """Chords in sixteenths: strings that drive."""
    return _pulsed(desk, "XoooxoooXoooxooo", "XoooooXooooo", 0.22)


def ostinato(desk: Desk) -> list[Stroke]:
    """The upper two voices in turn, in eighths: strings that wait."""
    voiced = _voiced(desk)
    strokes = []
    for _, quarter, level in desk.rhythm("X.o.x.o.x.o.x.o.", "XooXoo"):
        span, voices = voiced[chord_index(desk.chords, quarter)]
        order = (voices[-1], voices[0], voices[len(voices) // 2], voices[0])
        strokes.append(Stroke(quarter, 0.42, level, order[round(2.0 * (quarter - span.start)) % 4]))
    return strokes


def _voiced(desk: Desk) -> list[tuple[ChordSpan, tuple[int, ...]]]:
    return list(zip(desk.chords, voice_chords(desk.chords, desk.low, desk.high), strict=True))


def _pulsed(desk: Desk, simple: str, compound: str, length: float) -> list[Stroke]:
    voiced = _voiced(desk)
    return [
        Stroke(quarter, length, level, pitch)
        for _, quarter, level in desk.rhythm(simple, compound)
        for pitch in voiced[chord_index(desk.chords, quarter)][1]
    ]
