"""The route that looks for a nearer place of a dropped sound; only the studio has it, as each takes ten seconds."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from ..instrument import Note
from ..units import Waveform
from .deps import WithServices, WithStudio
from .instruments import UPLOAD, InstrumentId
from .notes import plain_note
from .schemas import RefinementAnswer
from .sounds import NoteQuery
from .uploads import read_upload

router = APIRouter(prefix="/api/instruments", tags=["instruments"])


@dataclass(frozen=True)
class _Dropped:
    path: Path
    sha256: str
    note: Note
    waveform: Waveform
    sample_rate: int


async def _dropped(instrument_id: InstrumentId, note: NoteQuery, request: Request, services: WithServices) -> _Dropped:
    """Read all that may be refused, before the answer begins."""
    instrument = await services.player.instrument(instrument_id)
    start = plain_note(note)
    data = await read_upload(request, services.policy.upload_limit)
    waveform, sample_rate = await services.decoder.decode(data)
    return _Dropped(services.shelf.entry(instrument_id).path, instrument.sha256, start, waveform, sample_rate)


@router.post("/{instrument_id}/refine", openapi_extra=UPLOAD)
async def refine(
    dropped: Annotated[_Dropped, Depends(_dropped)], studio: WithStudio
) -> AsyncIterator[RefinementAnswer]:
    """Look around the note that `locate` found for a nearer one, for ten seconds at most: a line whenever it is nearer.

    The last line has the place; without one the search was ended, by a newer one or with the server. Whoever hangs up
    ends it.
    """
    steps = studio.searches.refine(dropped.path, dropped.sha256, dropped.note, dropped.waveform, dropped.sample_rate)
    async with aclosing(steps):
        async for step in steps:
            yield step
