"""Edits of the study's grammar: one aspect of a region composed anew, or as in another region, or another tonic."""

from collections.abc import Mapping
from dataclasses import replace

from ..errors import TimelineError
from .study_schema import Edit, SetTonic
from .timeline import Region

ROLES: dict[str, tuple[str, ...]] = {"harmony": ("harmony",), "rhythm": ("drums", "bass")}
"""What an aspect is for the composer: chords, or who beats the time."""


def edited(region: Region, edit: Edit, known: Mapping[str, Region], path: str) -> Region:
    """Return a region after an edit.

    Args:
        region: before it.
        edit: of it.
        known: regions that came before, by id.
        path: of the edit in its document.
    Raises:
        TimelineError: the source is no region before it, or a tonic was to be copied.
    """
    if isinstance(edit.type, SetTonic):
        if edit.source_id is not None:
            raise TimelineError(f"{path}.source_id: got {edit.source_id!r}, expected none beside set_tonic")
        return replace(region, tonic=edit.type.set_tonic)
    roles = ROLES[edit.type]
    if edit.source_id is None:
        return replace(region, takes={**region.takes, **{role: region.takes.get(role, 0) + 1 for role in roles}})
    source = known.get(str(edit.source_id))
    if source is None:
        raise TimelineError(f"{path}.source_id: got {edit.source_id!r}, expected the id of a region before it")
    owners = {role: source.borrows.get(role) or source.like or source.id for role in roles}
    takes = {role: take for role, take in region.takes.items() if role not in roles}
    takes |= {role: source.takes[role] for role in roles if role in source.takes}
    return replace(region, borrows={**region.borrows, **owners}, takes=takes)
