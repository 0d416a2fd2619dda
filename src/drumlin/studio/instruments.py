"""Routes of the instruments: list, describe, locate a dropped sound."""

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Path, Request

from ..errors import DrumlinError
from ..exporting import Provenance, locate_sound, read_provenance
from ..instrument import Instrument, Residual
from ..workspace import Entry
from .deps import Services, WithServices
from .notes import MixedNote, note_body, read_note
from .schemas import (
    InstrumentAnswer,
    InstrumentSummary,
    LocationAnswer,
    MorphBody,
    NoteBody,
    PointModel,
)
from .state import parameter_model
from .uploads import read_upload

router = APIRouter(prefix="/api/instruments", tags=["instruments"])

InstrumentId = Annotated[str, Path(max_length=80)]

UPLOAD: dict[str, Any] = {
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
"""What the schema says of a route that takes a sound."""


@router.get("")
def list_instruments(services: WithServices) -> list[InstrumentSummary]:
    """List the instruments: the built-in one first, what is being learned last."""
    return [summary_of(entry) for entry in services.shelf.entries()]


@router.get("/{instrument_id}")
def get_instrument(instrument_id: InstrumentId, services: WithServices) -> InstrumentAnswer:
    """Describe an instrument, with all its training samples as points of the pad."""
    entry = services.shelf.entry(instrument_id)
    instrument = services.shelf.load(instrument_id)
    if services.studio is not None:
        services.studio.readying.begin(instrument)
    return InstrumentAnswer(
        **_head(entry),
        sample_rate=instrument.sample_rate,
        length=instrument.length,
        latent_size=instrument.latent_size,
        has_encoder=instrument.has_encoder,
        controls=[parameter_model(parameter) for parameter in instrument.controls],
        classes=list(instrument.classes),
        points=_points(instrument),
        provenance=dict(instrument.manifest.provenance),
    )


@router.post("/{instrument_id}/locate", openapi_extra=UPLOAD)
async def locate(instrument_id: InstrumentId, request: Request, services: WithServices) -> LocationAnswer:
    """Find where a dropped sound lies in the instrument; the studio remembers it, so that it can be mixed back."""
    instrument = await services.player.instrument(instrument_id)
    data = await read_upload(request, services.policy.upload_limit)
    waveform, sample_rate = await services.decoder.decode(data)
    provenance = read_provenance(data)
    residual = await anyio.to_thread.run_sync(_mixed_back, services, instrument, provenance)
    location = await anyio.to_thread.run_sync(locate_sound, instrument, waveform, sample_rate, provenance, residual)
    record = residual.record if residual is not None and location.restored else None
    content = location.to_dict() | {"note": note_body(MixedNote(location.note, record))}
    content["sound"] = services.studio.residuals.remember(waveform, sample_rate) if services.studio else ""
    content["residual_missing"] = residual is None and _mixes_back(provenance, instrument)
    return LocationAnswer.model_validate(content)


@router.post("/{instrument_id}/morph")
async def morph(instrument_id: InstrumentId, body: MorphBody, services: WithServices) -> NoteBody:
    """Tell the note at a place between four."""
    corners = [read_note(corner) for corner in body.corners]
    return note_body(await services.player.morph(instrument_id, corners, body.u, body.v))


def summary_of(entry: Entry) -> InstrumentSummary:
    """Return the line of the list that tells of an instrument."""
    return InstrumentSummary(**_head(entry), error=entry.error)


def _mixed_back(services: Services, instrument: Instrument, provenance: Provenance | None) -> Residual | None:
    """Return what a file of this instrument says was mixed back, as far as the dropped sound is known."""
    if provenance is None or provenance.residual is None or not _mixes_back(provenance, instrument):
        return None
    if services.studio is None:
        return None
    try:
        return services.studio.residuals.residual(instrument, provenance.residual)
    except DrumlinError:  # not known, or a record that does not fit
        return None


def _mixes_back(provenance: Provenance | None, instrument: Instrument) -> bool:
    is_own = provenance is not None and provenance.instrument == instrument.sha256
    return provenance is not None and is_own and provenance.residual is not None


def _head(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "recipe": entry.recipe,
        "builtin": entry.is_builtin,
        "learning": entry.is_learning,
        "revision": entry.revision,
    }


def _points(instrument: Instrument) -> list[PointModel]:
    points = instrument.points
    names = points.names or ("",) * len(points)
    rows = zip(points.places.tolist(), points.labels, names, strict=True)
    return [PointModel(x=round(x, 4), y=round(y, 4), label=label, name=name) for (x, y), label, name in rows]
