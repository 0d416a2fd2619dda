"""A scatter of training sounds on the plane, as an SVG of plain circles.

Shapes: M sounds.
"""

from collections.abc import Sequence
from html import escape

from ..units import Array

SIZE, MARGIN, RADIUS = 360, 16, 3


def scatter_svg(places: Array, groups: Sequence[int], title: str) -> str:
    """Return an SVG with a dot for each place.

    Args:
        places: (M, 2) in [-1, 1]; y points up.
        groups: a number for each; equal ones share a colour.
        title: read out by a screen reader.
    """
    dots = "".join(_dot(x, y, group) for (x, y), group in zip(places.tolist(), groups, strict=True))
    frame = f'<rect x="{MARGIN}" y="{MARGIN}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#888"/>'
    whole = SIZE + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" width="{whole}" role="img">'
        f"<title>{escape(title)}</title>{frame}{dots}</svg>\n"
    )


def _dot(x: float, y: float, group: int) -> str:
    left, top = MARGIN + (x + 1.0) / 2.0 * SIZE, MARGIN + (1.0 - y) / 2.0 * SIZE
    hue = group * 137.5 % 360  # the golden angle keeps neighbours in number apart in colour
    return f'<circle cx="{left:.1f}" cy="{top:.1f}" r="{RADIUS}" fill="hsl({hue:.0f} 60% 50%)" fill-opacity="0.7"/>'
