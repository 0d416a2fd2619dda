"""Tables of the report page: which number stands in which column, and how it is written.

A value is a number, or a number with its interval (`value`, `low`, `high`); what was not measured is a dash.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .bench import REAL

Better = Literal["low", "high", ""]

MISSING, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"

_WHISKER = (120, 10)  # pixels


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Args:
        path: where the number stands in a row of the report.
        title: its words.
        unit: below the title, with what is better.
        digits: behind the point.
        better: which end is good; empty if neither.
        percent: the number is a share and is written in per cent.
        whisker: draw the interval.
    """

    path: tuple[str, ...]
    title: str
    unit: str = ""
    digits: int = 2
    better: Better = ""
    percent: bool = False
    whisker: bool = False


def table(rows: Mapping[str, Any], columns: Sequence[Column], *, compare: bool = True) -> str:
    """Return the HTML of a table with a line per system; columns and lines without any number are left out.

    Args:
        rows: content by name.
        columns: of the table.
        compare: mark the best instrument of each column.
    """
    used = [column for column in columns if any(look_up(row, column.path) is not None for row in rows.values())]
    named = {name: row for name, row in rows.items() if any(look_up(row, one.path) is not None for one in used)}
    if not used:
        return '<p class="soft">Not measured.</p>'
    head = "".join(_head(column) for column in used)
    lines = "".join(_line(name, row, named, used, compare) for name, row in named.items())
    return f'<div class="wide"><table><thead><tr><th></th>{head}</tr></thead><tbody>{lines}</tbody></table></div>'


def look_up(content: Any, path: Sequence[str]) -> Any:
    """Return what stands at a path, or None where there is nothing."""
    for key in path:
        content = content.get(key) if isinstance(content, Mapping) else None
    return content


def number_of(value: Any) -> float | None:
    """Return a value without its interval."""
    return number_of(value.get("value")) if isinstance(value, Mapping) else value


def written(value: Any, column: Column) -> str:
    """Return a value as HTML: the number, and below it its interval."""
    number = number_of(value)
    if number is None:
        return MISSING
    if not isinstance(value, Mapping):
        return figure(number, column)
    return f"{figure(number, column)}<small>{figure(value['low'], column)} … {figure(value['high'], column)}</small>"


def _head(column: Column) -> str:
    unit = " ".join(filter(None, (column.unit, "%" if column.percent else "", _ARROWS[column.better])))
    return f"<th>{html.escape(column.title)}<small>{html.escape(unit)}</small></th>"


_ARROWS: dict[Better, str] = {"low": "\N{DOWNWARDS ARROW}", "high": "\N{UPWARDS ARROW}", "": ""}


def _line(name: str, row: Any, rows: Mapping[str, Any], columns: Sequence[Column], compare: bool) -> str:
    cells = "".join(_cell(name, row, rows, column, compare) for column in columns)
    kind = ' class="real"' if name == REAL else ""
    return f'<tr{kind}><th scope="row">{html.escape(name)}</th>{cells}</tr>'


def _cell(name: str, row: Any, rows: Mapping[str, Any], column: Column, compare: bool) -> str:
    value = look_up(row, column.path)
    best = ' class="best"' if compare and name in _best(rows, column) else ""
    values = [look_up(other, column.path) for other in rows.values()]
    return f"<td{best}>{written(value, column)}{_whisker(value, values) if column.whisker else ''}</td>"


def _best(rows: Mapping[str, Any], column: Column) -> list[str]:
    """Return the instruments with the best number, where there are several to compare."""
    numbers = {name: number_of(look_up(row, column.path)) for name, row in rows.items() if name != REAL}
    known = {name: number for name, number in numbers.items() if number is not None}
    if not column.better or len(known) < 2:
        return []
    target = min(known.values()) if column.better == "low" else max(known.values())
    return [name for name, number in known.items() if number == target]


def figure(number: float, column: Column) -> str:
    """Return a number as text, in the digits of its column."""
    shown = 100.0 * number if column.percent else number
    text = f"{shown:.{column.digits}f}"
    return (text.lstrip("-") if float(text) == 0 else text).replace("-", MINUS)


def _whisker(value: Any, values: Sequence[Any]) -> str:
    """Return a small drawing of an interval on the scale of its column."""
    if not isinstance(value, Mapping):
        return ""
    known = [one for one in values if isinstance(one, Mapping)]
    low, high = min(0.0, *(one["low"] for one in known)), max(0.0, *(one["high"] for one in known))
    width, height = _WHISKER

    def at(number: float) -> str:
        return f"{4 + (width - 8) * (number - low) / max(high - low, 1e-12):.1f}"

    middle = height / 2
    return (
        f'<svg class="whisker" width="{width}" height="{height}" aria-hidden="true">'
        f'<line class="zero" x1="{at(0.0)}" x2="{at(0.0)}" y1="0" y2="{height}"/>'
        f'<line x1="{at(value["low"])}" x2="{at(value["high"])}" y1="{middle}" y2="{middle}"/>'
        f'<circle cx="{at(value["value"])}" cy="{middle}" r="3"/></svg>'
    )
