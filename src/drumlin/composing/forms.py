"""Forms: which sections a region has, laid out over its phrases."""

from typing import Literal

Function = Literal["intro", "build", "climax", "break", "outro"]
"""What a section is there for."""

Form = tuple[Function, ...]
"""Sections in order; a region of many phrases has all of them, a short one fewer."""

USUAL_FORM: Form = ("intro", "build", "climax", "break", "climax", "outro")
"""The form of a descriptor that has none of its own."""

BUILD_SHARE = 0.2
"""Share of the phrases that builds take at most."""

_SHORT: dict[int, list[Function]] = {1: ["climax"], 2: ["intro", "climax"], 3: ["intro", "climax", "outro"]}


def check_form(form: Form) -> None:
    """Refuse a form without an intro before and an outro behind its climax.

    Raises:
        ValueError: it is none.
    """
    if form[:1] != ("intro",) or form[-1:] != ("outro",) or "climax" not in form:
        raise ValueError(f"{', '.join(form)}: an intro, a climax and at last an outro are expected")


def lay_out(form: Form, phrases: int) -> list[Function]:
    """Return the function of each phrase of a region with so many of them.

    Example: `lay_out(("intro", "climax", "outro"), 5) == ["intro", "climax", "climax", "climax", "outro"]`
    """
    if phrases in _SHORT:
        return list(_SHORT[phrases])
    sections = _shortened(list(form), phrases)
    lengths = [1] * len(sections)
    builds = [place for place, function in enumerate(sections) if function == "build"]
    climaxes = [place for place, function in enumerate(sections) if function == "climax"]
    spare = phrases - len(sections)
    for place in builds:
        lengths[place] += min(spare, max(0, round(BUILD_SHARE * phrases / len(builds)) - 1))
        spare = phrases - sum(lengths)
    for turn in range(spare):
        # The last climax is the longest.
        lengths[climaxes[-1 - turn % len(climaxes)]] += 1
    return [function for function, length in zip(sections, lengths, strict=True) for _ in range(length)]


def _shortened(sections: list[Function], phrases: int) -> list[Function]:
    """Return the sections that fit: breaks go first, with the climax behind them, then builds, then other climaxes."""
    while len(sections) > phrases and "break" in sections:
        place = sections.index("break")
        del sections[place : place + (2 if sections[place + 1] == "climax" else 1)]
    for function in ("build", "climax"):
        while len(sections) > phrases and sections.count(function) > (function == "climax"):
            sections.remove(function)
    return sections
