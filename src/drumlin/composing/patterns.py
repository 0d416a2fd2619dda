"""Rhythms written as text, one sign a step: `x...x...x...x...` is a bar of four beats in sixteenths.

| sign | stroke |
|---|---|
| `X` | accent |
| `x` | plain |
| `o` | soft |
| `g` | ghost, the more likely the more energy there is |
| `?` | plain, the more likely the more energy there is |
| `.` | none |

Bars are parted by `|`; a bar is cut into as many equal steps as it has signs. `E5/8+2` is Euclid's rhythm: five strokes
spread over eight steps, turned by two.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

LEVELS = {"X": 1.0, "x": 0.8, "o": 0.58, "g": 0.34, "?": 0.7}
"""How hard each sign strikes, as a share of what the bar calls for."""

_EUCLID = re.compile(r"E(\d+)/(\d+)(?:\+(\d+))?")


@dataclass(frozen=True)
class Step:
    """A stroke that a pattern asks for.

    Args:
        place: where in the bar, from 0 up to 1.
        level: how hard, up to 1.
        is_certain: it is there whatever the energy.
    """

    place: float
    level: float
    is_certain: bool


@lru_cache(maxsize=4096)
def read_pattern(text: str) -> tuple[tuple[Step, ...], ...]:
    """Return the strokes of each bar of a pattern."""
    return tuple(_read_bar(_spelled(bar)) for bar in text.split("|"))


def check_pattern(text: str) -> None:
    """Refuse what is no pattern.

    Raises:
        ValueError: it holds another sign, or an empty bar.
    """
    for bar in text.split("|"):
        spelled = _spelled(bar)
        if not spelled or set(spelled) - set(LEVELS) - {"."}:
            raise ValueError(f"{text!r} is no pattern: bars of {' '.join((*LEVELS, '.'))} are expected, parted by |")


def euclid(strokes: int, steps: int, turned: int = 0) -> str:
    """Return Euclid's rhythm as a bar of signs.

    Example: `euclid(3, 8) == "x..x..x."`
    """
    bar = ["x" if (step * strokes) % steps < strokes else "." for step in range(steps)]
    return "".join(bar[(step + turned) % steps] for step in range(steps))


def rung(ladder: str | tuple[str, ...], energy: float) -> str:
    """Return what a ladder, from calm to busy, has at an energy from 0 to 1."""
    if isinstance(ladder, str):
        return ladder
    return ladder[min(int(energy * len(ladder)), len(ladder) - 1)]


def _spelled(bar: str) -> str:
    bar = bar.replace(" ", "")
    match = _EUCLID.fullmatch(bar)
    if not match:
        return bar
    strokes, steps, turned = (int(number or 0) for number in match.groups())
    return euclid(strokes, steps, turned) if 0 < strokes <= steps else ""


def _read_bar(bar: str) -> tuple[Step, ...]:
    return tuple(
        Step(index / len(bar), LEVELS[sign], sign not in "g?") for index, sign in enumerate(bar) if sign != "."
    )
