"""Small maps of planes for the report page: what each cell holds, by family, as SVG without any script."""

import html
from collections.abc import Mapping
from math import isqrt
from typing import Any

COLOURS = {
    "kick": "#d1495b",
    "snare": "#edae49",
    "rim": "#8d6a9f",
    "clap": "#f2cc8f",
    "closed hat": "#30b0c7",
    "open hat": "#5ad1a5",
    "cymbal": "#4d7ea8",
    "tom": "#9a6324",
    "percussion": "#a3a948",
}
"""Of the families; told apart by people who see few colours as well as by their names below."""

_EMPTY = "var(--line)"


def planes(rows: Mapping[str, Any]) -> str:
    """Return a map of the plane of each instrument, and what its colours mean."""
    figures, used = [], set()
    for name, row in rows.items():
        families = row.get("plane", {}).get("cells", {}).get("families", [])
        if families:
            used |= set(families) & set(COLOURS)
            figures.append(f"<figure><figcaption>{html.escape(name)}</figcaption>{draw_map(families)}</figure>")
    if not figures:
        return ""
    legend = "".join(
        f'<span class="key"><i style="background: {COLOURS[family]}"></i>{html.escape(family)}</span>'
        for family in COLOURS
        if family in used
    )
    empty = f'<span class="key"><i style="background: {_EMPTY}"></i>mixed or silent</span>'
    return f'<div class="gallery">{"".join(figures)}</div><p class="soft">{legend}{empty}</p>'


def draw_map(families: list[str]) -> str:
    """Return the cells of a plane, row by row from the bottom left, as SVG with the bottom row at the bottom."""
    side = isqrt(len(families))
    cells = "".join(
        f'<rect x="{at % side}" y="{side - 1 - at // side}" width="1" height="1" fill="{COLOURS.get(family, _EMPTY)}">'
        f"<title>{html.escape(family or 'mixed or silent')}</title></rect>"
        for at, family in enumerate(families)
    )
    return (
        f'<svg class="map" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" '
        f'role="img" aria-label="Families over the plane">{cells}</svg>'
    )
