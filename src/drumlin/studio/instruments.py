"""Routes of the instruments: list, describe, locate a dropped sound."""

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Path, Request

from ..exporting import locate_sound, read_provenance
from ..instrument import Instrument
from ..workspace import Entry
from .deps import WithServices
from .schemas import (
    InstrumentAnswer,
    InstrumentSummary,
    LocationAnswer,
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
    """Find where a dropped sound lies in the instrument."""
    instrument = await services.player.instrument(instrument_id)
    data = await read_upload(request, services.policy.upload_limit)
    waveform, sample_rate = await services.decoder.decode(data)
    provenance = read_provenance(data)
    location = await anyio.to_thread.run_sync(locate_sound, instrument, waveform, sample_rate, provenance)
    return LocationAnswer.model_validate(location.to_dict())


def summary_of(entry: Entry) -> InstrumentSummary:
    """Return the line of the list that tells of an instrument."""
    return InstrumentSummary(**_head(entry), error=entry.error)


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
