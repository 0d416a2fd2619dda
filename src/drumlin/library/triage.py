"""Keeping and rejecting sounds one after the other: two tags of which a sound has at most one.

They are tags like others, so that they are searched (`tag:rejected`) and sorted by (`--by triage`). Nothing happens to
the files until they are sorted.
"""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection

from .saying import Saying, say
from .tags import add_tag, find_tag

Verdict = Literal["kept", "rejected", "open"]

TRIAGE = "triage"
"""The tag of which `kept` and `rejected` are kinds."""

_COLOURS = {"kept": "#2e8b57", "rejected": "#b0413e"}

VERDICTS = (TRIAGE, *_COLOURS)
"""Tags that say what the user wants with a sound, not what it is: they teach nothing."""


def judge(connection: Connection, sample_ids: Sequence[int], verdict: Verdict) -> list[Saying]:
    """Keep or reject sounds, or leave them open again, and return what says it back.

    Raises:
        MissingError: there is no such sound.
    """
    if find_tag(connection, TRIAGE) is None:
        add_tag(connection, TRIAGE)
    for name, colour in _COLOURS.items():
        if find_tag(connection, name) is None:
            add_tag(connection, name, colour=colour, parent=TRIAGE)
    ids = tuple(sample_ids)
    return say(connection, [Saying(name, ids, "yes" if name == verdict else "open") for name in _COLOURS])
