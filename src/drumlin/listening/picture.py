"""A track as a picture: its form in colours, keys and confidence below, tempo over time, bars. An SVG, no libraries."""

from xml.sax.saxutils import escape

from .heard import Heard

WIDTH, MARGIN, TOP = 1000, 60, 64
COLOURS = ("#4f7cac", "#c96f4a", "#6a994e", "#9d6bb3", "#c2a83e", "#4aa3a2", "#b5577a", "#7a7a7a")
"""One for each letter; from the ninth on they come again."""

_BAND, _CURVE = 70, 110  # heights of the form and of the tempo, pixels
_FONT = "font-family='system-ui, sans-serif'"


def draw_heard(heard: Heard, title: str = "") -> str:
    """Return what was heard as SVG text, 1000 pixels wide."""
    height = TOP + _BAND + 60 + _CURVE + 60
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' viewBox='0 0 {WIDTH} {height}'>",
        f"<rect width='{WIDTH}' height='{height}' fill='#fbfaf7'/>",
        _text(MARGIN, 26, title or "Heard", 18, "#222", "start"),
        _text(MARGIN, 48, _summary(heard), 13, "#555", "start"),
        *_form(heard, TOP),
        *_tempo(heard, TOP + _BAND + 60),
        *_seconds(heard, height - 18),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _summary(heard: Heard) -> str:
    readings = ", ".join(f"{reading.bpm:.1f} ({reading.probability:.0%})" for reading in heard.tempo)
    key = f"{heard.key.name} ({heard.key.confidence:.0%})"
    return f"{readings} BPM, octave {heard.octave_confidence:.0%}   {heard.meter}   {key}   {heard.form}"


def _form(heard: Heard, top: int) -> list[str]:
    """Return the segments; a boundary's line is as strong as its confidence; ticks are downbeats."""
    letters = sorted(set(heard.form))
    parts = []
    for segment in heard.segments:
        left, right = _x(heard, segment.start_s), _x(heard, segment.end_s)
        colour = COLOURS[letters.index(segment.letter) % len(COLOURS)]
        parts.append(
            f"<rect x='{left:.1f}' y='{top}' width='{right - left:.1f}' height='{_BAND}' "
            f"fill='{colour}' fill-opacity='0.8'/>"
        )
        parts.append(
            f"<line x1='{left:.1f}' x2='{left:.1f}' y1='{top}' y2='{top + _BAND}' stroke='#111' stroke-width='2' "
            f"stroke-opacity='{segment.boundary_confidence:.2f}'/>"
        )
        middle = (left + right) / 2
        parts.append(_text(middle, top + 42, segment.letter, 22, "#fff", "middle"))
        if right - left > 44:
            parts.append(_text(middle, top + _BAND + 30, segment.key.name, 11, "#333", "middle"))
            parts.append(_text(middle, top + _BAND + 44, f"{segment.boundary_confidence:.0%}", 10, "#888", "middle"))
    ticks = "".join(f"M{_x(heard, time_s):.1f} {top + _BAND + 4}v8" for time_s in heard.downbeats_s)
    return [*parts, f"<path d='{ticks}' stroke='#999' stroke-width='1'/>"]


def _tempo(heard: Heard, top: int) -> list[str]:
    """Return the path of the tempo, and the windows' own first readings as dots that fade with their doubt."""
    readings = [window.tempo_bpm for window in heard.windows] + [window.tempo[0].bpm for window in heard.windows]
    low, high = 0.9 * min(readings), 1.1 * max(readings)

    def y(bpm: float) -> float:
        return top + _CURVE * (1 - (bpm - low) / (high - low))

    places = [(_x(heard, (window.start_s + window.end_s) / 2), window) for window in heard.windows]
    dots = [
        f"<circle cx='{x:.1f}' cy='{y(window.tempo[0].bpm):.1f}' r='3' fill='#c96f4a' "
        f"fill-opacity='{max(0.15, window.tempo[0].probability):.2f}'/>"
        for x, window in places
    ]
    path = " ".join(f"{x:.1f},{y(window.tempo_bpm):.1f}" for x, window in places)
    marks = [
        _text(MARGIN - 8, y(bpm) + 4, f"{bpm:.0f}", 11, "#555", "end") for bpm in sorted({round(low), round(high)})
    ]
    frame = f"<rect x='{MARGIN}' y='{top}' width='{WIDTH - 2 * MARGIN}' height='{_CURVE}' fill='none' stroke='#ddd'/>"
    return [frame, *dots, f"<polyline points='{path}' fill='none' stroke='#222' stroke-width='1.5'/>", *marks]


def _seconds(heard: Heard, y: int) -> list[str]:
    step = next((step for step in (1, 2, 5, 10, 20, 30, 60, 120, 300) if heard.duration_s / step <= 12), 600)
    times = range(0, int(heard.duration_s) + 1, step)
    return [_text(_x(heard, time_s), y, f"{time_s // 60}:{time_s % 60:02d}", 11, "#555", "middle") for time_s in times]


def _x(heard: Heard, time_s: float) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * min(1.0, time_s / max(heard.duration_s, 1e-6))


def _text(x: float, y: float, words: str, size: int, colour: str, anchor: str) -> str:
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' {_FONT} fill='{colour}' text-anchor='{anchor}'>"
        f"{escape(words)}</text>"
    )
