"""Routes that make the file of a note; nothing is kept.

Programs ask for many sounds, and a small decoder is done sooner than the framework has solved a route's
dependencies. So the route that they use reads its body itself; schema, answers and errors are as everywhere.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import Json, ValidationError

from .deps import Services, WithServices, services_of
from .files import MEDIA_TYPES
from .instruments import InstrumentId
from .notes import read_note
from .schemas import NoteBody, SoundBody

NoteQuery = Annotated[Json[NoteBody], Query(description="The note, as JSON")]

_SOUND: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()}}
}


class SoundRoute(APIRoute):
    """A route whose body is a `SoundBody`, read without the framework's way through dependencies."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""

        async def handle(request: Request) -> Response:
            body = _read(request.headers.get("content-type", ""), await request.body())
            return await _answer(request.path_params["instrument_id"], body, services_of(request))

        return handle


async def make_sound(instrument_id: InstrumentId, body: SoundBody, services: WithServices) -> Response:
    """Make the file of a note, to download; nothing is kept."""
    return await _answer(instrument_id, body, services)


router = APIRouter(prefix="/api/instruments", tags=["instruments"])
router.add_api_route(
    "/{instrument_id}/sound",
    make_sound,
    methods=["POST"],
    responses=_SOUND,
    response_class=Response,
    route_class_override=SoundRoute,
)


@router.get("/{instrument_id}/sound.wav", responses=_SOUND, response_class=Response)
async def get_sound(instrument_id: InstrumentId, note: NoteQuery, services: WithServices) -> Response:
    """Make the WAV of a note that the address itself tells: what a sound that is dragged out of the page is."""
    return await _answer(instrument_id, SoundBody(note=note), services)


async def _answer(instrument_id: str, body: SoundBody, services: Services) -> Response:
    instrument = await services.player.instrument(instrument_id)
    file = await services.player.file(instrument, read_note(body.note), body.format)
    headers = {"Content-Disposition": f'attachment; filename="{file.stem}.{body.format}"'}
    return Response(file.data, media_type=MEDIA_TYPES[body.format], headers=headers)


def _read(kind: str, content: bytes) -> SoundBody:
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise RequestValidationError([_complaint((), f"application/json is expected, not {kind[:80]!r}")])
    try:
        return SoundBody.model_validate_json(content)
    except ValidationError as error:
        raise RequestValidationError([_complaint(item["loc"], item["msg"]) for item in error.errors()]) from error


def _complaint(place: tuple[int | str, ...], message: str) -> dict[str, Any]:
    return {"loc": ("body", *place), "msg": message}
