"""What somebody is asked to say so that their voice can be scored: kinds of drums that the library has, in turn."""

from dataclasses import dataclass

from sqlalchemy import select

from .library import Library
from .tables import assignments, samples
from .tags import find_tag, with_kinds

EACH = 5
"""Times that each kind is asked for."""

KINDS = 4
"""Kinds that are asked for: twenty imitations in all."""

_SYLLABLES = {
    "kick": "boom",
    "snare": "ka",
    "closed hat": "ts",
    "open hat": "tss",
    "tom": "dom",
    "rim": "tok",
    "clap": "psh",
    "cymbal": "tsh",
    "hat": "ts",
}
"""What people say for a tag, those first that are asked for first; the classes of the mouth, and where these have no
sounds, what is heard as one of them."""

_INSTEAD = {"clap": ("snare",), "cymbal": ("open hat",), "hat": ("closed hat", "open hat")}


@dataclass(frozen=True)
class Prompt:
    """A kind to be said.

    Args:
        tag: of the library.
        syllable: what people say for it; anything else does as well.
        sounds: how many sounds of the library have it.
    """

    tag: str
    syllable: str
    sounds: int


def prompts(library: Library) -> list[Prompt]:
    """Return up to `KINDS` kinds that the library has sounds of, by the user's word, as imported or as suggested."""
    counts = _counts(library)
    found = [
        Prompt(tag, syllable, counts[tag])
        for tag, syllable in _SYLLABLES.items()
        if counts[tag] and not any(counts[one] for one in _INSTEAD.get(tag, ()))
    ]
    return found[:KINDS]


def _counts(library: Library) -> dict[str, int]:
    """Return how many one-shots have each tag or a kind of it."""
    counts: dict[str, int] = {}
    there = ~samples.c.is_missing & ~samples.c.is_loop & ~samples.c.is_silent
    with library.catalogue.read() as connection:
        for tag in _SYLLABLES:
            number = find_tag(connection, tag)
            kinds = sorted(with_kinds(connection, number)) if number is not None else []
            query = select(assignments.c.sample_id, assignments.c.origin, assignments.c.confidence)
            query = query.join(samples, samples.c.id == assignments.c.sample_id).where(there)
            rows = connection.execute(query.where(assignments.c.tag_id.in_(kinds))).all()
            denied = {row[0] for row in rows if row[1] == "user" and row[2] <= 0}
            counts[tag] = len({row[0] for row in rows if row[2] > 0} - denied)
    return counts
