"""Routes of pieces: a track or a length goes in, a timeline is mended, a new piece comes out."""

from pathlib import PurePath
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import FileResponse, Response

from ..errors import UsageError
from ..workspace import Workspace
from .deps import WithStudio
from .piece_answers import styles_answer
from .piece_schemas import (
    KeepPieceBody,
    KeptPieceAnswer,
    NewPieceBody,
    PieceAnswer,
    PieceBody,
    PieceSummary,
    RenderBody,
    StylesAnswer,
)

router = APIRouter(prefix="/api", tags=["pieces"])

PieceId = Annotated[str, Path(max_length=80)]
RenderId = Annotated[str, Path(max_length=80)]

_TRACK: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/styles")
def list_styles(studio: WithStudio) -> StylesAnswer:
    """List what a timeline can name."""
    return styles_answer()


@router.get("/pieces")
def list_pieces(studio: WithStudio) -> list[PieceSummary]:
    """List the pieces, newest first."""
    return studio.pieces.all()


@router.post("/pieces", status_code=201)
def begin_piece(body: NewPieceBody, studio: WithStudio) -> PieceAnswer:
    """Make a piece of a length and a descriptor."""
    return studio.pieces.begin(body)


@router.post("/pieces/track", status_code=201, openapi_extra=_TRACK)
async def begin_with_track(
    request: Request, studio: WithStudio, name: Annotated[str, Query(max_length=255)] = ""
) -> PieceAnswer:
    """Make a piece of a track, the body as it is, and begin to hear it."""
    piece_id = await _received(request, studio.workspace, PurePath(name).stem)
    return await anyio.to_thread.run_sync(studio.pieces.hear, piece_id)


@router.get("/pieces/{piece_id}")
def get_piece(piece_id: PieceId, studio: WithStudio) -> PieceAnswer:
    """Describe a piece: what was heard, what is asked for, what came out."""
    return studio.pieces.answer(piece_id)


@router.put("/pieces/{piece_id}")
def write_piece(piece_id: PieceId, body: PieceBody, studio: WithStudio) -> PieceAnswer:
    """Replace what is asked for; what is left open is decided, and told."""
    return studio.pieces.write(piece_id, body)


@router.delete("/pieces/{piece_id}", status_code=204)
def delete_piece(piece_id: PieceId, studio: WithStudio) -> Response:
    """Delete a piece; `undo` brings it back."""
    studio.pieces.delete(piece_id)
    return Response(status_code=204)


@router.post("/pieces/{piece_id}/hear")
def hear_piece(piece_id: PieceId, studio: WithStudio) -> PieceAnswer:
    """Hear the track once more: after it was given up, for instance."""
    return studio.pieces.hear(piece_id)


@router.post("/pieces/{piece_id}/render")
def render_piece(piece_id: PieceId, body: RenderBody, studio: WithStudio) -> PieceAnswer:
    """Render what is asked for; `piece` events tell how that goes."""
    return studio.pieces.render(piece_id, stems=body.stems)


@router.post("/pieces/{piece_id}/cancel")
def cancel_piece(piece_id: PieceId, studio: WithStudio) -> PieceAnswer:
    """Give up hearing or rendering."""
    return studio.pieces.cancel(piece_id)


@router.post("/pieces/{piece_id}/keep")
def keep_piece(piece_id: PieceId, body: KeepPieceBody, studio: WithStudio) -> KeptPieceAnswer:
    """Copy the latest render into the crate, as WAV, stems and MIDI as wanted; `undo` takes it back."""
    folder = studio.pieces.keep(piece_id, body.model_dump())
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return KeptPieceAnswer(name=folder.name, folder=str(folder), files=files)


@router.get("/pieces/{piece_id}/reference.flac", response_class=FileResponse)
def get_reference(piece_id: PieceId, studio: WithStudio) -> FileResponse:
    """Send the track of a piece."""
    return FileResponse(studio.workspace.pieces.piece(piece_id).reference, media_type="audio/flac")


@router.get("/pieces/{piece_id}/renders/{render_id}/piece.wav", response_class=FileResponse)
def get_render(piece_id: PieceId, render_id: RenderId, studio: WithStudio) -> FileResponse:
    """Send the sound of a render."""
    piece = studio.workspace.pieces.piece(piece_id)
    return FileResponse(piece.render(render_id).sound, filename=f"{piece.record.name}.wav")


@router.get("/pieces/{piece_id}/renders/{render_id}/piece.mid", response_class=FileResponse)
def get_midi(piece_id: PieceId, render_id: RenderId, studio: WithStudio) -> FileResponse:
    """Send the notes of a render."""
    piece = studio.workspace.pieces.piece(piece_id)
    return FileResponse(piece.render(render_id).midi, media_type="audio/midi", filename=f"{piece.record.name}.mid")


async def _received(request: Request, workspace: Workspace, name: str) -> str:
    """Write the body of a request as the source of a new piece, as it comes, and return the piece's id."""
    try:
        with workspace.pieces.making(name, "track") as piece:
            size = 0
            with piece.source.open("wb") as file:
                async for chunk in request.stream():
                    size += len(chunk)
                    await anyio.to_thread.run_sync(file.write, chunk)
            if not size:
                raise UsageError("the track is empty: its bytes are expected as the body of the request")
    except OSError as error:
        raise UsageError(f"the track cannot be written: {error.strerror or error}") from error
    return piece.id
