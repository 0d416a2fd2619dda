"""Routes of the instruments: list, describe, locate a dropped sound, make a file to download."""

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Json

from ..exporting import locate_sound, read_provenance
from ..instrument import Instrument, Note
from ..workspace import Entry
from .deps import Services, WithServices
from .files import MEDIA_TYPES
from .schemas import (
    InstrumentAnswer,
    InstrumentSummary,
    LocationAnswer,
    NoteBody,
    PointModel,
    SoundBody,
)
from .state import parameter_model
from .uploads import read_upload

router = APIRouter(prefix="/api/instruments", tags=["instruments"])

InstrumentId = Annotated[str, Path(max_length=80)]
NoteQuery = Annotated[Json[NoteBody], Query(description="The note, as JSON")]

_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
_SOUND: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()}}
}


@router.get("")
def list_instruments(services: WithServices) -> list[InstrumentSummary]:
    """List the instruments: the built-in one first, what is being learned last."""
    return [_summary(entry) for entry in services.shelf.entries()]


@router.get("/{instrument_id}")
def get_instrument(instrument_id: InstrumentId, services: WithServices) -> InstrumentAnswer:
    """Describe an instrument, with all its training samples as points of the pad."""
    entry = services.shelf.entry(instrument_id)
    instrument = services.shelf.load(instrument_id)
    return InstrumentAnswer(
        id=entry.id,
        name=entry.name,
        recipe=entry.recipe,
        builtin=entry.is_builtin,
        learning=entry.is_learning,
        revision=entry.revision,
        sample_rate=instrument.sample_rate,
        length=instrument.length,
        latent_size=instrument.latent_size,
        has_encoder=instrument.has_encoder,
        controls=[parameter_model(parameter) for parameter in instrument.controls],
        classes=list(instrument.classes),
        points=_points(instrument),
        provenance=dict(instrument.manifest.provenance),
    )


@router.post("/{instrument_id}/locate", openapi_extra=_UPLOAD)
async def locate(instrument_id: InstrumentId, request: Request, services: WithServices) -> LocationAnswer:
    """Find where a dropped sound lies in the instrument."""
    instrument = await services.player.instrument(instrument_id)
    data = await read_upload(request, services.policy.upload_limit)
    return await _locate(services, instrument, data)


@router.post("/{instrument_id}/sound", responses=_SOUND, response_class=Response)
async def make_sound(instrument_id: InstrumentId, body: SoundBody, services: WithServices) -> Response:
    """Make the file of a note, to download; nothing is kept."""
    instrument = await services.player.instrument(instrument_id)
    note = Note.from_dict(body.note.model_dump())
    file = await services.player.file(instrument, note, body.format)
    headers = {"Content-Disposition": f'attachment; filename="{file.stem}.{body.format}"'}
    return Response(file.data, media_type=MEDIA_TYPES[body.format], headers=headers)


@router.get("/{instrument_id}/sound.wav", responses=_SOUND, response_class=Response)
async def get_sound(instrument_id: InstrumentId, note: NoteQuery, services: WithServices) -> Response:
    """Make the WAV of a note that the address itself tells: what a sound that is dragged out of the page is."""
    return await make_sound(instrument_id, SoundBody(note=note), services)


async def _locate(services: Services, instrument: Instrument, data: bytes) -> LocationAnswer:
    waveform, sample_rate = await services.decoder.decode(data)
    provenance = read_provenance(data)
    location = await anyio.to_thread.run_sync(locate_sound, instrument, waveform, sample_rate, provenance)
    return LocationAnswer.model_validate(location.to_dict())


def _summary(entry: Entry) -> InstrumentSummary:
    return InstrumentSummary(
        id=entry.id,
        name=entry.name,
        recipe=entry.recipe,
        builtin=entry.is_builtin,
        learning=entry.is_learning,
        revision=entry.revision,
        error=entry.error,
    )


def _points(instrument: Instrument) -> list[PointModel]:
    points = instrument.points
    names = points.names or ("",) * len(points)
    rows = zip(points.places.tolist(), points.labels, names, strict=True)
    return [PointModel(x=round(x, 4), y=round(y, 4), label=label, name=name) for (x, y), label, name in rows]
