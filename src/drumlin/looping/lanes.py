"""A piece as two lanes of a picture: the regions that were asked for, and what was heard in each."""

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

WIDTH, LANE = 620, 26  # pixels
RIGHT, NEAR, WRONG = "#5d9b6b", "#c2a83e", "#bf6350"
"""The whole descriptor was heard; its genre was; neither."""

_LETTER = 6.6  # pixels of a letter of the font at its size


def draw_lanes(trial: Mapping[str, Any]) -> str:
    """Return a piece of a report as SVG text: the request above, what was heard below."""
    total_s = max(trial["duration_s"], 1e-6)
    parts = []
    for region in trial["regions"]:
        left = WIDTH * region["start_s"] / total_s
        width = max(1.0, WIDTH * (region["end_s"] - region["start_s"]) / total_s - 1.0)
        parts.append(_block(left, 0, width, "#7a828c", region["asked"]["descriptor"]))
        parts.append(_block(left, LANE + 2, width, _colour(region), region["heard"]["descriptor"]))
    words = "; ".join(
        f"{one['asked']['descriptor']}, heard as {one['heard']['descriptor']}" for one in trial["regions"]
    )
    return (
        f'<svg width="{WIDTH}" height="{2 * LANE + 2}" viewBox="0 0 {WIDTH} {2 * LANE + 2}" role="img" '
        f'style="max-width:100%" aria-label="{escape(words, {chr(34): "&quot;"})}">{"".join(parts)}</svg>'
    )


def _colour(region: Mapping[str, Any]) -> str:
    if region["agrees"]["descriptor"]:
        return RIGHT
    return NEAR if region["agrees"]["genre"] else WRONG


def _block(left: float, top: float, width: float, colour: str, words: str) -> str:
    shown = words if len(words) * _LETTER < width - 8 else ""
    return (
        f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{LANE}" rx="3" fill="{colour}">'
        f"<title>{escape(words)}</title></rect>"
        f'<text x="{left + 5:.1f}" y="{top + 17}" font-size="12" font-family="system-ui, sans-serif" fill="#fff">'
        f"{escape(shown)}</text>"
    )
